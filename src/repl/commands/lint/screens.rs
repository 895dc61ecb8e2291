//! Warns of steps whose text is longer than a screen.

use std::io::{self, Write};

use crate::{
    lesson::{Diagnostic, Library, Severity},
    render::{self, Format, Style},
    repl::screen::count_lines,
    report::{Report, Table},
    schedule::ScheduleRun,
    tutor::{self, LessonRenderer},
};

/// The width and the height of the screen that lessons are written for.
const SCREEN: (usize, usize) = (80, 24);

/// One warning for each step whose text is longer than a screen between two pauses.
pub(super) fn find_long_steps(library: &Library) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for lesson in library.lessons() {
        for (at, step) in lesson.steps.iter().enumerate() {
            let mut counter = LineCounter::default();
            let drawn = tutor::draw_screenfuls(library, lesson, at, &mut counter, |counter| {
                // The last piece needs no gap after it.
                let lines = std::mem::take(&mut counter.lines).saturating_sub(1);
                counter.most = counter.most.max(lines);
            });
            let (columns, rows) = SCREEN;
            if drawn.is_err() || counter.most <= rows {
                continue;
            }
            let message = format!(
                "{} lines without a pause: at {columns}×{rows} they are longer than the screen",
                counter.most
            );
            let help = "shorten the text, ask a question in between, or begin a new step";
            let severity = Severity::Warning;
            found.push(library.diagnostic_at(lesson, step.line, severity, &message, Some(help)));
        }
    }
    found
}

/// Counts the lines of what is drawn.
#[derive(Default)]
struct LineCounter {
    lines: usize,
    /// The most lines between two pauses.
    most: usize,
}

impl LineCounter {
    fn count(
        &mut self,
        write: impl FnOnce(&Style, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut text = Vec::new();
        write(&Style::without_color(SCREEN.0), &mut text)?;
        self.lines += count_lines(&text) + 1;
        Ok(())
    }
}

impl LessonRenderer for LineCounter {
    fn draw_markdown(&mut self, text: &str) -> io::Result<()> {
        self.count(|style, to| render::write_markdown(text, style, to))
    }

    fn draw_code(&mut self, text: &str, lang: &str) -> io::Result<()> {
        self.count(|style, to| render::write_code(text, lang, style, to))
    }

    fn draw_table(&mut self, table: &Table) -> io::Result<()> {
        let tables = std::slice::from_ref(table);
        self.count(|style, to| render::write_tables(tables, Format::default(), style, to))
    }

    fn draw_machine(&mut self, run: &ScheduleRun) -> io::Result<()> {
        self.count(|style, to| render::write_machine(run, Format::default(), style, to))
    }

    fn draw_report(&mut self, _: &Report, _: bool) -> io::Result<()> {
        Ok(())
    }

    fn show_error(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn flush_output(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warnings(text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let lesson = format!(
            "+++\nnumber = 1\nslug = \"long\"\ntitle = \"Long\"\nquestion = \"Why?\"\nminutes = 5\n\
             summary = \"Long.\"\n+++\nWelcome.\n\n## A step\n\n{text}\n"
        );
        std::fs::write(folder.path().join("long.md"), lesson).expect("written");
        let library = Library::load_folder(folder.path()).expect("a library");
        let found = find_long_steps(&library).into_iter();
        found
            .map(|one| format!("{}: {}", one.line, one.message))
            .collect()
    }

    #[test]
    fn a_step_is_longer_than_a_screen_only_where_nothing_pauses_it() {
        let half = "A paragraph.\n\n".repeat(6);
        assert_eq!(warnings(&half), Vec::<String>::new());
        let demo = "```forklore demo\nrun = \"numbers\"\n```\n\n";
        assert_eq!(
            warnings(&[&half, demo, &half].concat()),
            Vec::<String>::new()
        );
        let whole = half.repeat(2);
        let expected = "11: 26 lines without a pause: at 80×24 they are longer than the screen";
        assert_eq!(warnings(&whole), [expected]);
    }
}
