//! A played lesson as a page: everything that it showed, in order.

use super::{Report, Table};

/// One part of a played lesson.
#[derive(Debug, Clone, PartialEq)]
pub enum LessonPiece {
    /// Markdown.
    Markdown(String),
    /// Code, or what a program printed.
    Code(String),
    /// A table.
    Table(Table),
    /// The report of a run.
    Report(Box<Report>),
}
