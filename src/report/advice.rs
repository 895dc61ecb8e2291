//! Advice: what the author of an observed program may want to change, and the observation that supports it.

use serde::Serialize;

use super::Table;
use crate::record::Value;

/// One piece of advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdviceItem {
    /// Its fixed identifier: `no-main-guard`.
    pub id: String,
    /// What to do: one or two sentences.
    pub says: String,
    /// The observation: one sentence with PIDs, names and figures.
    pub because: String,
}

/// Advice as a table, for formats without a form of their own for it.
pub fn advice_table(advice: &[AdviceItem]) -> Table {
    let mut table = Table::new("Advice", &["id", "says", "because"]);
    for one in advice {
        table.add_row([&one.id, &one.says, &one.because].map(Value::text));
    }
    table
}
