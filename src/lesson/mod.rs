//! Parses lessons from Markdown into steps, and holds them in a library.
//!
//! Parsing never fails: it returns as much of the lesson as it can read, and every [`Diagnostic`] with its
//! position, so that an author sees all of them at once. The names that a lesson may use (demos, workloads,
//! backends) are passed in as [`KnownDemos`], so this module does not depend on `lab`.

mod answer_patterns;
mod diagnostic;
mod directive;
mod fence;
mod files;
mod front_matter;
mod lesson_source;
mod library;
mod lint;
mod locate;
mod model;
mod new_lesson;
mod parse;
mod source_file;
mod style_warnings;
mod toml_keys;

pub use diagnostic::{Diagnostic, Severity};
pub use directive::{
    AnswerKey, BenchTask, Block, Claim, DemoBlock, Directive, Exercise, ExerciseCondition,
    InstructorNote, Misconception, MisplacedLine, NumberAnswer, OrderAnswer, Prediction,
    PredictionChoice, ProgramFile, Quiz, QuizAnswer, QuizChoice, StaticTable, all_directives,
};
pub use lesson_source::LibraryError;
pub use library::{LessonNotFound, Library};
pub use lint::lint_library;
pub use model::{CodeBlock, Lesson, Step};
pub use new_lesson::{NewLesson, NewLessonError, is_built_in_program, new_lesson};
pub use parse::parse_lesson;
pub use toml_keys::{KeySpec, Presence, TableSpec, ValueType};

#[cfg(test)]
mod tests;
