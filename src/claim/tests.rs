//! Conditions and verdicts, with made-up evidence.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::record::{Backend, Interpreter, Machine};

/// Answers what it is told to: by the text of the question.
#[derive(Default)]
struct Made {
    answers: BTreeMap<String, Result<Values, String>>,
    cores: u32,
    why: Option<String>,
    free: Option<f64>,
    lacks: Option<String>,
    machine: Option<Machine>,
}

impl Made {
    fn on(cores: u32) -> Self {
        Self {
            cores,
            ..Self::default()
        }
        .ready()
    }

    fn ready(mut self) -> Self {
        self.machine = Some(Machine {
            os: "Testos 1".to_owned(),
            cpu: None,
            cores: 8,
            cores_usable: self.cores,
            cores_why: self.why.clone(),
            memory_bytes: None,
            build: "test".to_owned(),
        });
        self
    }

    fn with(mut self, question: &str, values: &[f64]) -> Self {
        let values = Values::Numbers(values.to_vec(), Unit::Plain);
        self.answers.insert(question.to_owned(), Ok(values));
        self
    }

    fn missing(mut self, question: &str, why: &str) -> Self {
        self.answers
            .insert(question.to_owned(), Err(why.to_owned()));
        self
    }

    fn answers(mut self, question: &str, values: Values) -> Self {
        self.answers.insert(question.to_owned(), Ok(values));
        self
    }
}

impl Evidence for Made {
    fn answer(&self, question: &Question, _: &Needs) -> Result<Answer, String> {
        let found = self.answers.get(&question.text).cloned();
        let values = found.unwrap_or_else(|| Err(format!("{} was not made up", question.text)))?;
        Ok(Answer {
            values,
            workers: Some(2),
            python: None,
        })
    }

    fn machine(&self) -> &Machine {
        self.machine.as_ref().expect("ready")
    }

    fn lacks_python(&self, needs: &Needs) -> Option<String> {
        self.lacks.clone().filter(|_| needs.any_python())
    }

    fn available_cores(&self) -> Option<f64> {
        self.free
    }
}

fn read(text: &str) -> Result<Condition, Wrong> {
    Condition::read(text, &Subject::default())
}

#[track_caller]
fn judged(text: &str, needs: &str, made: &Made) -> Judgement {
    let condition = read(text).expect(text);
    judge(&condition, &Needs::read(needs).expect(needs), made)
}

#[track_caller]
fn verdict(text: &str, made: &Made) -> Verdict {
    judged(text, "", made).verdict
}

const FASTER: &str = "speedup('processes') > 1.5";

fn speedups(values: &[f64]) -> Made {
    Made::on(2).with("speedup('processes')", values)
}

#[test]
fn a_claim_holds_if_all_trials_say_so() {
    let judgement = judged(FASTER, "cores >= 2", &speedups(&[1.8, 1.9, 2.0]));
    assert_eq!(judgement.verdict, Verdict::Holds);
    assert_eq!(
        judgement.evidence,
        "2 native processes were 1.9× as fast as one thread (1.8–2.0)."
    );
    assert_eq!(judgement.figures[0].name, "speedup('processes')");
}

#[test]
fn it_does_not_hold_if_no_trial_says_so() {
    assert_eq!(
        verdict(FASTER, &speedups(&[0.9, 1.0, 1.1])),
        Verdict::DoesNotHold
    );
}

#[test]
fn trials_on_both_sides_are_noise() {
    let judgement = judged(FASTER, "", &speedups(&[1.4, 1.6, 1.7]));
    assert_eq!(judgement.verdict, Verdict::TooNoisy);
    assert!(
        judgement
            .evidence
            .starts_with("The trials lie on both sides")
    );
}
