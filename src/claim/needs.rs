//! The requirements of a claim: `cores >= 2 and gil`.

use std::{fmt, ops::Range};

use serde::{Serialize, Serializer};

use super::{
    condition::{Condition, ConditionQuestion},
    syntax::ConditionError,
};
use crate::{
    record::{Backend, Interpreter},
    text::suggest_name,
};

/// What a machine must have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// At least this many usable cores.
    pub cores: u32,
    /// Any Python.
    pub python: bool,
    /// A Python with a GIL, or one without.
    pub gil: Option<bool>,
    /// A Python with subinterpreters.
    pub subinterpreters: bool,
}

const NAMES: [&str; 5] = [
    "cores >= 2",
    "python",
    "gil",
    "free_threaded",
    "subinterpreters",
];

impl Needs {
    /// Parses needs that are joined with `and`.
    ///
    /// # Errors
    /// What is wrong with the text, and where.
    pub fn from_text(text: &str) -> Result<Self, ConditionError> {
        let mut needs = Self::default();
        if text.trim().is_empty() {
            return Ok(needs);
        }
        for (at, part) in split_parts(text) {
            match part {
                "python" => needs.python = true,
                "gil" if needs.gil == Some(false) => return Err(contradiction_error(text)),
                "gil" => needs.gil = Some(true),
                "free_threaded" if needs.gil == Some(true) => {
                    return Err(contradiction_error(text));
                }
                "free_threaded" => needs.gil = Some(false),
                "subinterpreters" => needs.subinterpreters = true,
                _ => needs.cores = parse_cores(part).ok_or_else(|| unknown_need_error(part, at))?,
            }
        }
        Ok(needs)
    }

    /// Adds the needs that follow from the condition.
    #[must_use]
    pub fn including_condition(self, condition: &Condition) -> Self {
        self.including_questions(&condition.questions())
    }

    /// Adds the needs that follow from these questions.
    #[must_use]
    pub fn including_questions(mut self, questions: &[&ConditionQuestion]) -> Self {
        for backend in questions.iter().filter_map(|question| question.backend) {
            self.python |= backend.is_python();
            self.subinterpreters |= backend == Backend::PythonInterpreters;
        }
        self
    }

    /// Whether it needs a Python of any kind.
    pub fn any_python(self) -> bool {
        self.python || self.gil.is_some() || self.subinterpreters
    }

    /// Whether this Python meets the needs.
    pub fn is_met_by(self, python: &Interpreter) -> bool {
        // Other Pythons have a GIL too, but claims about the GIL are about CPython's.
        let is_gil = self.gil.is_none_or(|gil| gil == python.gil)
            && (self.gil != Some(true) || python.implementation == "CPython");
        is_gil && (!self.subinterpreters || python.subinterpreters)
    }

    /// The required Python, in words.
    pub fn describe_python(self) -> String {
        let mut words = match self.gil {
            Some(true) => "a CPython with a GIL".to_owned(),
            _ => "a Python".to_owned(),
        };
        if self.gil == Some(false) {
            words.push_str(" without a GIL (a free-threaded build, 3.13 or later)");
        }
        if self.subinterpreters {
            words.push_str(if self.gil.is_some() {
                " and with subinterpreters (3.12 or later)"
            } else {
                " with subinterpreters (3.12 or later)"
            });
        }
        words
    }
}

fn contradiction_error(text: &str) -> ConditionError {
    let wrong = ConditionError::new(0..text.len(), "no Python is with and without a GIL at once");
    wrong.with_help("make two claims of it; `counter` joins them")
}

fn split_parts(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut parts = Vec::new();
    let mut start = 0;
    for part in text.split(" and ") {
        let trimmed = part.trim();
        let at = start + (part.len() - part.trim_start().len());
        parts.push((at..at + trimmed.len(), trimmed));
        start += part.len() + " and ".len();
    }
    parts
}

fn parse_cores(part: &str) -> Option<u32> {
    let number = part
        .strip_prefix("cores")?
        .trim_start()
        .strip_prefix(">=")?;
    number.trim().parse().ok().filter(|cores| *cores > 0)
}

fn unknown_need_error(part: &str, at: Range<usize>) -> ConditionError {
    let at = at.start..at.end.max(at.start + 1);
    let message = format!("`{part}` is nothing that a claim can need");
    ConditionError::new(at, message).with_help(suggest_name(part, &NAMES).unwrap_or_default())
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.cores > 0 {
            parts.push(format!("cores >= {}", self.cores));
        }
        let flags = [
            (self.python, "python"),
            (self.gil == Some(true), "gil"),
            (self.gil == Some(false), "free_threaded"),
            (self.subinterpreters, "subinterpreters"),
        ];
        let flags = flags.iter().filter(|(needed, _)| *needed);
        parts.extend(flags.map(|(_, name)| (*name).to_owned()));
        f.write_str(&parts.join(" and "))
    }
}

impl Serialize for Needs {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
