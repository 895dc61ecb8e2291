//! `lint --run`: runs every demo, claim, prediction and program of the lessons several times.
//!
//! A check that always fails is an error. A check with different results is a warning with its counts: in a class of
//! twenty, both results will occur.

use super::{
    LessonLine, LintInterrupted, lint_progress::LintProgress, show_found, tally::OutcomeTally,
};
use crate::{
    catalog::run_command,
    claim::Verdict,
    lab,
    lesson::{
        AnswerKey, Block, Claim, DemoBlock, Diagnostic, Lesson, Library, Prediction, ProgramFile,
    },
    record::{Recording, RunStatus},
    repl::{session::Session, settings::Settings},
    tutor::{self, LessonProgram, ProgramOutput, RunOptions},
};

/// Runs everything in the plan that needs no learner's file.
pub fn run_planned(
    session: &mut Session,
    library: &Library,
    (plan, times): (&[PlannedRun<'_>], u32),
    settings: &Settings,
    progress: &mut LintProgress,
    problems: &mut Vec<Diagnostic>,
) -> Result<(), LintInterrupted> {
    for run in plan {
        let what = progress.next(&format!("`{}`", run.describe_run()));
        session.screen.write_message(&what);
        let found: Vec<Diagnostic> = match run {
            PlannedRun::Demo(demo, decided) => tally_demo(session, demo, decided, times, settings)?
                .iter()
                .zip(decided)
                .filter_map(|(tally, one)| tally_diagnostic(tally, one, library))
                .collect(),
            PlannedRun::Program(place, program) => {
                program_runs(session, library, (place, program), times, settings)?
                    .into_iter()
                    .collect()
            }
        };
        show_found(session, &found);
        problems.extend(found);
    }
    Ok(())
}

/// A demo or program to run, and the checks that it decides.
pub enum PlannedRun<'l> {
    Demo(&'l DemoBlock, Vec<DecidedItem<'l>>),
    Program((&'l Lesson, usize), &'l ProgramFile),
}

impl PlannedRun<'_> {
    fn describe_run(&self) -> String {
        match self {
            Self::Demo(demo, _) => run_command(demo.spec.name, &demo.params),
            Self::Program(_, program) => program.file.clone(),
        }
    }
}

/// A check that a demo's run decides, and its place in the lesson.
pub struct DecidedItem<'l> {
    lesson: &'l Lesson,
    line: usize,
    what: DecidedKind<'l>,
}

enum DecidedKind<'l> {
    /// Whether the demo runs at all.
    Demo(&'l DemoBlock),
    Claim(&'l Claim),
    Predict(&'l Prediction),
}

/// Each demo only once with the same settings, with its checks in all lessons.
pub fn plan_runs(library: &Library) -> Vec<PlannedRun<'_>> {
    let mut plan: Vec<PlannedRun> = Vec::new();
    for lesson in library.lessons() {
        let lines = |directive| library.lines_of(lesson, directive).into_iter();
        let (mut demos, mut programs, mut predicts) =
            (lines("demo"), lines("program"), lines("predict"));
        let mut waiting: Vec<(usize, &Prediction)> = Vec::new();
        for block in lesson.blocks() {
            match block {
                Block::Demo(demo) => {
                    let line = demos.next().unwrap_or(1);
                    let mut decided = vec![decided_item(lesson, line, DecidedKind::Demo(demo))];
                    let guesses = waiting.drain(..);
                    decided.extend(guesses.map(|(line, guess)| {
                        self::decided_item(lesson, line, DecidedKind::Predict(guess))
                    }));
                    add_demo(&mut plan, demo, decided);
                }
                Block::Claim(claim) => {
                    let decided = vec![decided_item(lesson, claim.line, DecidedKind::Claim(claim))];
                    add_demo(&mut plan, &claim.demo, decided);
                }
                Block::Predict(predict) => waiting.push((predicts.next().unwrap_or(1), predict)),
                Block::Program(program) => {
                    let line = programs.next().unwrap_or(1);
                    if program.run {
                        plan.push(PlannedRun::Program((lesson, line), program));
                    }
                }
                _ => {}
            }
        }
    }
    plan
}

fn decided_item<'l>(lesson: &'l Lesson, line: usize, what: DecidedKind<'l>) -> DecidedItem<'l> {
    DecidedItem { lesson, line, what }
}

fn add_demo<'l>(
    plan: &mut Vec<PlannedRun<'l>>,
    demo: &'l DemoBlock,
    decided: Vec<DecidedItem<'l>>,
) {
    let known = plan.iter_mut().find_map(|run| match run {
        PlannedRun::Demo(of, known) if of.is_same_run(demo) => Some(known),
        _ => None,
    });
    match known {
        Some(known) => known.extend(decided),
        None => plan.push(PlannedRun::Demo(demo, decided)),
    }
}

/// The results of each check of a demo.
fn tally_demo(
    session: &mut Session,
    asked: &DemoBlock,
    decided: &[DecidedItem<'_>],
    times: u32,
    settings: &Settings,
) -> Result<Vec<OutcomeTally>, LintInterrupted> {
    let mut tallies = vec![OutcomeTally::default(); decided.len()];
    let options = RunOptions {
        shows_lines: false,
        ..settings.run_options()
    };
    for _ in 0..times {
        let params = settings.with_pythons(asked.spec, &asked.params);
        let ran = session.runner.run_demo(asked.spec, params, options);
        if ran.is_interrupted {
            return Err(LintInterrupted);
        }
        for (tally, one) in tallies.iter_mut().zip(decided) {
            for outcome in collect_outcomes(&one.what, one.lesson, &ran.recording) {
                tally.add_outcome(&outcome);
            }
        }
    }
    Ok(tallies)
}

const RAN: &str = "ran";

fn collect_outcomes(what: &DecidedKind<'_>, lesson: &Lesson, recording: &Recording) -> Vec<String> {
    match what {
        DecidedKind::Demo(_) => vec![
            match (recording.run().status(), lab::build_report(recording)) {
                (RunStatus::Partial(why), _) => format!("failed ({why})"),
                (_, Err(error)) => format!("failed ({error})"),
                (RunStatus::Complete, Ok(_)) => RAN.to_owned(),
            },
        ],
        DecidedKind::Claim(claim) => {
            vec![
                tutor::judge_lesson_claim(lesson, claim, recording)
                    .verdict
                    .to_string(),
            ]
        }
        DecidedKind::Predict(predict) => right_choices(predict, recording).into_iter().collect(),
    }
}

/// The choices that are right by measurement: "right: a". `None` if none is decided by measurement.
fn right_choices(predict: &Prediction, recording: &Recording) -> Option<String> {
    let measured = predict
        .choices
        .iter()
        .zip('a'..)
        .filter_map(|(choice, letter)| match &choice.right {
            AnswerKey::Measured(condition) => {
                Some((tutor::judge_condition(condition, recording).verdict, letter))
            }
            AnswerKey::Stated(_) => None,
        });
    let measured: Vec<(Verdict, char)> = measured.collect();
    if measured.is_empty() {
        return None;
    }
    let with = |verdict| {
        let letters = measured.iter().filter(move |(of, _)| *of == verdict);
        letters
            .map(|(_, letter)| letter.to_string())
            .collect::<Vec<_>>()
            .join(" and ")
    };
    let right = with(Verdict::Holds);
    Some(match () {
        () if !right.is_empty() => format!("right: {right}"),
        () if !with(Verdict::CannotBeShown).is_empty() => Verdict::CannotBeShown.to_string(),
        () if !with(Verdict::TooNoisy).is_empty() => Verdict::TooNoisy.to_string(),
        () => NONE_RIGHT.to_owned(),
    })
}

const NONE_RIGHT: &str = "no choice right";

/// The problem with the results of a check.
fn tally_diagnostic(
    tally: &OutcomeTally,
    of: &DecidedItem<'_>,
    library: &Library,
) -> Option<Diagnostic> {
    let place = LessonLine {
        library,
        lesson: of.lesson,
        line: of.line,
    };
    let counts = tally.describe_counts();
    let flaky = |what: &str| {
        Some(place.line_warning(
            &format!("{what} does not always come out the same: {counts}"),
            None,
        ))
    };
    let is = |verdict: Verdict| tally.is_always(verdict.name());
    match &of.what {
        DecidedKind::Demo(_) if tally.total_count() == 0 || tally.is_always(RAN) => None,
        DecidedKind::Demo(_) if tally.count_outcome(RAN) > 0 => flaky("the demo"),
        DecidedKind::Demo(demo) => Some(place.line_error(
            &format!("the demo `{}` never runs: {counts}", demo.spec.name),
            None,
        )),
        DecidedKind::Claim(_) | DecidedKind::Predict(_) if tally.has_different_outcomes() => {
            flaky(&describe_item(&of.what))
        }
        DecidedKind::Claim(claim) if is(Verdict::DoesNotHold) => Some(place.line_error(
            &format!("the claim `{}` never holds here: {counts}", claim.id),
            None,
        )),
        DecidedKind::Predict(predict) if tally.is_always(NONE_RIGHT) => Some(place.line_error(
            &format!(
                "the prediction `{}` has no right choice here: {counts}",
                predict.id
            ),
            None,
        )),
        DecidedKind::Claim(_) | DecidedKind::Predict(_) if is(Verdict::TooNoisy) => {
            Some(place.line_warning(
                &format!(
                    "{} was never decided here: {counts}",
                    describe_item(&of.what)
                ),
                None,
            ))
        }
        DecidedKind::Claim(_) | DecidedKind::Predict(_) => None,
    }
}

fn describe_item(what: &DecidedKind<'_>) -> String {
    match what {
        DecidedKind::Demo(demo) => format!("the demo `{}`", demo.spec.name),
        DecidedKind::Claim(claim) => format!("the claim `{}`", claim.id),
        DecidedKind::Predict(predict) => format!("the prediction `{}`", predict.id),
    }
}

/// Runs a program that a lesson runs.
fn program_runs(
    session: &mut Session,
    library: &Library,
    (place, program): (&(&Lesson, usize), &ProgramFile),
    times: u32,
    settings: &Settings,
) -> Result<Option<Diagnostic>, LintInterrupted> {
    let text = library.program_text(&program.file).unwrap_or_default();
    let mut tally = OutcomeTally::default();
    let (mut cut, mut last) = (false, String::new());
    for _ in 0..times {
        let words = &settings.defaults.python;
        let runs = LessonProgram {
            file: &program.file,
            text,
        };
        match session
            .runner
            .run_program(runs, words, settings.run_options())
        {
            ProgramOutput::Printed {
                remark, was_cut, ..
            } => {
                cut |= was_cut;
                let how = remark.unwrap_or_default();
                let how = how.trim_end_matches('.');
                let failed = format!("failed ({})", how.strip_prefix("It ").unwrap_or(how));
                tally.add_outcome(if how.is_empty() { RAN } else { &failed });
                how.clone_into(&mut last);
            }
            ProgramOutput::Failed(why) => {
                cut = true;
                tally.add_outcome(&format!("failed ({why})"));
            }
            ProgramOutput::Interrupted => return Err(LintInterrupted),
            ProgramOutput::Missing(why) => {
                session
                    .screen
                    .write_message(&format!("`{}` was not run: {why}", program.file));
                return Ok(None);
            }
        }
    }
    let (lesson, line) = *place;
    let place = LessonLine {
        library,
        lesson,
        line,
    };
    let counts = tally.describe_counts();
    Ok(match () {
        () if tally.is_always(RAN) => None,
        () if tally.has_different_outcomes() => {
            let message = format!("the program does not always end in the same way: {counts}");
            Some(place.line_warning(&message, None))
        }
        () if cut => {
            let message = format!("the program never runs to its end: {counts}");
            Some(place.line_error(&message, None))
        }
        // A program that always fails in the same way may be the lesson's subject.
        () => {
            session.screen.write_message(&format!(
                "  {last} each time; no problem if its lesson means it so"
            ));
            None
        }
    })
}
