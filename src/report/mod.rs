//! From a recording to tables: pure functions, no clock, no process, no terminal.
//!
//! A [`Report`] is what every output format shows; `render` decides how it looks, never what it says.

mod table;

use serde::Serialize;

pub use table::{Column, Table};

use crate::record::{Machine, Outcome, Params};

/// Version of the JSON object that a report renders to.
pub const SCHEMA: &str = "forklore.report/1";

/// Everything that a run has to say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The demo.
    pub demo: String,
    /// What it ran on.
    pub machine: Machine,
    /// Its settings, as resolved.
    pub params: Params,
    /// Whether it ran to its end.
    pub outcome: Outcome,
    /// The tables, in order.
    pub tables: Vec<Table>,
    /// One sentence each: what to see, caveats, faults survived.
    pub notes: Vec<String>,
}
