//! From evidence to a verdict, with the numbers that decided it in words.

use serde::Serialize;

use super::{
    condition::Condition,
    eval::{EvaluatedFigure, Evaluator, TruthValue},
    evidence::Evidence,
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

/// A claim is refused only with so many trials behind it.
const LEAST_TRIALS: usize = 3;
/// With less than this share of the usable cores free, other programs were in the way.
pub const LEAST_FREE: f64 = 0.85;

/// What one usable core leaves open.
const ONE_CORE: &str = "With one usable core, nothing can be shown to run in parallel";
/// What a run leaves open that did not look at the cores.
const UNPROBED: &str = "how busy the cores were was not measured";

/// What came of holding a claim against evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is not decided, a sentence without its full stop, where it is not.
    pub reason: Option<String>,
    /// What decided it: that reason and the figures, sentences for a student.
    pub evidence: String,
    /// The figures that took part.
    pub figures: Vec<MeasuredFigure>,
    /// Whether all that was measured says no, even if that is too little to refuse it.
    pub leans_to_no: bool,
    /// Whether all that was measured says yes, even if that is too little to prove it.
    pub leans_to_yes: bool,
}

/// One figure that took part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeasuredFigure {
    /// As the condition asks for it.
    pub name: String,
    /// What kind of number it is.
    pub unit: Unit,
    /// The middle.
    pub median: f64,
    /// The lower end of where its trials lie; a long series has its quartiles here.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How many values stand behind it; `None` for what is exact.
    pub trials: Option<usize>,
}

/// Holds a claim against evidence.
///
/// `template` has the author's words for what decided it; without one they are put together from the condition.
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
    let mut hearing = Evaluator {
        evidence,
        needs,
        heard: Vec::new(),
    };
    let truth = hearing.evaluate_truth(&condition.root);
    let in_order = wording::join_clauses(hearing.heard.iter().map(|heard| &heard.said));
    let filled = template.and_then(|template| template.fill_figures(&mut hearing));
    let said = filled.map(wording::to_sentence).or(in_order);
    let heard = hearing.heard;
    let leans_to_no = matches!(&truth, TruthValue::No(support) if !support.is_unseen);
    let leans_to_yes = matches!(&truth, TruthValue::Yes(_));
    let (verdict, reason) = match truth {
        TruthValue::Yes(support) => shown(condition, support, evidence),
        TruthValue::No(support) => judge_false_condition(condition, *needs, support, evidence),
        TruthValue::Noisy => (Verdict::TooNoisy, Some(explain_noise(evidence))),
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

/// What the machine lacks, if it does.
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

/// The condition is true. That shows the claim only if neither chance nor another program explains it.
fn shown(
    condition: &Condition,
    support: FigureSupport,
    evidence: &dyn Evidence,
) -> (Verdict, Option<String>) {
    let is_alone = condition.compares_speed() && evidence.machine().cores_usable < 2;
    if is_alone && support.is_load_made {
        return (Verdict::CannotBeShown, Some(ONE_CORE.to_owned()));
    }
    if support.is_unseen {
        let rounds = rounds(support);
        let why = format!(
            "The opposite was not seen in {rounds}, which does not show that it never happens"
        );
        return (Verdict::TooNoisy, Some(why));
    }
    // On one core, the more workers there are, the larger their part beside another program.
    if !is_alone && !support.is_load_made {
        return (Verdict::Holds, None);
    }
    if support.is_timed && evidence.available_cores().is_none() {
        return (
            Verdict::TooNoisy,
            Some(format!("It looks as if it held, but {UNPROBED}")),
        );
    }
    match find_disturbance(evidence) {
        Some(why) => (Verdict::TooNoisy, Some(why)),
        None => (Verdict::Holds, None),
    }
}

fn rounds(support: FigureSupport) -> String {
    match support.trials {
        Some(rounds) => format_count(rounds, "round", "rounds"),
        None => "this run".to_owned(),
    }
}

/// The condition is false. That refutes the claim only if nothing else explains it.
fn judge_false_condition(
    condition: &Condition,
    needs: Needs,
    support: FigureSupport,
    evidence: &dyn Evidence,
) -> (Verdict, Option<String>) {
    if condition.compares_speed() && evidence.machine().cores_usable < 2 {
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
        let rounds = rounds(support);
        let why = format!("It was not seen in {rounds}, which does not show that it never happens");
        return (Verdict::TooNoisy, Some(why));
    }
    if support.is_settled() {
        return (Verdict::DoesNotHold, None);
    }
    if let Some(trials) = support.trials.filter(|trials| *trials < LEAST_TRIALS) {
        let few = format_count(trials, "trial proves", "trials prove");
        let why = format!("It looks as if it did not hold, but {few} nothing");
        return (Verdict::TooNoisy, Some(why));
    }
    if support.is_timed && evidence.available_cores().is_none() {
        let why = format!("It looks as if it did not hold, but {UNPROBED}");
        return (Verdict::TooNoisy, Some(why));
    }
    match find_disturbance(evidence) {
        Some(why) => (Verdict::TooNoisy, Some(why)),
        None => (Verdict::DoesNotHold, None),
    }
}

fn explain_noise(evidence: &dyn Evidence) -> String {
    find_disturbance(evidence)
        .unwrap_or_else(|| "The trials lie on both sides of what would decide it".to_owned())
}

/// Who else wanted the cores, if somebody did.
fn find_disturbance(evidence: &dyn Evidence) -> Option<String> {
    let machine = evidence.machine();
    let usable = f64::from(machine.cores_usable);
    if let Some(quota) = machine.core_quota().filter(|quota| *quota < usable) {
        return Some(format!(
            "A control group grants only {} of {} of processor time",
            wording::format_number(quota),
            format_count(machine.cores_usable as usize, "core", "cores")
        ));
    }
    let free = evidence
        .available_cores()
        .filter(|free| *free < LEAST_FREE * usable)?;
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
    /// With its unit, and where its trials lie if they differ: `124 ms (123–125)`.
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
    /// Nothing could be measured, and why: one clause in lower case.
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
