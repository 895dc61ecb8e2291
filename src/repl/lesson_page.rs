//! A lesson's page and launcher: it is drawn on the session's screen, and runs in the session's lab.

use std::io::{self, Write};

use super::{
    language::run_args::demo_named,
    progress_recorder::ProgressRecorder,
    screen::{Screen, count_lines, is_summarized},
    session_runner::DemoRunner,
    settings::Settings,
};
use crate::{
    catalog::fill_params,
    claim::{Condition, Judgement, Template},
    lab::{self, Demo},
    lesson::{Claim, Lesson},
    record::{Params, Recording, RunStatus},
    render::{self, Format, Style},
    report::{ClaimReport, Report, Table},
    schedule::ScheduleRun,
    signals::StopReason,
    tutor::{
        self, DemoLauncher, ItemEnd, LaunchOutcome, LessonRenderer, ProgramOutput,
        progress::{LessonHistory, ProgressEvent},
    },
};

/// Draws a lesson on the session's screen.
pub struct LessonPage<'s> {
    screen: &'s mut Screen,
    /// How results are shown. In formats for other programs, prose is left out.
    format: Format,
    /// Whether the reports of its demos are shown, or belong to one object that follows.
    shows_reports: bool,
    /// Whether reports show everything.
    all: bool,
    /// Stores the learner's actions.
    diary: &'s mut ProgressRecorder,
    /// Receives the claims that the last run decided.
    claims: &'s mut Vec<ClaimReport>,
    /// The lines drawn since the learner's last input; `None` if the lesson does not wait for the learner.
    lines: Option<usize>,
    /// The item that is being drawn.
    held: Option<Vec<Vec<u8>>>,
}

/// Lines that a screen needs beside a lesson's text: what was typed, a gap, and the prompt.
const PROMPT_LINES: usize = 3;

impl<'s> LessonPage<'s> {
    /// A page of a session's screen.
    pub fn new(
        screen: &'s mut Screen,
        settings: &Settings,
        shows_reports: bool,
        diary: &'s mut ProgressRecorder,
        claims: &'s mut Vec<ClaimReport>,
    ) -> Self {
        let lines = screen.has_prompt.then_some(0);
        Self {
            screen,
            format: settings.format,
            shows_reports,
            all: settings.all,
            diary,
            claims,
            lines,
            held: None,
        }
    }

    fn is_for_people(&self) -> bool {
        !matches!(self.format, Format::Json | Format::Csv)
    }

    /// Writes a piece, and after it a blank line. (Markdown brings its own.)
    fn write_piece(
        &mut self,
        write: impl FnOnce(&Style, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut piece = Vec::new();
        write(&self.screen.style, &mut piece)?;
        if matches!(self.format, Format::Text | Format::Plain) {
            piece.push(b'\n');
        }
        self.screen.is_tight = false;
        match &mut self.held {
            Some(held) => {
                held.push(piece);
                Ok(())
            }
            None => self.write_text(&piece),
        }
    }

    /// The lines that a lesson may draw after one input.
    fn most_lines(&self) -> usize {
        let height = self.screen.height.unwrap_or(usize::MAX);
        height.saturating_sub(PROMPT_LINES)
    }

    /// Whether so many more lines fit; the first ones always do.
    fn has_room(&self, more: usize) -> bool {
        let fits = |lines: usize| lines == 0 || lines + more <= self.most_lines();
        self.lines.is_none_or(fits)
    }

    /// Shows the first piece, and as many further ones as fit.
    fn show_pieces(&mut self, pieces: Vec<Vec<u8>>) -> io::Result<ItemEnd> {
        let mut pieces = pieces.into_iter().enumerate();
        while let Some((at, piece)) = pieces.next() {
            let lines = count_lines(&piece);
            // What is longer than the screen is for the pager, now or later.
            if at > 0 && lines <= self.most_lines() && !self.has_room(lines) {
                let further = pieces.map(|(_, piece)| piece);
                self.screen.rest = std::iter::once(piece).chain(further).collect();
                return Ok(ItemEnd::Partly);
            }
            self.write_text(&piece)?;
        }
        Ok(ItemEnd::Shown)
    }

    fn write_text(&mut self, text: &[u8]) -> io::Result<()> {
        if let Some(lines) = &mut self.lines {
            *lines += count_lines(text);
        }
        self.screen.write_or_page(text)
    }
}

impl LessonRenderer for LessonPage<'_> {
    fn draw_markdown(&mut self, text: &str) -> io::Result<()> {
        match self.format {
            Format::Md => self.write_piece(|_, to| writeln!(to, "{text}\n")),
            _ if self.is_for_people() => {
                self.write_piece(|style, to| render::write_markdown(text, style, to))
            }
            _ => Ok(()),
        }
    }

    fn draw_code(&mut self, text: &str, lang: &str) -> io::Result<()> {
        match self.format {
            Format::Md => {
                self.write_piece(|_, to| writeln!(to, "```{lang}\n{}\n```\n", text.trim_end()))
            }
            _ if self.is_for_people() => {
                self.write_piece(|style, to| render::write_code(text, lang, style, to))
            }
            _ => Ok(()),
        }
    }

    fn draw_table(&mut self, table: &Table) -> io::Result<()> {
        let format = self.format;
        if !self.is_for_people() {
            return Ok(());
        }
        let tables = std::slice::from_ref(table);
        self.write_piece(|style, to| render::write_tables(tables, format, style, to))
    }

    fn draw_demo_heading(&mut self, caption: &str, command: &str) -> io::Result<()> {
        if is_summarized(self.format) && !self.all {
            return Ok(());
        }
        let text = format!("{caption}\n\nDemo: `{command}`");
        self.draw_markdown(text.trim_start())
    }

    fn draw_machine(&mut self, run: &ScheduleRun) -> io::Result<()> {
        let format = self.format;
        if !self.is_for_people() {
            return Ok(());
        }
        self.write_piece(|style, to| render::write_machine(run, format, style, to))
    }

    fn draw_report(&mut self, report: &Report) -> io::Result<()> {
        let format = self.format;
        self.claims.clone_from(&report.claims);
        if !self.shows_reports {
            return Ok(());
        }
        if let Some(lines) = &mut self.lines {
            *lines += count_live_lines(report);
        }
        if self.all || !is_summarized(format) {
            return self.write_piece(|style, to| render::write_report(report, format, style, to));
        }
        self.write_piece(|style, to| render::write_summary(report, format, style, to))
    }

    fn draw_report_end(&mut self, report: &Report) -> io::Result<()> {
        let format = self.format;
        if self.all || !self.shows_reports || !is_summarized(format) {
            return Ok(());
        }
        let end = self.screen.report_end(report);
        self.write_piece(|style, to| render::write_report_end(report, end, format, style, to))
    }

    fn show_error(&mut self, message: &str) -> io::Result<()> {
        self.screen.write_message(message);
        Ok(())
    }

    fn record_event(&mut self, lesson: &Lesson, what: ProgressEvent) {
        self.diary.record_event(&lesson.slug, what, self.screen);
    }

    fn lesson_history(&mut self, lesson: &Lesson) -> Option<LessonHistory> {
        if !self.diary.keeps {
            return None;
        }
        let known = self.diary.read_progress(self.screen);
        Some(known.lesson_history(lesson).cloned().unwrap_or_default())
    }

    fn begin_item(&mut self) {
        self.screen.rest.clear();
        self.held = Some(Vec::new());
    }

    fn end_item(&mut self, may_wait: bool) -> io::Result<ItemEnd> {
        let pieces = self.held.take().unwrap_or_default();
        let all: usize = pieces.iter().map(|piece| count_lines(piece)).sum();
        if may_wait && !self.has_room(all) {
            return Ok(ItemEnd::Dropped);
        }
        self.show_pieces(pieces)
    }

    fn show_rest(&mut self) -> io::Result<bool> {
        let rest = std::mem::take(&mut self.screen.rest);
        let is_any = !rest.is_empty();
        self.show_pieces(rest)?;
        Ok(is_any)
    }

    fn flush_output(&mut self) -> io::Result<()> {
        self.screen.out.flush()
    }
}

/// The lines that the workers printed while the demo ran, and the gap after them.
fn count_live_lines(report: &Report) -> usize {
    let workers = report.backends.iter().flat_map(|backend| &backend.workers);
    match workers.map(|worker| worker.output.len()).sum() {
        0 => 0,
        lines => lines + 1,
    }
}

/// Runs a lesson's demos in the session's lab. The session's settings apply where the lesson sets none.
pub struct LessonLab<'s> {
    /// The lab.
    pub lab: &'s mut dyn DemoRunner,
    /// The settings of the session.
    pub settings: &'s Settings,
    /// Receives the last recording.
    pub last: &'s mut Option<Recording>,
}

impl LessonLab<'_> {
    fn filled_params(&self, demo: &Demo, params: &Params) -> Params {
        let mut params = params.clone();
        fill_params(&mut params, &self.settings.defaults, |setting| {
            demo.spec.takes(setting.name)
        });
        if params.python.is_empty() && demo.spec.takes("python") {
            params.python.clone_from(&self.settings.lesson_python);
        }
        params
    }
}

impl DemoLauncher for LessonLab<'_> {
    fn run_program(&mut self, file: &str, text: &str) -> ProgramOutput {
        let words = &self.settings.defaults.python;
        self.lab
            .run_program(file, text, words, self.settings.run_options())
    }

    fn judge_claims(&mut self, lesson: &Lesson, claims: &[&Claim]) -> Vec<ClaimReport> {
        let Some(recording) = &self.last else {
            return Vec::new();
        };
        let verdict = |claim: &&Claim| tutor::judge_lesson_claim(lesson, claim, recording);
        claims.iter().map(verdict).collect()
    }

    fn judge_condition(&mut self, condition: &Condition) -> Judgement {
        match &self.last {
            Some(recording) => tutor::judge_condition(condition, recording),
            None => Judgement::cannot_be_shown("nothing was measured"),
        }
    }

    fn fill_template(&mut self, words: &Template) -> Option<String> {
        tutor::fill_template(words, self.last.as_ref()?)
    }

    fn launch_demo(&mut self, demo: &str, params: &Params) -> LaunchOutcome {
        let demo = match demo_named(demo) {
            Ok(demo) => demo,
            Err(error) => {
                return LaunchOutcome::Failed {
                    error: error.to_string(),
                    report: None,
                };
            }
        };
        let params = self.filled_params(demo, params);
        let ran = self
            .lab
            .launch_demo(demo, params, self.settings.run_options());
        let report = lab::build_report(&ran.recording).map(Box::new);
        let outcome = ran.recording.run().status();
        *self.last = Some(ran.recording);
        match (outcome, report) {
            (_, Err(error)) => LaunchOutcome::Failed {
                error: error.to_string(),
                report: None,
            },
            (_, Ok(report)) if ran.cut == Some(StopReason::Interrupted) => {
                LaunchOutcome::Interrupted(Some(report))
            }
            (RunStatus::Complete, Ok(report)) => LaunchOutcome::Finished(report),
            (RunStatus::Partial(error), Ok(report)) => LaunchOutcome::Failed {
                error,
                report: Some(report),
            },
        }
    }
}
