//! `lint`: checks the lessons of a folder, both as they are written and as they run.

mod bench_tasks;
mod demos;
mod lint_progress;
mod prove;
mod report;
mod screens;
mod tally;

use std::path::Path;

use anyhow::Result;

use self::{
    lint_progress::LintProgress,
    report::{diagnostics_table, list_diagnostics},
};
use super::authors::repeat_for_author;
use crate::{
    lesson::{self, Diagnostic, Lesson, Library, Severity},
    repl::{
        commands::{exercise as exercising, trust},
        language::{command_error::CommandError, exercise_args::LintArgs},
        session::Session,
        settings::Settings,
    },
    report::Document,
    text::format_count,
};

/// The number of times that `--run` runs everything.
const USUAL_TIMES: u32 = 5;

/// `lint [DIR] [--static|--run] [--watch]`.
pub fn lint_command(session: &mut Session, asked: &LintArgs, settings: &Settings) -> Result<()> {
    let folder = asked.dir.clone().or_else(|| session.lessons_folder.clone());
    if !asked.watch {
        return lint_once(session, folder.as_deref(), asked, settings);
    }
    let asked = LintArgs {
        is_static: !asked.run,
        ..asked.clone()
    };
    repeat_for_author(session, folder.as_deref(), |session| {
        lint_once(session, folder.as_deref(), &asked, settings)
    })
}

fn lint_once(
    session: &mut Session,
    folder: Option<&Path>,
    asked: &LintArgs,
    settings: &Settings,
) -> Result<()> {
    let unusable = |error: lesson::LibraryError| CommandError::usage(error.to_string());
    let mut problems = lesson::lint_library(folder).map_err(unusable)?;
    let library = match folder {
        Some(folder) => Library::load_folder(folder).map_err(unusable)?,
        None => Library::load_embedded(),
    };
    problems.extend(screens::find_long_steps(&library));
    problems.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    let mut is_interrupted = false;
    if !asked.is_static {
        let exercises: Vec<_> = exercising::all_exercises(&library).collect();
        let proofs = exercises
            .iter()
            .flat_map(|(_, exercise)| trust::exercise_programs(exercise));
        let runs = library.lessons().iter().filter(|_| asked.run);
        let runs = runs.flat_map(|lesson| trust::lesson_programs(lesson));
        trust::require_trust(session, &library, folder, proofs.chain(runs))?;
        let times = asked.run.then(|| asked.times.unwrap_or(USUAL_TIMES));
        let found = run_lessons(session, &library, times, settings);
        is_interrupted = found.is_interrupted;
        problems.extend(found.problems);
        problems.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    }
    let document = Document {
        listing: Some(list_diagnostics(&problems)),
        ..Document::from_tables(vec![diagnostics_table(&problems)])
    };
    session.screen.write_document(&document, settings.format)?;
    if is_interrupted {
        return Err(CommandError::Interrupted.into());
    }
    if problems
        .iter()
        .any(|problem| problem.severity == Severity::Error)
    {
        return Err(CommandError::Shown.into());
    }
    Ok(())
}

/// The results of running the lessons' contents.
#[derive(Default)]
struct LintRunResult {
    problems: Vec<Diagnostic>,
    is_interrupted: bool,
}

/// The user stopped the run; the problems found until then are shown.
struct LintInterrupted;

/// Runs the exercises once; with `times`, everything that often.
fn run_lessons(
    session: &mut Session,
    library: &Library,
    times: Option<u32>,
    settings: &Settings,
) -> LintRunResult {
    let mut found = LintRunResult::default();
    let _series = session.begin_sequence();
    let plan = times.map_or_else(Vec::new, |_| demos::plan_runs(library));
    let exercises = exercising::all_exercises(library).count();
    let often = times.unwrap_or(1);
    let mut progress = LintProgress::new(plan.len() + exercises, often);
    if times.is_some() {
        session
            .screen
            .write_message(&describe_plan(&plan, exercises, settings));
    }
    let mut all = || {
        demos::run_planned(
            session,
            library,
            (&plan, often),
            settings,
            &mut progress,
            &mut found.problems,
        )?;
        prove::prove_exercises(
            session,
            library,
            (often, times.is_some()),
            settings,
            &mut progress,
            &mut found.problems,
        )?;
        bench_tasks::prove_bench_tasks(session, library, &mut found.problems)
    };
    found.is_interrupted = all().is_err();
    found
}

/// The runs to come, and their bounds.
fn describe_plan(plan: &[demos::PlannedRun<'_>], exercises: usize, settings: &Settings) -> String {
    format!(
        "{} and {}; a demo is ended after {} s (`--timeout`), and Ctrl-C shows what was found until then",
        format_count(plan.len(), "run", "runs"),
        format_count(exercises, "exercise", "exercises"),
        settings.run_options().limit.as_secs()
    )
}

/// Shows a new problem, without its place in the file: the list at the end has that.
fn show_found(session: &mut Session, found: &[Diagnostic]) {
    for problem in found {
        let Diagnostic {
            severity, message, ..
        } = problem;
        session
            .screen
            .write_message(&format!("  {severity}: {message}"));
    }
}

/// A problem of a lesson, at one of its lines.
struct LessonLine<'l> {
    library: &'l Library,
    lesson: &'l Lesson,
    line: usize,
}

impl LessonLine<'_> {
    fn line_error(&self, message: &str, help: Option<&str>) -> Diagnostic {
        self.library
            .diagnostic_at(self.lesson, self.line, Severity::Error, message, help)
    }

    fn line_warning(&self, message: &str, help: Option<&str>) -> Diagnostic {
        self.library
            .diagnostic_at(self.lesson, self.line, Severity::Warning, message, help)
    }
}
