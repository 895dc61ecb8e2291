//! Where each figure of a condition is found in a run.

use crate::{
    claim::{AggregateKind, AnswerValues, ConditionQuestion, MeasuredQuantity, Unit},
    record::{Backend, EventKind, Observation, Run, TrialTimes, Value, Worker, WorkerKind},
    report::summary::count_sharing_workers,
};

/// Why a run does not answer a question.
pub(super) enum MissingReason {
    /// It says so itself.
    Told(String),
    /// It holds nothing of the kind.
    Nothing,
}

/// The answer of one run.
pub(super) fn find_values(
    run: Run<'_>,
    question: &ConditionQuestion,
) -> Result<AnswerValues, MissingReason> {
    let times = |unit, figure: fn(&TrialTimes) -> Option<f64>| {
        let trials = backend_trials(run, question)?;
        number_values(trials.iter().filter_map(figure).collect(), unit)
    };
    match &question.quantity {
        MeasuredQuantity::Work => times(Unit::Seconds, |times| Some(times.work_s)),
        MeasuredQuantity::Startup => times(Unit::Seconds, |times| Some(times.startup_s)),
        MeasuredQuantity::Total => times(Unit::Seconds, |times| Some(times.total_s)),
        MeasuredQuantity::Cpu => times(Unit::Seconds, |times| times.cpu_s),
        MeasuredQuantity::CoresUsed => {
            times(Unit::Plain, |times| Some(times.cpu_s? / times.work_s))
        }
        MeasuredQuantity::Speedup => number_values(compute_speedups(run, question)?, Unit::Plain),
        MeasuredQuantity::Efficiency => {
            let backend = question.backend.ok_or(MissingReason::Nothing)?;
            let workers = count_workers(run, backend).unwrap_or(1).max(1) as f64;
            let speedups = compute_speedups(run, question)?;
            number_values(speedups.iter().map(|s| s / workers).collect(), Unit::Share)
        }
        MeasuredQuantity::Workers => {
            let count = question
                .backend
                .and_then(|backend| count_workers(run, backend));
            Ok(AnswerValues::Exact(
                count.ok_or(MissingReason::Nothing)? as f64,
                Unit::Count,
            ))
        }
        MeasuredQuantity::Pids => pid_values(run, question),
        MeasuredQuantity::Ran => ran_values(run, question),
        MeasuredQuantity::Observed(pick, name) => observation_values(run, question, *pick, name),
        MeasuredQuantity::Flag(name) => {
            let found = find_observations(run, question, name);
            let truths = found.iter().filter_map(|value| match value {
                Value::Flag(flag) => Some(*flag),
                _ => None,
            });
            let truths: Vec<bool> = truths.collect();
            if truths.is_empty() {
                Err(missing_reason(&found))
            } else {
                Ok(AnswerValues::Truths(truths))
            }
        }
        MeasuredQuantity::Text(name) => {
            let found = find_observations(run, question, name);
            let texts = collect_texts(&found);
            if texts.is_empty() {
                Err(missing_reason(&found))
            } else {
                Ok(AnswerValues::Texts(texts))
            }
        }
    }
}

fn number_values(values: Vec<f64>, unit: Unit) -> Result<AnswerValues, MissingReason> {
    let mut values = values;
    values.retain(|value| value.is_finite());
    if values.is_empty() {
        return Err(MissingReason::Nothing);
    }
    Ok(AnswerValues::Numbers(values, unit))
}

/// The backend's trials, at least one.
fn backend_trials(
    run: Run<'_>,
    question: &ConditionQuestion,
) -> Result<Vec<TrialTimes>, MissingReason> {
    let backend = question.backend.ok_or(MissingReason::Nothing)?;
    let trials = run.trials(backend);
    if trials.is_empty() {
        return Err(skipped_reason(run, backend));
    }
    Ok(trials)
}

fn skipped_reason(run: Run<'_>, backend: Backend) -> MissingReason {
    let skipped = run
        .skipped_backends()
        .into_iter()
        .find(|(of, _)| *of == backend);
    match skipped {
        Some((_, why)) => MissingReason::Told(format!("`{backend}` did not run: {why}")),
        None => MissingReason::Nothing,
    }
}

/// One thread's work ÷ the work of several, round by round.
///
/// So the spread of either side counts, as does a round in which one of them is missing; and what slowed a whole
/// round down, or the machine bit by bit, slowed both and cancels out.
fn compute_speedups(run: Run<'_>, question: &ConditionQuestion) -> Result<Vec<f64>, MissingReason> {
    backend_trials(run, question)?;
    let backend = question.backend.ok_or(MissingReason::Nothing)?;
    let python = question.backend.is_some_and(Backend::is_python);
    let base = if python {
        Backend::PythonSerial
    } else {
        Backend::Serial
    };
    let serial = round_times(run, base);
    if serial.is_empty() {
        let why = format!("`{base}` did not run, so there is nothing to compare with");
        return Err(MissingReason::Told(why));
    }
    let of_round = |round| serial.iter().find(|(of, _)| *of == round);
    let pairs = round_times(run, backend).into_iter();
    Ok(pairs
        .filter_map(|(round, work)| Some(of_round(round)?.1 / work))
        .collect())
}

/// The rounds of a backend, and how long each took; without the one for warming up.
fn round_times(run: Run<'_>, of: Backend) -> Vec<(u32, f64)> {
    let finished = run.events().filter_map(|event| match &event.what {
        EventKind::TrialFinished {
            backend,
            trial: Some(round),
            times,
        } if *backend == of => Some((*round, times.work_s)),
        _ => None,
    });
    finished.collect()
}

fn count_workers(run: Run<'_>, backend: Backend) -> Option<usize> {
    let workers = run.workers(backend);
    (!workers.is_empty()).then(|| count_sharing_workers(&workers))
}

/// How many shared the work of a trial. A demo without trials may have had several lots of workers.
pub(super) fn count_workers_at_work(run: Run<'_>, backend: Backend) -> Option<usize> {
    let has_trials = !run.trials(backend).is_empty();
    has_trials.then(|| count_workers(run, backend)).flatten()
}

fn pid_values(run: Run<'_>, question: &ConditionQuestion) -> Result<AnswerValues, MissingReason> {
    let backend = question.backend.ok_or(MissingReason::Nothing)?;
    let workers = run.workers(backend);
    let main = |worker: &&Worker| worker.kind != WorkerKind::Main;
    let mut pids: Vec<u32> = workers
        .iter()
        .filter(main)
        .map(|worker| worker.pid)
        .collect();
    if pids.is_empty() {
        pids = workers.iter().map(|worker| worker.pid).collect();
    }
    pids.sort_unstable();
    pids.dedup();
    if pids.is_empty() {
        return Err(skipped_reason(run, backend));
    }
    Ok(AnswerValues::Exact(pids.len() as f64, Unit::Count))
}

fn ran_values(run: Run<'_>, question: &ConditionQuestion) -> Result<AnswerValues, MissingReason> {
    let backend = question.backend.ok_or(MissingReason::Nothing)?;
    let ran = !run.trials(backend).is_empty();
    if !ran && !run.skipped_backends().iter().any(|(of, _)| *of == backend) {
        return Err(MissingReason::Nothing);
    }
    Ok(AnswerValues::Truths(vec![ran]))
}

/// The values of an observation that carries the question's labels.
///
/// What a Python measured need not say under which backend: it is in that Python's own run.
fn find_observations<'a>(run: Run<'a>, question: &ConditionQuestion, name: &str) -> Vec<&'a Value> {
    let labels: Vec<(&str, &str)> = question
        .labels
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    let is_python = run.interpreter().is_some();
    let of_backend = |observation: &Observation| match question.backend {
        None => true,
        Some(backend) => match observation.labels.get("backend") {
            Some(of) => of == backend.name(),
            None => is_python,
        },
    };
    run.observations(name)
        .into_iter()
        .filter(|observation| observation.has_labels(&labels) && of_backend(observation))
        .map(|observation| observation.value)
        .collect()
}

/// The reason among values that hold no figure.
fn missing_reason(found: &[&Value]) -> MissingReason {
    let reason = found.iter().find_map(|value| match value {
        Value::Missing(why) => Some(why.clone()),
        _ => None,
    });
    reason.map_or(MissingReason::Nothing, MissingReason::Told)
}

fn observation_values(
    run: Run<'_>,
    question: &ConditionQuestion,
    pick: AggregateKind,
    name: &str,
) -> Result<AnswerValues, MissingReason> {
    let found = find_observations(run, question, name);
    if found.is_empty() && name == "lost" {
        return lost_values(run, question);
    }
    // None of what was looked for is a count too, if the run looked.
    if pick == AggregateKind::Count && !run.observations(name).is_empty() {
        return Ok(AnswerValues::Exact(found.len() as f64, Unit::Count));
    }
    let unit = found.iter().find_map(|value| unit_of_value(value));
    let Some(unit) = unit else {
        let texts = collect_texts(&found);
        return if pick == AggregateKind::Distinct && !texts.is_empty() {
            Ok(AnswerValues::Texts(texts))
        } else {
            Err(missing_reason(&found))
        };
    };
    let of_unit = found
        .iter()
        .filter(|value| self::unit_of_value(value) == Some(unit));
    number_values(of_unit.filter_map(|value| value.number()).collect(), unit)
}

fn unit_of_value(value: &Value) -> Option<Unit> {
    match value {
        Value::Count(_) | Value::Pid(_) => Some(Unit::Count),
        Value::Seconds(_) => Some(Unit::Seconds),
        Value::Bytes(_) => Some(Unit::Bytes),
        Value::Ratio(_) => Some(Unit::Plain),
        Value::Share(_) => Some(Unit::Share),
        Value::Rate(_) => Some(Unit::Rate),
        _ => None,
    }
}

fn collect_texts(found: &[&Value]) -> Vec<String> {
    let texts = found.iter().filter_map(|value| match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    });
    texts.collect()
}

/// What was expected and not seen, trial by trial.
fn lost_values(run: Run<'_>, question: &ConditionQuestion) -> Result<AnswerValues, MissingReason> {
    let expected = find_observations(run, question, "expected");
    let seen = find_observations(run, question, "seen");
    let numbers_of = |values: &[&Value]| -> Vec<f64> {
        values.iter().filter_map(|value| value.number()).collect()
    };
    let pairs = numbers_of(&expected).into_iter().zip(numbers_of(&seen));
    let lost: Vec<f64> = pairs.map(|(expected, seen)| expected - seen).collect();
    match number_values(lost, Unit::Count) {
        Ok(values) => Ok(values),
        Err(_) => Err(missing_reason(&seen)),
    }
}
