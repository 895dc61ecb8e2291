//! Predictions about a demo: made before it runs, and compared with the measurement afterwards.
//!
//! If the measurement decides whether a choice is right, there are three values: a result that is too noisy to
//! tell, or cannot be shown here, does not make a guess wrong.

use std::{fmt, io, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    choice_marks::{self, ChoiceMarks, UnclearAnswer},
    claims::judge_condition,
    hints::HintSequence,
    progress::ProgressEvent,
    renderer::LessonRenderer,
    show::strip_markdown,
};
use crate::{
    claim::{Condition, Judgement, Verdict},
    lesson::{AnswerKey, Block, DemoBlock, Lesson, Prediction},
    record::{Recording, Value},
    report::{PredictionReport, Table},
};

/// A prediction with the learner's guess.
#[derive(Debug, Clone)]
pub struct Guess {
    predict: Arc<Prediction>,
    marks: ChoiceMarks,
    chosen: Option<usize>,
    is_skipped: bool,
    hints: HintSequence,
}

/// The result of a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GuessOutcome {
    /// It was right on this machine.
    Right,
    /// It was wrong on this machine.
    Wrong,
    /// The measurement does not decide it.
    TooNoisy,
    /// This machine cannot decide it.
    CannotBeShown,
}

impl fmt::Display for GuessOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Right => "right",
            Self::Wrong => "not right",
            Self::TooNoisy => "too noisy to tell here",
            Self::CannotBeShown => "cannot be shown here",
        })
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

/// The predictions that this demo of a lesson decides: those between it and the previous demo.
pub fn predictions_decided_by<'l>(
    lesson: &'l Lesson,
    demo: &DemoBlock,
) -> Vec<&'l Arc<Prediction>> {
    let mut waiting = Vec::new();
    for block in lesson.blocks() {
        match block {
            Block::Predict(predict) => waiting.push(predict),
            Block::Demo(other) if std::ptr::eq(other, demo) => return waiting,
            Block::Demo(_) => waiting.clear(),
            _ => {}
        }
    }
    Vec::new()
}

impl Guess {
    /// A prediction without a guess.
    pub fn new(predict: &Arc<Prediction>, numbered: bool) -> Self {
        let count = predict.choices.len();
        Self {
            predict: Arc::clone(predict),
            marks: ChoiceMarks { count, numbered },
            chosen: None,
            is_skipped: false,
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
        for (at, choice) in self.predict.choices.iter().enumerate() {
            text.push_str(&choice_marks::choice_item(
                &self.marks.mark_at(at),
                &choice.text,
            ));
        }
        text
    }

    /// The question with its choices and instructions for answering.
    pub fn question_text(&self) -> String {
        let letters = self.marks.list_marks();
        let listed = self.list_choices();
        format!("{listed}\nGuess before you run it: {letters}, or `skip`.")
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
    choices: Vec<GuessOutcome>,
}

/// Compares a guess with the measurement. The choices are judged together: if none was proven right, none is
/// wrong.
pub fn settle_guess(guess: &Guess, judge: &dyn Fn(&Condition) -> Judgement) -> SettledGuess {
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
    // The explanation: for the guess itself, for the right choice, why nothing is decided, or any other, in
    // this order.
    let own = guess.chosen.filter(|_| beaten.is_none());
    let is_open = |at: &usize| choices[*at] != GuessOutcome::Wrong;
    let open = (0..choices.len()).find(is_open);
    let candidates = [own, right, open, Some(0)].into_iter().flatten();
    let mut decisive =
        candidates.filter_map(|at| Some(judgements.get(at)?.as_ref()?.evidence.clone()));
    SettledGuess {
        outcome: guess.chosen.and_then(|at| choices.get(at).copied()),
        measured: decisive.next().unwrap_or_default(),
        is_unfit,
        choices,
    }
}

/// Shows the guess and the measurement side by side, then the reason, then the explanation.
pub(super) fn show_settled_guess(
    page: &mut dyn LessonRenderer,
    guess: &Guess,
    settled: &SettledGuess,
) -> io::Result<()> {
    if let (Some(place), Some(outcome)) = (guess.chosen, settled.outcome) {
        page.draw_table(&side_by_side(guess, place, outcome, settled))?;
        let why = &guess.predict.choices[place].why;
        match outcome {
            GuessOutcome::Right => page.draw_markdown(&format!("**Right.** {why}"))?,
            GuessOutcome::Wrong => page.draw_markdown(&format!("**Not so:** {why}"))?,
            undecided => page.draw_markdown(self::undecided_message(undecided, settled))?,
        }
    }
    let others = right_choice_text(guess, settled);
    if settled.outcome != Some(GuessOutcome::Right) && !others.is_empty() {
        page.draw_markdown(&others)?;
    }
    match &guess.predict.explain {
        Some(explain) => page.draw_markdown(explain),
        None => Ok(()),
    }
}

/// The message if the measurement does not decide the guess.
fn undecided_message(outcome: GuessOutcome, settled: &SettledGuess) -> &'static str {
    let is_noisy = outcome == GuessOutcome::TooNoisy;
    match (settled.choices.contains(&GuessOutcome::Right), is_noisy) {
        (true, _) => "Whether yours is right as well, this run does not tell.",
        (false, _) if settled.is_unfit => "So you were neither right nor wrong.",
        (false, true) => {
            "This run can't tell whether you were right. Run it again, best while no other program is busy."
        }
        (false, false) => {
            "So this machine can tell neither that you were right nor that you were not."
        }
    }
}

fn side_by_side(
    guess: &Guess,
    place: usize,
    outcome: GuessOutcome,
    settled: &SettledGuess,
) -> Table {
    let measured = if settled.measured.is_empty() {
        ("it is", right_choices(guess, settled).join("; "))
    } else {
        ("measured", settled.measured.clone())
    };
    let mut table = Table::new(
        format!("Your prediction: {outcome}"),
        &["guess", measured.0],
    );
    table.add_row([
        Value::text(label_choice(guess, place)),
        Value::text(strip_markdown(&measured.1)),
    ]);
    table
}

fn label_choice(guess: &Guess, place: usize) -> String {
    let text = strip_markdown(&guess.predict.choices[place].text);
    format!("{}) {text}", guess.marks.mark_at(place))
}

fn right_choices(guess: &Guess, settled: &SettledGuess) -> Vec<String> {
    let right = |at: &usize| settled.choices[*at] == GuessOutcome::Right;
    let places = (0..settled.choices.len()).filter(right);
    places.map(|at| label_choice(guess, at)).collect()
}

/// The right choice, for a learner who chose another one or none.
fn right_choice_text(guess: &Guess, settled: &SettledGuess) -> String {
    let mut told = Vec::new();
    for (at, outcome) in settled.choices.iter().enumerate() {
        if *outcome == GuessOutcome::Right {
            let choice = &guess.predict.choices[at];
            let mark = guess.marks.mark_at(at);
            let why = &choice.why;
            told.push(format!("**Right here: {mark})** {}\n\n{why}", choice.text));
        }
    }
    if guess.chosen.is_none() && !settled.measured.is_empty() {
        told.insert(0, format!("**Measured.** {}", settled.measured));
    }
    if settled.is_unfit {
        told.push("None of the choices fits what was measured here.".to_owned());
    } else if guess.chosen.is_none() && !settled.choices.contains(&GuessOutcome::Right) {
        told.push("So this run can't tell which of the choices is right.".to_owned());
    }
    told.join("\n\n")
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
            (false, true) => Verdict::CannotBeShown.as_str(),
            (false, false) => Verdict::TooNoisy.as_str(),
        }
    });
    PredictionReport {
        id: guess.predict.id.clone(),
        answer: (!answer.is_empty()).then_some(answer),
        why_null: why_null.map(str::to_owned),
        measured: settled.measured.clone(),
    }
}

/// Compares all guesses about a demo with its recording.
pub(super) fn settle_guesses(
    page: &mut dyn LessonRenderer,
    guesses: &[Guess],
    recording: &Recording,
) -> io::Result<Vec<SettledGuess>> {
    let mut all = Vec::new();
    for guess in guesses {
        let settled = settle_guess(guess, &|condition| judge_condition(condition, recording));
        show_settled_guess(page, guess, &settled)?;
        all.push(settled);
    }
    Ok(all)
}
