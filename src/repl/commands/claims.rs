//! `claims`: judges every claim of the lessons by a fresh run of the demo that decides it.

use std::sync::Arc;

use anyhow::Result;

use super::lessons;
use crate::{
    catalog::run_command,
    claim::Verdict,
    lesson::{Claim, DemoBlock, Lesson, Library},
    record::Machine,
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
    let plan = plan_demos(&entries, &machine);
    let measured = run_demos(session, &plan, settings);
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

/// The demos to run, each only once with the same settings. A claim that this machine cannot show needs none.
fn plan_demos<'l>(
    entries: &[LessonClaim<'l>],
    machine: &Machine,
) -> Vec<(&'l DemoBlock, Vec<LessonClaim<'l>>)> {
    let mut plan: Vec<(&DemoBlock, Vec<LessonClaim>)> = Vec::new();
    for &(lesson, claim) in entries {
        if tutor::judge_without_run(lesson, claim, machine).is_some() {
            continue;
        }
        match plan
            .iter_mut()
            .find(|(demo, _)| demo.is_same_run(&claim.demo))
        {
            Some((_, claims)) => claims.push((lesson, claim)),
            None => plan.push((&claim.demo, vec![(lesson, claim)])),
        }
    }
    plan
}

/// The verdicts of the demos.
#[derive(Default)]
struct ClaimResults {
    reports: Vec<ClaimReport>,
    ran_on: Option<String>,
    is_interrupted: bool,
}

fn run_demos(
    session: &mut Session,
    plan: &[(&DemoBlock, Vec<LessonClaim<'_>>)],
    settings: &Settings,
) -> ClaimResults {
    let mut measured = ClaimResults::default();
    let _series = session.begin_sequence();
    let options = RunOptions {
        shows_lines: false,
        ..settings.run_options()
    };
    for (at, (asked, claims)) in plan.iter().enumerate() {
        let (number, of) = (at + 1, plan.len());
        let decides = format_count(claims.len(), "claim", "claims");
        session.screen.write_message(&format!(
            "{number} of {of}: `{}` decides {decides}",
            run_command(asked.spec.name, &asked.params)
        ));
        let params = settings.with_pythons(asked.spec, &asked.params);
        let ran = session.runner.run_demo(asked.spec, params, options);
        if ran.is_interrupted {
            measured.is_interrupted = true;
            break;
        }
        let judged = claims
            .iter()
            .map(|(lesson, claim)| tutor::judge_lesson_claim(lesson, claim, &ran.recording));
        measured.reports.extend(judged);
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
    measured
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
