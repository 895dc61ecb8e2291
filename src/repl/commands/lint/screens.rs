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
/// The lines of a screen that the prompt needs.
const TAKEN: usize = 3;

/// One warning for each step whose text is longer than a screen between two pauses.
pub(super) fn find_long_steps(library: &Library) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for lesson in library.lessons() {
        for (at, step) in lesson.steps.iter().enumerate() {
            let mut counter = LineCounter::default();
            let drawn = tutor::draw_screenfuls(library, lesson, at, &mut counter, |counter| {
                counter.most = counter.most.max(std::mem::take(&mut counter.lines));
            });
            let (columns, rows) = SCREEN;
            if drawn.is_err() || counter.most + TAKEN <= rows {
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
        self.count(|style, to| render::write_tables(tables, Format::Text, style, to))
    }

    fn draw_machine(&mut self, run: &ScheduleRun) -> io::Result<()> {
        self.count(|style, to| render::write_machine(run, Format::Text, style, to))
    }

    fn draw_report(&mut self, _: &Report) -> io::Result<()> {
        Ok(())
    }

    fn show_error(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn flush_output(&mut self) -> io::Result<()> {
        Ok(())
    }
}
