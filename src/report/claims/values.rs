//! Where each figure of a condition is found in a run.

use crate::{
    claim::{AggregateKind, AnswerValues, ConditionQuestion, MeasuredQuantity, Unit, metric_unit},
    record::{
        Backend, Observation, Run, Value,
        metrics::{self, Metric, WorkOverlap},
    },
    report::summary::explain_missing_speedup,
};

/// Why a run does not answer a question.
pub(super) enum MissingReason {
    /// It says so itself.
    Reported(String),
    /// It holds nothing of the kind.
    Nothing,
}

/// The answer of one run.
pub(super) fn find_values(
    run: Run<'_>,
    question: &ConditionQuestion,
) -> Result<AnswerValues, MissingReason> {
    match &question.quantity {
        MeasuredQuantity::Metric(metric) => metric_values(run, question, *metric),
        MeasuredQuantity::ByTurns => overlap_values(run, question, |it| it == WorkOverlap::ByTurns),
        MeasuredQuantity::AtOnce => overlap_values(run, question, |it| it != WorkOverlap::ByTurns),
        MeasuredQuantity::Workers => {
            let backend = question.backend;
            let count = backend.and_then(|backend| metrics::count_workers(run, backend));
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

fn metric_values(
    run: Run<'_>,
    question: &ConditionQuestion,
    metric: Metric,
) -> Result<AnswerValues, MissingReason> {
    let backend = question.backend.ok_or(MissingReason::Nothing)?;
    if run.trials(backend).is_empty() {
        return Err(skipped_reason(run, backend));
    }
    let values = metric.values(run, backend);
    if values.is_empty() && matches!(metric, Metric::Speedup | Metric::Efficiency) {
        return Err(MissingReason::Reported(explain_missing_speedup(
            &run, backend,
        )));
    }
    number_values(values, metric_unit(metric))
}

fn skipped_reason(run: Run<'_>, backend: Backend) -> MissingReason {
    let skipped = run
        .skipped_backends()
        .into_iter()
        .find(|(of, _)| *of == backend);
    match skipped {
        Some((_, why)) => MissingReason::Reported(format!("`{backend}` did not run: {why}")),
        None => MissingReason::Nothing,
    }
}

/// How many shared the work of a trial. A demo without trials may have had several lots of workers.
pub(super) fn count_workers_at_work(run: Run<'_>, backend: Backend) -> Option<usize> {
    let has_trials = !run.trials(backend).is_empty();
    has_trials
        .then(|| metrics::count_workers(run, backend))
        .flatten()
}

fn pid_values(run: Run<'_>, question: &ConditionQuestion) -> Result<AnswerValues, MissingReason> {
    let backend = question.backend.ok_or(MissingReason::Nothing)?;
    let pids = metrics::count_pids(run, backend).ok_or_else(|| skipped_reason(run, backend))?;
    Ok(AnswerValues::Exact(pids as f64, Unit::Count))
}

fn ran_values(run: Run<'_>, question: &ConditionQuestion) -> Result<AnswerValues, MissingReason> {
    let backend = question.backend.ok_or(MissingReason::Nothing)?;
    let ran = !run.trials(backend).is_empty();
    if !ran && !run.skipped_backends().iter().any(|(of, _)| *of == backend) {
        return Err(MissingReason::Nothing);
    }
    Ok(AnswerValues::Truths(vec![ran]))
}

fn overlap_values(
    run: Run<'_>,
    question: &ConditionQuestion,
    is_it: fn(WorkOverlap) -> bool,
) -> Result<AnswerValues, MissingReason> {
    let backend = question.backend.ok_or(MissingReason::Nothing)?;
    if run.trials(backend).is_empty() {
        return Err(skipped_reason(run, backend));
    }
    if Metric::LockSwitches.values(run, backend).is_empty() {
        return uncounted_values(run, question);
    }
    match metrics::work_overlap(run, backend) {
        Ok(overlap) => Ok(AnswerValues::Truths(vec![is_it(overlap)])),
        Err(why) => Err(MissingReason::Reported(format!(
            "whether `{backend}` took turns can't be told: {why}"
        ))),
    }
}

/// Where nobody counted how often workers waited (another platform, an old recording), the cores that they used answer.
/// With one usable core these say nothing.
fn uncounted_values(
    run: Run<'_>,
    question: &ConditionQuestion,
) -> Result<AnswerValues, MissingReason> {
    if run.machine().cores_usable < 2 {
        let why = "with one usable core, nothing can be shown to run in parallel";
        return Err(MissingReason::Reported(why.to_owned()));
    }
    metric_values(run, question, Metric::CoresUsed)
}

/// The values of an observation that carries the question's labels.
///
/// What a Python measured need not say under which backend: it is in that Python's own run.
fn find_observations<'a>(run: Run<'a>, question: &ConditionQuestion, name: &str) -> Vec<&'a Value> {
    let labels = question.label_pairs();
    let is_python = run.interpreter().is_some();
    let of_backend = |observation: &Observation| match question.backend {
        None => true,
        Some(backend) => match observation.labels.get("backend") {
            Some(of) => of == backend.name(),
            None => is_python,
        },
    };
    run.labelled_observations(name, &labels)
        .into_iter()
        .filter(of_backend)
        .map(|observation| observation.value)
        .collect()
}

/// The reason among values that hold no figure.
fn missing_reason(found: &[&Value]) -> MissingReason {
    let reason = found.iter().find_map(|value| match value {
        Value::Missing(why) => Some(why.clone()),
        _ => None,
    });
    reason.map_or(MissingReason::Nothing, MissingReason::Reported)
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
