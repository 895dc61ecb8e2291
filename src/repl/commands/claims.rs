//! `claims`: judges every claim of the lessons by a fresh run of the demo that decides it.
//!
//! At first each demo runs once, with what its claims ask for (`plan`). A claim that this leaves open is judged by a
//! run of its own demo as the lesson writes it, under all Pythons.

mod plan;

use std::sync::Arc;

use anyhow::Result;

use self::plan::ClaimRun;
use super::lessons;
use crate::{
    catalog::{DemoSpec, run_command},
    claim::Verdict,
    lesson::{Claim, Lesson, Library},
    python::Pythons,
    record::{Interpreter, Machine, Params},
    repl::{
        language::{command_error::CommandError, shared_command::ClaimsArgs},
        python_choice,
        session::Session,
        settings::Settings,
    },
    report::{ClaimLedger, ClaimReport, tables},
    text::{format_count, pick_plural},
    tutor::{self, RunOptions},
};

/// `claims [--lesson N] [--python PYTHON]`.
pub fn check_claims(session: &mut Session, asked: &ClaimsArgs, settings: &Settings) -> Result<()> {
    let settings = &asked.python.apply_to(settings);
    python_choice::require_pythons(&mut *session.runner, &settings.python_params())?;
    if asked.lesson.is_none() {
        lessons::show_skipped(session);
    }
    let library = Arc::clone(&session.library);
    let entries = select_claims(&library, asked)?;
    let machine = session.runner.machine().clone();
    let measured = measure_claims(session, &entries, &machine, settings)?;
    let ledger = build_ledger(&entries, &machine, &measured);
    let document = (&ledger).into();
    session.screen.write_document(&document, settings.format)?;
    if measured.is_interrupted {
        return Err(CommandError::Interrupted.into());
    }
    if ledger.count_verdict(Verdict::DoesNotHold) > 0 {
        return Err(CommandError::Shown.into());
    }
    Ok(())
}

/// A claim and the lesson that makes it.
type LessonClaim<'l> = (&'l Lesson, &'l Claim);

/// The requested claims, in the order of the lessons.
fn select_claims<'l>(
    library: &'l Library,
    asked: &ClaimsArgs,
) -> Result<Vec<LessonClaim<'l>>, CommandError> {
    let name = asked.lesson.as_ref();
    let wanted = name.map(|name| lessons::find_lesson(library, name));
    let wanted = wanted.transpose()?;
    let is_wanted = |lesson: &&Lesson| {
        let wanted = wanted.as_ref();
        wanted.is_none_or(|wanted| wanted.number == lesson.number)
    };
    let lessons = library.lessons().iter().map(AsRef::as_ref);
    let claims = |lesson: &'l Lesson| lesson.claims().map(move |claim| (lesson, claim));
    Ok(lessons.filter(is_wanted).flat_map(claims).collect())
}

/// The verdicts of the demos.
#[derive(Default)]
struct ClaimResults {
    reports: Vec<ClaimReport>,
    ran_on: Option<String>,
    is_interrupted: bool,
}

/// Runs what the claims need, and then in full what is still open.
fn measure_claims(
    session: &mut Session,
    entries: &[LessonClaim<'_>],
    machine: &Machine,
    settings: &Settings,
) -> Result<ClaimResults, CommandError> {
    let words = &settings.defaults.python;
    let pythons = session.runner.find_pythons(words);
    let pythons = pythons.ok_or(CommandError::Interrupted)?;
    let resolve = |demo: &DemoSpec, params: &Params| {
        let params = settings.with_pythons(demo, params);
        let pythons = choose_pythons(&pythons, demo, &params);
        (params, pythons)
    };
    let plan = plan::plan_runs(entries, machine, resolve);
    let mut measured = ClaimResults::default();
    let _series = session.begin_sequence();
    run_demos(session, &plan, (0, plan.len()), settings, &mut measured);
    let decided = plan
        .iter()
        .flat_map(|run| run.claims.iter().map(move |it| (run, *it)));
    let open = decided.filter(|(run, (_, claim))| {
        let (_, pythons) = resolve(claim.demo.spec, &claim.demo.params);
        let found = measured.reports.iter().find(|one| one.id == claim.id);
        found.is_some_and(|found| run.leaves_open(claim, found.verdict, &pythons))
    });
    let open: Vec<LessonClaim> = open.map(|(_, entry)| entry).collect();
    let again = plan::plan_full_runs(&open, |demo, params| settings.with_pythons(demo, params));
    let of = plan.len() + again.len();
    run_demos(session, &again, (plan.len(), of), settings, &mut measured);
    Ok(measured)
}

/// The Pythons of a run with these settings, in order.
fn choose_pythons(pythons: &Pythons, demo: &DemoSpec, params: &Params) -> Vec<Interpreter> {
    let start_method = params.start_method.as_deref();
    let choice = pythons.choose_with_package(&params.python, start_method, demo.package);
    let chosen = choice.chosen.into_iter();
    chosen.map(|python| python.interpreter).collect()
}

/// Runs these, the first of which is number `done` + 1 `of` all, until the user stops one.
fn run_demos(
    session: &mut Session,
    plan: &[ClaimRun<'_>],
    (done, of): (usize, usize),
    settings: &Settings,
    measured: &mut ClaimResults,
) {
    let options = RunOptions {
        shows_lines: false,
        ..settings.run_options()
    };
    for (number, run) in (done + 1..).zip(plan) {
        if measured.is_interrupted {
            return;
        }
        let decides = format_count(run.claims.len(), "claim", "claims");
        session.screen.write_message(&format!(
            "{number} of {of}: `{}` decides {decides}",
            run_command(run.spec.name, &run.params)
        ));
        let ran = session
            .runner
            .run_demo(run.spec, run.params.clone(), options);
        if ran.is_interrupted {
            measured.is_interrupted = true;
            return;
        }
        for (lesson, claim) in &run.claims {
            let report = tutor::judge_lesson_claim(lesson, claim, &ran.recording);
            measured.reports.retain(|known| known.id != report.id);
            measured.reports.push(report);
        }
        // A run with processes records more about the machine than one without.
        let ran_on = tables::describe_machine(&ran.recording.run());
        if measured
            .ran_on
            .as_ref()
            .is_none_or(|known| known.len() < ran_on.len())
        {
            measured.ran_on = Some(ran_on);
        }
        session.last = Some(ran.recording);
    }
}

/// The verdicts in the order of the lessons, and the number of claims that were not reached.
fn build_ledger(
    entries: &[LessonClaim<'_>],
    machine: &Machine,
    measured: &ClaimResults,
) -> ClaimLedger {
    let report = |(lesson, claim): &LessonClaim<'_>| {
        let mut reports = measured.reports.iter();
        let found = reports.find(|report| report.id == claim.id).cloned();
        found.or_else(|| tutor::judge_without_run(lesson, claim, machine))
    };
    let claims: Vec<ClaimReport> = entries.iter().filter_map(report).collect();
    let missing = entries.len() - claims.len();
    let mut notes = Vec::new();
    if missing > 0 {
        let verb = pick_plural(missing, "was", "were");
        let missing = format_count(missing, "claim", "claims");
        notes.push(format!("Stopped: {missing} {verb} not reached."));
    }
    if entries.is_empty() {
        notes.push("No lesson makes a claim.".to_owned());
    }
    ClaimLedger {
        claims,
        notes,
        ran_on: measured.ran_on.clone(),
    }
}
