//! A lesson's page and launcher: it is drawn on the session's screen, and runs in the session's lab.

use std::io::{self, Write};

use super::{
    language::run_args::demo_named, progress_recorder::ProgressRecorder, screen::Screen,
    session_runner::DemoRunner, settings::Settings,
};
use crate::{
    catalog::fill_params,
    claim::{Condition, Judgement},
    lab::{self, Demo},
    lesson::{Claim, Lesson},
    record::{Params, Recording, RunStatus},
    render::{self, Format},
    report::{ClaimReport, Report, Table},
    signals::StopReason,
    tutor::{
        self, DemoLauncher, LaunchOutcome, LessonRenderer, ProgramOutput,
        progress::{LessonHistory, ProgressEvent},
    },
};

/// Draws a lesson on the session's screen.
pub struct LessonPage<'s> {
    /// The screen.
    pub screen: &'s mut Screen,
    /// How results are shown. In formats for other programs, prose is left out.
    pub format: Format,
    /// Stores the learner's actions.
    pub diary: &'s mut ProgressRecorder,
}

impl LessonPage<'_> {
    fn is_for_people(&self) -> bool {
        !matches!(self.format, Format::Json | Format::Csv)
    }

    /// A blank line between one piece and the next. (Markdown brings its own.)
    fn end_piece(&mut self) -> io::Result<()> {
        self.screen.is_tight = false;
        match self.format {
            Format::Text | Format::Plain => writeln!(self.screen.out),
            Format::Md | Format::Json | Format::Csv => Ok(()),
        }
    }
}

impl LessonRenderer for LessonPage<'_> {
    fn draw_markdown(&mut self, text: &str) -> io::Result<()> {
        match self.format {
            Format::Md => writeln!(self.screen.out, "{text}\n"),
            _ if self.is_for_people() => {
                render::write_markdown(text, &self.screen.style, &mut *self.screen.out)?;
                self.end_piece()
            }
            _ => Ok(()),
        }
    }

    fn draw_code(&mut self, text: &str, lang: &str) -> io::Result<()> {
        match self.format {
            Format::Md => writeln!(self.screen.out, "```{lang}\n{}\n```\n", text.trim_end()),
            _ if self.is_for_people() => {
                render::write_code(text, lang, &self.screen.style, &mut *self.screen.out)?;
                self.end_piece()
            }
            _ => Ok(()),
        }
    }

    fn draw_table(&mut self, table: &Table) -> io::Result<()> {
        if self.is_for_people() {
            self.screen
                .write_tables(std::slice::from_ref(table), self.format)?;
        }
        self.end_piece()
    }

    fn draw_report(&mut self, report: &Report) -> io::Result<()> {
        self.screen.write_report(report, self.format)?;
        self.end_piece()
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

    fn flush_output(&mut self) -> io::Result<()> {
        self.screen.out.flush()
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
