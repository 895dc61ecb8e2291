//! Predictions about a demo: made before it runs, and compared with the measurement afterwards.
//!
//! If the measurement decides whether a choice is right, there are three values: a result that is too noisy to
//! tell, or cannot be shown here, does not make a guess wrong.

use std::{io, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    choice_marks::{self, ChoiceMarks, ChoiceStyle, UnclearAnswer},
    claims::{fill_template, judge_condition},
    hints::HintSequence,
    progress::ProgressEvent,
    renderer::LessonRenderer,
};
use crate::{
    claim::{Condition, Judgement, Verdict},
    lesson::{AnswerKey, Block, DemoBlock, Lesson, Prediction, ProgramFile},
    record::{Recording, named_enum},
    report::PredictionReport,
};

/// A prediction with the learner's guess.
#[derive(Debug, Clone)]
pub struct Guess {
    predict: Arc<Prediction>,
    marks: ChoiceMarks,
    chosen: Option<usize>,
    is_skipped: bool,
    /// Whether its demo has run.
    is_settled: bool,
    hints: HintSequence,
}

named_enum! {
    /// The result of a guess.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum GuessOutcome {
        /// It was right on this machine.
        Right = "right",
        /// It was wrong on this machine.
        Wrong = "not right",
        /// The measurement does not decide it.
        TooNoisy = "too noisy to tell here",
        /// This machine cannot decide it.
        CannotBeShown = "cannot be shown here",
    }
}

impl From<Verdict> for GuessOutcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Holds => Self::Right,
            Verdict::DoesNotHold => Self::Wrong,
            Verdict::TooNoisy => Self::TooNoisy,
            Verdict::CannotBeShown => Self::CannotBeShown,
        }
    }
}

/// What shows which guess is right: a demo, or a program that is run.
#[derive(Debug, Clone, Copy)]
pub enum Experiment<'a> {
    /// A demo.
    Demo(&'a DemoBlock),
    /// A program whose output is shown.
    Program(&'a ProgramFile),
}

impl<'a> Experiment<'a> {
    /// The experiment that this block is, if it is one.
    pub(super) fn from_block(block: &'a Block) -> Option<Self> {
        match block {
            Block::Demo(demo) => Some(Self::Demo(demo)),
            Block::Program(program) if program.run => Some(Self::Program(program)),
            _ => None,
        }
    }

    /// Whether both are the same block of a lesson.
    fn is_same_block(self, other: Self) -> bool {
        match (self, other) {
            (Self::Demo(one), Self::Demo(other)) => std::ptr::eq(one, other),
            (Self::Program(one), Self::Program(other)) => std::ptr::eq(one, other),
            _ => false,
        }
    }
}

/// The predictions that this experiment of a lesson decides: those between it and the previous one.
pub fn predictions_decided_by<'l>(
    lesson: &'l Lesson,
    experiment: Experiment<'_>,
) -> Vec<&'l Arc<Prediction>> {
    let mut waiting = Vec::new();
    for block in lesson.blocks() {
        if let Block::Predict(predict) = block {
            waiting.push(predict);
        } else if let Some(other) = Experiment::from_block(block) {
            if other.is_same_block(experiment) {
                return waiting;
            }
            waiting.clear();
        }
    }
    Vec::new()
}

impl Guess {
    /// A prediction without a guess.
    pub fn new(predict: &Arc<Prediction>, style: ChoiceStyle) -> Self {
        let count = predict.choices.len();
        Self {
            predict: Arc::clone(predict),
            marks: ChoiceMarks::for_question(&predict.id, count, style),
            chosen: None,
            is_skipped: false,
            is_settled: false,
            hints: HintSequence::default(),
        }
    }

    /// The prediction.
    pub fn predict(&self) -> &Arc<Prediction> {
        &self.predict
    }

    /// The index of the chosen answer.
    pub fn chosen_index(&self) -> Option<usize> {
        self.chosen
    }

    /// Whether the demo may run: a guess was made or skipped.
    pub fn is_done(&self) -> bool {
        self.chosen.is_some() || self.is_skipped
    }

    /// Lets the demo run without a guess.
    pub fn skip(&mut self) {
        self.is_skipped = true;
    }

    /// Whether its demo has run, so that answers do not change it any more.
    pub fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// Sets whether its demo has run.
    pub(super) fn set_settled(&mut self, is_settled: bool) {
        self.is_settled = is_settled;
    }

    /// The question with its choices and the guess, for a learner who comes back to it; `None` without a guess.
    pub(super) fn kept_text(&self) -> Option<String> {
        let place = self.chosen?;
        let (mark, text) = (self.marks.mark_at(place), &self.predict.choices[place].text);
        let listed = self.list_choices();
        Some(format!(
            "{listed}\nYour guess: **{mark})** {text}\n\nUntil the demo has run, another letter changes it."
        ))
    }

    /// The next hint, as Markdown; or that there is none left.
    pub fn next_hint(&mut self) -> String {
        self.hints.next_one(&self.predict.hints)
    }

    /// Whether a line is an answer to the prediction.
    pub fn is_answer(&self, line: &str) -> bool {
        self.marks.is_answer(line)
    }

    /// Accepts a guess, or changes it. Returns the reply as Markdown.
    ///
    /// # Errors
    /// It names no choice, or several.
    pub fn accept_answer(&mut self, line: &str) -> Result<String, UnclearAnswer> {
        let letters = self.marks.list_marks();
        let mut places = self.marks.parse_places(line)?;
        places.dedup();
        let &[place] = &places[..] else {
            return Err(UnclearAnswer::OnlyOne { letters });
        };
        let before = self.chosen.replace(place);
        let (mark, text) = (self.marks.mark_at(place), &self.predict.choices[place].text);
        Ok(match before {
            Some(before) if before != place => {
                let before = self.marks.mark_at(before);
                format!("Your guess is no longer {before}, but **{mark})** {text}")
            }
            _ => format!(
                "Your guess: **{mark})** {text}\n\nUntil the demo has run, another letter changes it."
            ),
        })
    }

    /// The event that records the guess and its result; `None` without a guess.
    pub(super) fn to_event(&self, settled: Option<&SettledGuess>) -> Option<ProgressEvent> {
        Some(ProgressEvent::Predicted {
            id: self.predict.id.clone(),
            choice: self.chosen? + 1,
            outcome: settled.and_then(|settled| settled.outcome),
            measured: settled.map_or(String::new(), |settled| settled.measured.clone()),
        })
    }

    /// The question with its choices.
    pub fn list_choices(&self) -> String {
        let mut text = format!("**What do you expect?** {}\n\n", self.predict.question);
        for at in self.marks.shown_order() {
            let choice = &self.predict.choices[at].text;
            text.push_str(&choice_marks::choice_item(&self.marks.mark_at(at), choice));
        }
        text
    }

    /// The question with its choices and instructions for answering.
    pub fn question_text(&self) -> String {
        let letters = self.marks.list_marks();
        let listed = self.list_choices();
        format!("{listed}\nGuess before you run it: {letters}, or `skip`.")
    }

    /// What to type as an answer: one message in lower case.
    pub fn answer_instructions(&self) -> String {
        format!("answer with {}, or `skip`", self.marks.list_marks())
    }

    /// A line that says why the demo does not run.
    pub fn locked_message(&self) -> String {
        format!(
            "First your guess, then the demo: answer with {}, or `skip` to run it without one.",
            self.marks.list_marks()
        )
    }
}

/// A guess with its result.
#[derive(Debug, Clone, PartialEq)]
pub struct SettledGuess {
    /// The result of the guess; `None` without a guess.
    pub outcome: Option<GuessOutcome>,
    /// The sentences with the figures that decided it; empty if none did.
    pub measured: String,
    /// Whether none of the choices matches the measurement.
    is_unfit: bool,
    /// Whether a recording that came with the lessons was shown in place of a run.
    is_recorded: bool,
    choices: Vec<GuessOutcome>,
}

/// Compares a guess with the measurement. The choices are judged together: if none was proven right, none is
/// wrong. `words` is what the author says of the measurement, where they do.
pub fn settle_guess(
    guess: &Guess,
    words: Option<String>,
    judge: &dyn Fn(&Condition) -> Judgement,
) -> SettledGuess {
    let judged = guess
        .predict
        .choices
        .iter()
        .map(|choice| match &choice.right {
            AnswerKey::Stated(true) => (GuessOutcome::Right, None),
            AnswerKey::Stated(false) => (GuessOutcome::Wrong, None),
            AnswerKey::Measured(condition) => {
                let judgement = judge(condition);
                (judgement.verdict.into(), Some(judgement))
            }
        });
    let (mut choices, judgements): (Vec<GuessOutcome>, Vec<Option<Judgement>>) = judged.unzip();
    let mut right = (0..choices.len()).filter(|at| choices[*at] == GuessOutcome::Right);
    let (right, is_only_one) = (right.next(), right.next().is_none());
    let is_unfit = choices.iter().all(|choice| *choice == GuessOutcome::Wrong);
    if right.is_none() {
        let is_lacking = choices.contains(&GuessOutcome::CannotBeShown);
        let open = if is_lacking {
            GuessOutcome::CannotBeShown
        } else {
            GuessOutcome::TooNoisy
        };
        let wrong = choices
            .iter_mut()
            .filter(|choice| **choice == GuessOutcome::Wrong);
        wrong.for_each(|choice| *choice = open);
    }
    let beaten = guess.chosen.filter(|at| {
        let leans_to_no = matches!(judgements.get(*at), Some(Some(it)) if it.leans_to_no);
        right.is_some() && is_only_one && choices[*at] == GuessOutcome::TooNoisy && leans_to_no
    });
    // A refutation that is too weak for a claim is enough if another choice was proven right.
    if let Some(at) = beaten {
        choices[at] = GuessOutcome::Wrong;
    }
    // The explanation: what this machine lacks for an answer, then for the guess itself, for the right choice, why
    // nothing is decided, or any other.
    let own = guess.chosen.filter(|_| beaten.is_none());
    let is_open = |at: &usize| choices[*at] != GuessOutcome::Wrong;
    let open = (0..choices.len()).find(is_open);
    let is_lacking =
        |it: &Option<Judgement>| matches!(it, Some(it) if it.verdict == Verdict::CannotBeShown);
    let lacking = judgements.iter().position(is_lacking);
    let lacking = lacking.filter(|_| right.is_none());
    let candidates = [lacking, own, right, open, Some(0)].into_iter().flatten();
    let mut decisive = candidates.filter_map(|at| judgements.get(at)?.as_ref());
    SettledGuess {
        outcome: guess.chosen.and_then(|at| choices.get(at).copied()),
        measured: describe_measurement(guess, words, decisive.next()),
        is_unfit,
        is_recorded: false,
        choices,
    }
}

/// What was measured: why it is not decided, and the author's sentences; those of the verdict if the author has
/// none.
fn describe_measurement(
    guess: &Guess,
    words: Option<String>,
    decisive: Option<&Judgement>,
) -> String {
    if guess.predict.measured.is_none() {
        return decisive.map_or_else(String::new, |judgement| judgement.evidence.clone());
    }
    let reason = decisive.and_then(|judgement| judgement.reason.as_ref());
    let reason = reason.map(|reason| format!("{reason}."));
    let parts: Vec<String> = reason.into_iter().chain(words).collect();
    parts.join(" ")
}

/// Shows where to look and what was measured, then the guess with its result and the reason.
pub(super) fn show_settled_guess(
    page: &mut dyn LessonRenderer,
    guess: &Guess,
    settled: &SettledGuess,
) -> io::Result<()> {
    let explain = guess.predict.explain.as_deref().unwrap_or_default();
    let seen = format!("{explain} {}", settled.measured);
    if !seen.trim().is_empty() {
        page.draw_markdown(seen.trim())?;
    }
    if let (Some(place), Some(outcome)) = (guess.chosen, settled.outcome) {
        let choice = &guess.predict.choices[place];
        let (sign, why) = match outcome {
            GuessOutcome::Right => ("✓", choice.why.as_str()),
            GuessOutcome::Wrong => ("✗", choice.why.as_str()),
            undecided => ("≈", undecided_message(undecided, settled)),
        };
        let mark = guess.marks.mark_at(place);
        page.draw_markdown(&format!(
            "{sign} **Your prediction: {outcome}.** {mark}) {}\\\n{why}",
            choice.text
        ))?;
    }
    let others = right_choice_text(guess, settled);
    // Beside a guess that the measurement does not decide, another choice is not the answer.
    let is_decided = matches!(settled.outcome, None | Some(GuessOutcome::Wrong));
    if (is_decided || settled.is_unfit) && !others.is_empty() {
        page.draw_markdown(&others)?;
    }
    Ok(())
}

/// The message if the measurement does not decide the guess.
fn undecided_message(outcome: GuessOutcome, settled: &SettledGuess) -> &'static str {
    match outcome {
        _ if settled.is_unfit => "So your guess was neither right nor wrong.",
        GuessOutcome::TooNoisy if settled.is_recorded => {
            "The recording can't tell whether your guess was right."
        }
        GuessOutcome::TooNoisy => {
            "This run can't tell whether your guess was right. Run it again while no other program is busy."
        }
        _ => "This machine can't tell whether your guess was right.",
    }
}

/// The right choice, for a learner who chose another one or none.
fn right_choice_text(guess: &Guess, settled: &SettledGuess) -> String {
    let (place, measured) = if settled.is_recorded {
        ("in this recording", "was recorded")
    } else {
        ("on this machine", "was measured here")
    };
    let mut paragraphs = Vec::new();
    for (at, outcome) in settled.choices.iter().enumerate() {
        if *outcome == GuessOutcome::Right {
            let choice = &guess.predict.choices[at];
            let mark = guess.marks.mark_at(at);
            let why = &choice.why;
            paragraphs.push(format!(
                "**The answer {place} is {mark})** {}\\\n{why}",
                choice.text
            ));
        }
    }
    if settled.is_unfit {
        paragraphs.push(format!("None of the choices fits what {measured}."));
    } else if guess.chosen.is_none() && !settled.choices.contains(&GuessOutcome::Right) {
        paragraphs.push("So this run can't tell which of the choices is right.".to_owned());
    }
    paragraphs.join("\n\n")
}

/// The answer that the measurement gives to a prediction: the letters of the right choices.
pub(super) fn report_answer(guess: &Guess, settled: &SettledGuess) -> PredictionReport {
    let right = |at: &usize| settled.choices[*at] == GuessOutcome::Right;
    let right = (0..settled.choices.len()).filter(right);
    let answer: Vec<String> = right.map(|at| guess.marks.mark_at(at)).collect();
    let why_null = answer.is_empty().then(|| {
        let is_lacking = settled.choices.contains(&GuessOutcome::CannotBeShown);
        match (settled.is_unfit, is_lacking) {
            (true, _) => "no choice fits what was measured",
            (false, true) => Verdict::CannotBeShown.name(),
            (false, false) => Verdict::TooNoisy.name(),
        }
    });
    PredictionReport {
        id: guess.predict.id.clone(),
        answer: (!answer.is_empty()).then_some(answer),
        why_null: why_null.map(str::to_owned),
        measured: settled.measured.clone(),
    }
}

/// Compares all guesses about a demo with its recording, or about a program with what its author says.
pub(super) fn settle_guesses(
    page: &mut dyn LessonRenderer,
    guesses: &[Guess],
    recording: &Recording,
) -> io::Result<Vec<SettledGuess>> {
    let mut all = Vec::new();
    for guess in guesses {
        let words = guess.predict.measured.as_ref();
        let words = words.and_then(|words| fill_template(words, recording));
        let mut settled = settle_guess(guess, words, &|condition| {
            judge_condition(condition, recording)
        });
        settled.is_recorded = recording.is_builtin;
        show_settled_guess(page, guess, &settled)?;
        all.push(settled);
    }
    Ok(all)
}
