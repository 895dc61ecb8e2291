//! Positions in a lesson's file for problems that are found only by running it.

use super::{
    diagnostic::{Diagnostic, Severity},
    library::Library,
    model::Lesson,
    source_file::{SourceFile, without_controls},
};

impl Library {
    /// A problem with the content of a line of a lesson, counted from 1.
    pub fn diagnostic_at(
        &self,
        lesson: &Lesson,
        line: usize,
        severity: Severity,
        message: &str,
        help: Option<&str>,
    ) -> Diagnostic {
        let file = self.lesson_file(lesson);
        let path = self.source().display(file);
        let text = self.source().read(file).unwrap_or_default();
        let text = without_controls(text.trim_start_matches('\u{feff}'));
        let source = SourceFile::new(&path, &text);
        let lines = text.split('\n').count();
        let place = source.line_range(line.clamp(1, lines));
        let mut diagnostic = source.diagnostic(place, severity, message);
        if let Some(help) = help {
            diagnostic.help(help);
        }
        diagnostic
    }

    /// The lines of a lesson, from 1, where directives with this name begin.
    pub fn lines_of(&self, lesson: &Lesson, directive: &str) -> Vec<usize> {
        let text = self
            .source()
            .read(self.lesson_file(lesson))
            .unwrap_or_default();
        let is_it = |line: &str| {
            let line = line.trim_start().trim_start_matches(['`', '~']);
            let mut words = line.split_whitespace();
            words.next() == Some("forklore") && words.next() == Some(directive)
        };
        let lines = text.lines().zip(1..).filter(|(line, _)| is_it(line));
        lines.map(|(_, number)| number).collect()
    }
}
