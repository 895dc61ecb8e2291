//! Lessons: a Markdown file into steps, and the library that holds them.
//!
//! Parsing never fails: it returns the lesson as far as it goes, and every [`Problem`] with its place, so that
//! an author sees all of them at once. What a lesson may name (demos, workloads, backends) is passed in as
//! [`Known`]: this room knows no lab.

mod advice;
mod directive;
mod fence;
mod fields;
mod files;
mod fresh;
mod front;
mod known;
mod library;
mod lint;
mod model;
mod nearest;
mod parse;
mod place;
mod problem;
mod shelf;
mod source;
mod spec;
mod value;

pub use fresh::{NewLesson, NewLessonError, new_lesson};
pub use known::{Known, KnownDemo};
pub use library::{Library, NotFound};
pub use lint::lint;
pub use model::{
    Answer, Block, Choice, Claim, Code, Demo, Exercise, Foretold, Lesson, Misplaced, Note, Number,
    Order, Predict, Program, Quiz, Requirement, Right, Slip, Step, Table,
};
pub use nearest::nearest;
pub use parse::parse;
pub use problem::{Problem, Severity};
pub use shelf::LibraryError;
pub use spec::{DIRECTIVES, DirectiveSpec, Holds, KeySpec, Need, TableSpec};

#[cfg(test)]
mod tests;
