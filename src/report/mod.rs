//! From a recording to tables: pure functions, without clock, process or terminal.
//!
//! All output formats show a [`Report`]; `render` decides how it looks, not what it contains.

mod advice;
mod backends;
mod claims;
mod compared;
mod document;
mod handout;
mod ledger;
mod lesson_report;
mod parts;
mod picture;
pub mod pictures;
mod plain_json;
pub mod stats;
mod summary;
mod summary_table;
mod table;
pub mod tables;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use advice::{AdviceItem, advice_table};
pub use backends::{BackendReport, WorkerReport};
pub use claims::{ClaimReport, RunEvidence};
pub use document::{Document, StructuredData};
pub use handout::LessonPiece;
pub use ledger::{ClaimLedger, claims_table};
pub use lesson_report::{LessonReport, PredictionReport, StepReport};
pub use parts::{
    DemoPart, GIL_MODEL, TableByInterpreter, UNDER, demo_parts, interpreter_lines, short_name,
};
pub use picture::{
    CurveLine, CurvePoint, FigureBar, LaneState, Picture, PictureShape, SpeedupCurve, TimelineLane,
    TimelineSpan, ValueSpread,
};
pub use plain_json::PlainJson;
pub use summary::{BackendSummary, MetricValues};
pub use summary_table::{FOUND, SummaryRow, SummaryTable, TOO_NOISY};
pub use table::{Column, FIGURES, Table};

use crate::{
    record::{Machine, Params, Recording, Run, RunStatus},
    text::{dates::format_timestamp, keep_distinct},
};

/// Version of the JSON object that a report renders to.
pub const SCHEMA: &str = "forklore.report/1";

/// The report of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The demo.
    pub demo: String,
    /// The machine that it ran on.
    pub machine: Machine,
    /// The machine as a sentence, for the line under the tables.
    pub ran_on: String,
    /// When it ran, in UTC, where the recording says so.
    #[serde(skip)]
    pub recorded: Option<String>,
    /// That it was not measured here but came with the program, with its date and machine: a line above the tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// How other programs disturbed its figures, if they did: the line above the tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disturbance: Option<String>,
    /// Its resolved settings.
    pub params: Params,
    /// Whether it ran to its end.
    pub outcome: RunStatus,
    /// The backends that it compared, including those that could not run.
    pub backends: Vec<BackendReport>,
    /// The tables, in order.
    pub tables: Vec<Table>,
    /// One sentence each: what to notice, caveats, failures that the run survived.
    pub notes: Vec<String>,
    /// The lesson's claims and their verdicts.
    pub claims: Vec<ClaimReport>,
    /// What to change in an observed program; empty for demos.
    pub advice: Vec<AdviceItem>,
    /// The command that repeats it, unless that is `run` with the demo's settings.
    #[serde(skip)]
    pub again: Option<String>,
    /// What a screen shows of it; the rest is in parts. Formats for programs and documents have the tables.
    #[serde(skip)]
    pub summary: SummaryTable,
    /// What there is to look at, the most telling first.
    #[serde(skip)]
    pub pictures: Vec<Picture>,
}

impl Report {
    /// What the workers printed, each line with the worker's name.
    pub fn output_lines(&self) -> impl Iterator<Item = (&str, &str)> {
        let workers = self.backends.iter().flat_map(|backend| &backend.workers);
        workers.flat_map(|worker| {
            let lines = worker.output.iter();
            lines.map(|line| (worker.name.as_str(), line.as_str()))
        })
    }

    /// The lines above the table: where it comes from, and what disturbed it.
    pub fn lines_above(&self) -> impl Iterator<Item = &str> {
        let lines = self.origin.iter().chain(&self.disturbance);
        lines.map(String::as_str)
    }

    /// The names of its parts beside the summary, in order.
    pub fn part_names(&self) -> Vec<&'static str> {
        let tables = self.tables.iter().map(|table| table.part);
        let output = self.output_lines().next().map(|_| OUTPUT);
        let claims = (!self.claims.is_empty()).then_some(CLAIMS);
        let notes = (!self.notes.is_empty()).then_some(NOTES);
        let behind = output.into_iter().chain(claims).chain(notes);
        keep_distinct(tables.chain(behind).chain([MACHINE]))
    }
}

/// The part with what the workers printed.
pub const OUTPUT: &str = "output";
/// The part with the claims.
pub const CLAIMS: &str = "claims";
/// The part with the notes.
pub const NOTES: &str = "notes";
/// The table that decides, as the name of a part.
pub const TABLE: &str = "table";
/// The pictures, as the name of a part.
pub const PICTURE: &str = "picture";
/// The part with the machine, and the command that repeats the run.
pub const MACHINE: &str = "machine";

/// The report of a recording's outermost run, with the tables that its demo made.
pub fn build_report(recording: &Recording, tables: Vec<Table>) -> Report {
    build_run_report(&recording.run(), tables)
}

/// The report of one run, which may be nested in another.
pub fn build_run_report(run: &Run, tables: Vec<Table>) -> Report {
    Report {
        schema: SCHEMA,
        demo: run.demo().to_owned(),
        machine: run.machine().clone(),
        ran_on: tables::describe_machine(run),
        recorded: run.recording.began_s.map(format_timestamp),
        origin: run
            .recording
            .is_builtin
            .then(|| tables::describe_origin(run)),
        disturbance: tables::disturbance(run),
        params: run.params().clone(),
        outcome: run.status(),
        backends: backends::build_backend_reports(run),
        tables,
        notes: collect_notes(run),
        claims: Vec::new(),
        advice: Vec::new(),
        again: None,
        summary: SummaryTable::default(),
        pictures: Vec::new(),
    }
}

/// The notes of a run, then those of the runs nested in it, each sentence once.
fn collect_notes(run: &Run) -> Vec<String> {
    let parts = std::iter::once(*run).chain(run.nested_runs());
    let notes = keep_distinct(parts.flat_map(Run::notes));
    notes.into_iter().map(str::to_owned).collect()
}
