//! A question, and what a learner answers: every wrong answer gets its own why, and another try.

use std::fmt::Write as _;

use thiserror::Error;

use crate::lesson::{Choice, Quiz};

/// An open question. It never tells what is right before it was answered.
#[derive(Debug, Clone)]
pub struct QuizState<'a> {
    quiz: &'a Quiz,
    tries: u32,
}

/// A choice with its letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picked<'a> {
    /// `a`, `b`, …
    pub letter: char,
    /// The choice.
    pub choice: &'a Choice,
}

/// What an answer earns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply<'a> {
    /// All right choices, and no other: the question is done.
    Right {
        /// The right choices, each with its why.
        picked: Vec<Picked<'a>>,
        /// How many answers it took.
        tries: u32,
    },
    /// Something wrong among the choices: try again.
    Wrong {
        /// The wrong choices that were named, each with its why.
        picked: Vec<Picked<'a>>,
    },
    /// Nothing wrong, but not all that is right: try again.
    Incomplete,
}

/// An answer that names no choice.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unclear {
    /// There is no such choice.
    #[error("there is no choice `{asked}`: answer with {letters}")]
    Unknown {
        /// What was typed.
        asked: String,
        /// The letters that exist: "a, b or c".
        letters: String,
    },
    /// Nothing was named.
    #[error("answer with {letters}, or `skip` the question")]
    Nothing {
        /// The letters that exist.
        letters: String,
    },
    /// Several choices where one is asked for.
    #[error("one choice is right: answer with {letters}")]
    OnlyOne {
        /// The letters that exist.
        letters: String,
    },
}

impl<'a> QuizState<'a> {
    /// Asks the question.
    pub fn new(quiz: &'a Quiz) -> Self {
        Self { quiz, tries: 0 }
    }

    /// The quiz.
    pub fn quiz(&self) -> &'a Quiz {
        self.quiz
    }

    /// Whether a line is meant as an answer: choices such as `b`, `2`, `a,c`, or a single letter that no choice has.
    pub fn is_answer(&self, line: &str) -> bool {
        let words: Vec<&str> = words(line).collect();
        let known = |word: &&str| word.chars().all(|c| self.pick(c).is_some());
        let single = |word: &&str| word.chars().count() == 1;
        !words.is_empty() && (words.iter().all(known) || words.iter().all(single))
    }

    /// Takes an answer: letters or numbers, several of them with or without commas.
    ///
    /// # Errors
    /// The answer names no choice, or several where one is right. That is not counted as a try.
    pub fn answer(&mut self, line: &str) -> Result<Reply<'a>, Unclear> {
        let letters = || self.letters();
        let mut picked: Vec<Picked<'a>> = Vec::new();
        for c in words(line).flat_map(str::chars) {
            let found = self.pick(c).ok_or_else(|| Unclear::Unknown {
                asked: line.trim().to_owned(),
                letters: letters(),
            })?;
            if !picked.contains(&found) {
                picked.push(found);
            }
        }
        match picked.len() {
            0 => return Err(Unclear::Nothing { letters: letters() }),
            1 => {}
            _ if self.quiz.several() => {}
            _ => return Err(Unclear::OnlyOne { letters: letters() }),
        }
        self.tries += 1;
        Ok(self.judge(picked))
    }

    /// The question with its choices, as Markdown.
    pub fn listed(&self) -> String {
        let mut text = format!("**Question.** {}\n\n", self.quiz.question);
        for Picked { letter, choice } in self.choices() {
            let _ = writeln!(text, "- **{letter})** {}", indented(&choice.text));
        }
        text
    }

    /// The question with its choices and how to answer, as Markdown.
    pub fn question(&self) -> String {
        let how = if self.quiz.several() {
            "Several are right: answer with all of them, and commas between, or `skip`.".to_owned()
        } else {
            format!("Answer with {}, or `skip`.", self.letters())
        };
        format!("{}\n{how}", self.listed())
    }

    /// The right choices with their why, as Markdown: for a lesson that is played to nobody who could answer.
    pub fn solution(&self) -> String {
        let right = self
            .choices()
            .filter(|picked| picked.choice.right)
            .collect();
        told("Answer:", right)
    }

    fn judge(&self, picked: Vec<Picked<'a>>) -> Reply<'a> {
        let (right, wrong): (Vec<_>, Vec<_>) =
            picked.into_iter().partition(|picked| picked.choice.right);
        let wanted = self.choices().filter(|picked| picked.choice.right).count();
        if !wrong.is_empty() {
            Reply::Wrong { picked: wrong }
        } else if right.len() < wanted {
            Reply::Incomplete
        } else {
            let (picked, tries) = (right, self.tries);
            Reply::Right { picked, tries }
        }
    }

    fn choices(&self) -> impl Iterator<Item = Picked<'a>> + use<'a> {
        let lettered = ('a'..='z').zip(self.quiz.choices());
        lettered.map(|(letter, choice)| Picked { letter, choice })
    }

    /// The choice of a letter or a digit.
    fn pick(&self, c: char) -> Option<Picked<'a>> {
        let c = c.to_ascii_lowercase();
        let number = c.to_digit(10).map(|digit| digit as usize);
        self.choices()
            .enumerate()
            .find(|(at, picked)| picked.letter == c || number == Some(at + 1))
            .map(|(_, picked)| picked)
    }

    fn letters(&self) -> String {
        let letters: Vec<String> = self
            .choices()
            .map(|picked| picked.letter.to_string())
            .collect();
        match &letters[..] {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }
}

impl Reply<'_> {
    /// Whether the question is done.
    pub fn is_right(&self) -> bool {
        matches!(self, Self::Right { .. })
    }

    /// The reply as Markdown.
    pub fn markdown(&self) -> String {
        match self {
            Self::Right { picked, .. } => told("Right:", picked.clone()),
            Self::Wrong { picked } => {
                format!(
                    "{}\n\nTry again, or `skip`.",
                    told("Not so:", picked.clone())
                )
            }
            Self::Incomplete => {
                "Right so far, but that is not all of it. Try again, or `skip`.".to_owned()
            }
        }
    }
}

/// Each choice with its why.
fn told(verdict: &str, picked: Vec<Picked<'_>>) -> String {
    let lines = picked.into_iter().map(|Picked { letter, choice }| {
        format!(
            "**{verdict}** **{letter})** {}\n\n{}",
            choice.text, choice.why
        )
    });
    lines.collect::<Vec<_>>().join("\n\n")
}

/// A text that goes on inside a list's item.
fn indented(text: &str) -> String {
    text.replace('\n', "\n  ")
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}
