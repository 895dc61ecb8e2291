//! Judges a claim from evidence, and explains the verdict with the figures that decided it.

use serde::Serialize;

use super::{
    condition::Condition,
    eval::{EvaluatedFigure, Evaluator, TruthValue},
    evidence::{CoreSupply, Evidence},
    figure::{FigureEstimate, FigureSupport, ValueRange},
    needs::Needs,
    template::Template,
    units::Unit,
    verdict::Verdict,
    wording,
};
use crate::{
    record::Machine,
    text::{capitalize, format_count, pick_plural},
};

/// A claim is refuted only with at least this many trials.
const LEAST_TRIALS: usize = 3;

/// The reason when there is only one usable core.
const ONE_CORE: &str = "With one usable core, nothing can be shown to run in parallel";
/// The reason when a run did not measure the available cores.
const UNPROBED: &str = "how busy the cores were was not measured";

/// The result of judging a claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is not decided, a sentence without its full stop, where it is not.
    pub reason: Option<String>,
    /// What decided it: that reason and the figures, sentences for a student.
    pub evidence: String,
    /// The figures that were used.
    pub figures: Vec<MeasuredFigure>,
    /// Whether all measurements contradict the claim, even if they are too few to refute it.
    pub leans_to_no: bool,
    /// Whether all measurements support the claim, even if they are too few to prove it.
    pub leans_to_yes: bool,
}

/// One figure that was used.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeasuredFigure {
    /// The question, as the condition writes it.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// The median.
    pub median: f64,
    /// The lower end of the trials' range; the lower quartile of a long series.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The number of values; `None` if the figure is exact.
    pub trials: Option<usize>,
}

/// Judges a claim from evidence.
///
/// `template` is the author's text for the explanation. Only without one, it is built from the condition.
pub fn judge_claim(
    condition: &Condition,
    needs: &Needs,
    template: Option<&Template>,
    evidence: &dyn Evidence,
) -> Judgement {
    let machine = evidence.machine();
    if let Some(why) = lacks_cores(machine, needs) {
        return Judgement::cannot_be_shown(why);
    }
    if let Some(why) = evidence.lacks_python(needs) {
        return Judgement::cannot_be_shown(why);
    }
    let mut hearing = Evaluator::new(evidence, needs);
    let truth = hearing.evaluate_truth(&condition.root);
    let said = match template {
        Some(template) => template.fill_figures(&mut hearing),
        None => wording::join_clauses(hearing.heard.iter().map(|heard| &heard.said)),
    };
    let heard = hearing.heard;
    let leans_to_no = matches!(&truth, TruthValue::No(support) if !support.is_unseen);
    let leans_to_yes = matches!(&truth, TruthValue::Yes(_));
    let (verdict, reason) = match truth {
        TruthValue::Yes(support) => shown(condition, support, evidence),
        TruthValue::No(support) => judge_false_condition(condition, *needs, support, evidence),
        TruthValue::Noisy => (Verdict::TooNoisy, Some(explain_noise(condition, evidence))),
        TruthValue::Missing(why) => (Verdict::CannotBeShown, Some(capitalize(&why))),
    };
    let sentences = [reason.as_ref().map(|reason| format!("{reason}.")), said];
    let sentences: Vec<String> = sentences.into_iter().flatten().collect();
    Judgement {
        verdict,
        reason,
        evidence: sentences.join(" "),
        figures: heard.iter().filter_map(measured_figure).collect(),
        leans_to_no,
        leans_to_yes,
    }
}

/// What the machine lacks for these needs, if anything.
pub fn lacks_cores(machine: &Machine, needs: &Needs) -> Option<String> {
    let usable = machine.cores_usable;
    (usable < needs.cores).then(|| {
        let why = machine.cores_why.as_deref();
        let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
        format!(
            "it needs {} usable cores, and there {why_is} {usable} here{why}",
            needs.cores,
            why_is = pick_plural(usable as usize, "is", "are")
        )
    })
}

/// Judges a true condition. It proves the claim only if neither chance nor another program explains the result.
fn shown(
    condition: &Condition,
    support: FigureSupport,
    evidence: &dyn Evidence,
) -> (Verdict, Option<String>) {
    let is_alone = lacks_second_core(condition, support, evidence);
    if is_alone && support.is_load_made {
        return (Verdict::CannotBeShown, Some(ONE_CORE.to_owned()));
    }
    if support.is_unseen {
        let trials = count_trials(support);
        let why = format!(
            "No counterexample was seen in {trials}, which does not prove that there is none"
        );
        return (Verdict::TooNoisy, Some(why));
    }
    // On one core, more workers get a larger share beside another program.
    if !is_alone && !support.is_load_made {
        return (Verdict::Holds, None);
    }
    if support.is_timed && evidence.core_supply(condition) == CoreSupply::Unknown {
        return (
            Verdict::TooNoisy,
            Some(format!("It looks as if it held, but {UNPROBED}")),
        );
    }
    match find_disturbance(condition, evidence) {
        Some(why) => (Verdict::TooNoisy, Some(why)),
        None => (Verdict::Holds, None),
    }
}

/// Whether a condition on several workers was judged on one core by more than who waits for a lock.
fn lacks_second_core(
    condition: &Condition,
    support: FigureSupport,
    evidence: &dyn Evidence,
) -> bool {
    let by_cores = condition.asks_overlap() && support.is_load_made;
    evidence.machine().cores_usable < 2 && (condition.compares_speed() || by_cores)
}

fn count_trials(support: FigureSupport) -> String {
    match support.trials {
        Some(trials) => format_count(trials, "trial", "trials"),
        None => "this run".to_owned(),
    }
}

/// Judges a false condition. It refutes the claim only if nothing else explains the result.
fn judge_false_condition(
    condition: &Condition,
    needs: Needs,
    support: FigureSupport,
    evidence: &dyn Evidence,
) -> (Verdict, Option<String>) {
    if lacks_second_core(condition, support, evidence) {
        return (Verdict::CannotBeShown, Some(ONE_CORE.to_owned()));
    }
    if let Some(why) = evidence.stop_reason(&needs) {
        let why = format!(
            "The run did not come to its end: {}",
            why.trim_end_matches('.')
        );
        return (Verdict::CannotBeShown, Some(why));
    }
    if support.is_unseen {
        let trials = count_trials(support);
        let why = format!("Chance decides it, and {trials} cannot show that it never happens");
        return (Verdict::TooNoisy, Some(why));
    }
    if support.is_settled() {
        return (Verdict::DoesNotHold, None);
    }
    if let Some(why) = find_disturbance(condition, evidence) {
        return (Verdict::TooNoisy, Some(why));
    }
    if let Some(trials) = support.trials.filter(|trials| *trials < LEAST_TRIALS) {
        let few = format_count(trials, "trial proves", "trials prove");
        let why = format!("It looks as if it did not hold, but {few} nothing");
        return (Verdict::TooNoisy, Some(why));
    }
    if support.is_timed && evidence.core_supply(condition) == CoreSupply::Unknown {
        let why = format!("It looks as if it did not hold, but {UNPROBED}");
        return (Verdict::TooNoisy, Some(why));
    }
    (Verdict::DoesNotHold, None)
}

fn explain_noise(condition: &Condition, evidence: &dyn Evidence) -> String {
    find_disturbance(condition, evidence)
        .unwrap_or_else(|| "The trials lie on both sides of what would decide it".to_owned())
}

/// Why not all usable cores were available: a quota, or other programs.
fn find_disturbance(condition: &Condition, evidence: &dyn Evidence) -> Option<String> {
    let machine = evidence.machine();
    let usable = f64::from(machine.cores_usable);
    if let Some(quota) = machine.core_quota().filter(|quota| *quota < usable) {
        return Some(format!(
            "A control group grants only {} of {} of processor time",
            wording::format_number(quota),
            format_count(machine.cores_usable as usize, "core", "cores")
        ));
    }
    let CoreSupply::Short(free) = evidence.core_supply(condition) else {
        return None;
    };
    Some(format!(
        "Other programs kept {} of {} busy",
        wording::format_number((usable - free).max(0.0)),
        format_count(machine.cores_usable as usize, "core", "cores")
    ))
}

fn measured_figure(heard: &EvaluatedFigure) -> Option<MeasuredFigure> {
    let figure = heard.figure?;
    Some(MeasuredFigure {
        name: heard.question.text.clone(),
        unit: figure.unit,
        median: figure.median,
        low: figure.wide.low,
        high: figure.wide.high,
        trials: figure.support.trials,
    })
}

impl MeasuredFigure {
    /// The figure with its unit, and the range of its trials if they differ: `124 ms (123–125)`.
    pub fn format_with_range(&self) -> String {
        let span = ValueRange {
            low: self.low,
            high: self.high,
        };
        wording::format_figure(&FigureEstimate {
            median: self.median,
            wide: span,
            ..FigureEstimate::exact(self.median, self.unit)
        })
    }
}

impl Judgement {
    /// The judgement when nothing could be measured. The reason is one clause in lower case.
    pub fn cannot_be_shown(why: impl AsRef<str>) -> Self {
        let reason = capitalize(why.as_ref());
        Self {
            verdict: Verdict::CannotBeShown,
            evidence: format!("{reason}."),
            reason: Some(reason),
            figures: Vec::new(),
            leans_to_no: false,
            leans_to_yes: false,
        }
    }
}
