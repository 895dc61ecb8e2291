//! What a command shows, whatever the format: `render` alone writes it.

use std::{borrow::Cow, io};

use serde::Serialize;

use super::{
    AdviceItem, ClaimLedger, ClaimReport, LessonPiece, LessonReport, Picture, Report, Table,
};

/// The result of a command. Each format writes the parts that it has a form for.
#[derive(Default)]
pub struct Document<'d> {
    /// The run that it reports: its demo and settings, how it ended, and the machine.
    pub run: Option<&'d Report>,
    /// The tables, in order.
    pub tables: Cow<'d, [Table]>,
    /// What there is to look at. Formats that have no form for them leave them out.
    pub pictures: &'d [Picture],
    /// One sentence each.
    pub notes: &'d [String],
    /// What to change in an observed program.
    pub advice: &'d [AdviceItem],
    /// Claims and their verdicts; `None` if it is not about claims.
    pub claims: Option<&'d [ClaimReport]>,
    /// Lines below everything else.
    pub footer: Vec<String>,
    /// Markdown for people, below the tables.
    pub prose: String,
    /// Lines for people, in place of the tables.
    pub listing: Option<String>,
    /// A played lesson, for formats that write it as one page.
    pub lesson: &'d [LessonPiece],
    /// The object for other programs; without one, it is the tables.
    pub data: Option<&'d dyn StructuredData>,
}

/// An object for other programs, of any type.
pub trait StructuredData {
    /// Writes it as indented JSON.
    ///
    /// # Errors
    /// The errors of writing to `to`.
    fn write_json(&self, to: &mut dyn io::Write) -> io::Result<()>;
}

impl<T: Serialize> StructuredData for T {
    fn write_json(&self, to: &mut dyn io::Write) -> io::Result<()> {
        Ok(serde_json::to_writer_pretty(to, self)?)
    }
}

impl<'d> Document<'d> {
    /// Tables that belong to no run: lists, settings, what a machine offers.
    pub fn from_tables(tables: impl Into<Cow<'d, [Table]>>) -> Self {
        Self {
            tables: tables.into(),
            ..Self::default()
        }
    }

    /// A played lesson: what it measured, and the parts that were not shown while it ran.
    pub fn from_lesson(lesson: &'d LessonReport, pieces: &'d [LessonPiece]) -> Self {
        Self {
            lesson: pieces,
            data: Some(lesson),
            ..Self::default()
        }
    }
}

impl<'d> From<&'d Report> for Document<'d> {
    fn from(report: &'d Report) -> Self {
        let claims = &report.claims[..];
        Self {
            run: Some(report),
            tables: Cow::Borrowed(&report.tables),
            pictures: &report.pictures,
            notes: &report.notes,
            advice: &report.advice,
            claims: (!claims.is_empty()).then_some(claims),
            data: Some(report),
            ..Self::default()
        }
    }
}

impl<'d> From<&'d ClaimLedger> for Document<'d> {
    fn from(ledger: &'d ClaimLedger) -> Self {
        let sum = format!("{}.", ledger.summary_line());
        let notes = ledger.notes.iter().cloned();
        let ran_on = ledger.ran_on.iter().cloned();
        Self {
            claims: Some(&ledger.claims),
            footer: std::iter::once(sum).chain(notes).chain(ran_on).collect(),
            data: Some(ledger),
            ..Self::default()
        }
    }
}
