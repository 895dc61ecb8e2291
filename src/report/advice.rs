//! Advice: what the author of a watched program may want to change, and what was seen that says so.

use serde::Serialize;

use super::Table;
use crate::record::Value;

/// One piece of advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdviceItem {
    /// Its name, always the same: `no-main-guard`.
    pub id: String,
    /// What to do: one or two sentences.
    pub says: String,
    /// What was observed: one sentence with its PIDs, names and figures.
    pub because: String,
}

/// Advice as a table, for formats that have nothing else.
pub fn advice_table(advice: &[AdviceItem]) -> Table {
    let mut table = Table::new("Advice", &["id", "says", "because"]);
    for one in advice {
        table.add_row([&one.id, &one.says, &one.because].map(Value::text));
    }
    table
}
