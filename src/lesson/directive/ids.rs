//! Names that authors give to questions, exercises and claims.

use toml::Spanned;

use crate::lesson::{parse::LessonReader, source_file::Diagnostics};

/// Reports a name that is hard to type or invalid as a file name.
pub(super) fn check_letters(diagnostics: &mut Diagnostics<'_>, what: &str, id: &Spanned<String>) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.get_ref().chars().all(plain) {
        diagnostics
            .error(id.span(), format!("this is no name for {what}"))
            .help("use a-z, 0-9 and hyphens");
    }
}

/// Checks the name of a prediction, a quiz or an exercise. It must be unique in a lesson, so that a hint can
/// name it.
pub(super) fn check_question(reader: &mut LessonReader<'_, '_>, what: &str, id: &Spanned<String>) {
    check_letters(&mut reader.diagnostics, what, id);
    let line = reader.diagnostics.source.line(id.span().start);
    if let Some(first) = reader.questions.insert(id.get_ref().clone(), line) {
        let message = format!("the id `{}` is taken", id.get_ref());
        reader
            .diagnostics
            .error(id.span(), message)
            .help(format!("the other one is in line {first}"));
    }
}
