//! Marks of choices: letters, or numbers in screen reader mode. Answers may use either.
//!
//! Choices are shown in another order to each learner, so that a letter is no answer to pass on.

use thiserror::Error;

use super::shuffle::{shuffle_places, shuffle_seed};

/// How choices are marked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChoiceStyle {
    /// With numbers instead of letters.
    pub numbered: bool,
    /// What the order of the choices depends on; without it, they keep their author's order.
    pub seed: Option<u64>,
}

/// The marks of this many choices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ChoiceMarks {
    pub count: usize,
    pub numbered: bool,
    /// The seed of the order in which they are shown; without it, that of their author.
    pub seed: Option<u64>,
}

/// An answer that does not match the question. It does not count as a try.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnclearAnswer {
    /// There is no such choice.
    #[error("there is no choice `{asked}`: answer with {letters}")]
    Unknown {
        /// What was typed.
        asked: String,
        /// The valid marks: "a, b or c".
        letters: String,
    },
    /// The answer is empty.
    #[error("answer with {letters}, or `skip` the question")]
    Nothing {
        /// The valid marks.
        letters: String,
    },
    /// Several choices, but only one is right.
    #[error("one choice is right: answer with {letters}")]
    OnlyOne {
        /// The valid marks.
        letters: String,
    },
    /// Not a number, or with the wrong unit.
    #[error("type a number{unit}, or `skip` the question")]
    NoNumber {
        /// The unit: " in s"; empty if there is none.
        unit: String,
    },
    /// A line is named twice.
    #[error("line `{line}` is there twice: name each line once")]
    Twice {
        /// Its mark.
        line: String,
    },
    /// Some lines are missing, but all belong to the answer.
    #[error("that is {named} of {of} lines: name each of them once")]
    NotAll {
        /// The number of named lines.
        named: usize,
        /// The number of lines.
        of: usize,
    },
}

impl ChoiceMarks {
    /// The marks of the choices of the question with this id.
    pub fn for_question(id: &str, count: usize, style: ChoiceStyle) -> Self {
        let seed = style.seed.map(|seed| shuffle_seed(id, seed));
        Self {
            count,
            numbered: style.numbered,
            seed,
        }
    }

    /// The choices' indices in the order in which they are shown.
    pub fn shown_order(self) -> Vec<usize> {
        match self.seed {
            Some(seed) => shuffle_places(self.count, seed),
            None => (0..self.count).collect(),
        }
    }

    /// The mark of the choice with this index.
    pub fn mark_at(self, at: usize) -> String {
        let shown = self.shown_order().iter().position(|shown| *shown == at);
        self.mark_of_place(shown.unwrap_or(at))
    }

    /// The mark at this place: `a`, `b`, … or `1`, `2`, …; after `z` always a number.
    fn mark_of_place(self, at: usize) -> String {
        let letter = u8::try_from(at).ok().filter(|at| *at < 26);
        match letter {
            Some(letter) if !self.numbered && self.count <= 26 => {
                char::from(b'a' + letter).to_string()
            }
            _ => (at + 1).to_string(),
        }
    }

    /// All marks: "a, b or c".
    pub fn list_marks(self) -> String {
        let places = 0..self.count;
        let marks: Vec<String> = places.map(|at| self.mark_of_place(at)).collect();
        match &marks[..] {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }

    /// An example of an order: `c a b`.
    pub fn example_order(self) -> String {
        let last = self.count.saturating_sub(1);
        let marks = (0..self.count.min(4))
            .map(|at| self.mark_of_place(if at == 0 { last } else { at - 1 }));
        marks.collect::<Vec<_>>().join(" ")
    }

    /// The place that a letter or digit stands for.
    fn place_of(self, c: char) -> Option<usize> {
        let c = c.to_ascii_lowercase();
        let at = match c {
            'a'..='z' => c as usize - 'a' as usize,
            '1'..='9' => c as usize - '1' as usize,
            _ => return None,
        };
        (at < self.count).then_some(at)
    }

    /// The indices that a line names: `b`, `2`, `a,c`, `ca`. A word of digits is a single number if that index
    /// exists, otherwise a sequence of digits.
    ///
    /// # Errors
    /// The first word that names no choice.
    pub fn parse_places(self, line: &str) -> Result<Vec<usize>, UnclearAnswer> {
        let mut places = Vec::new();
        for word in split_words(line) {
            let number = word.parse::<usize>().ok();
            if let Some(number) = number.filter(|number| (10..=self.count).contains(number)) {
                places.push(number - 1);
                continue;
            }
            for c in word.chars() {
                let place = self.place_of(c).ok_or_else(|| UnclearAnswer::Unknown {
                    asked: line.trim().to_owned(),
                    letters: self.list_marks(),
                })?;
                places.push(place);
            }
        }
        if places.is_empty() {
            return Err(UnclearAnswer::Nothing {
                letters: self.list_marks(),
            });
        }
        let shown = self.shown_order();
        Ok(places.into_iter().map(|place| shown[place]).collect())
    }

    /// Whether a line is an answer: valid marks, or a single letter or digit, even an invalid one.
    pub fn is_answer(self, line: &str) -> bool {
        let mut words = split_words(line).peekable();
        words.peek().is_some()
            && (self.parse_places(line).is_ok() || words.all(|word| word.chars().count() == 1))
    }
}

fn split_words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// A choice as a list item.
pub(super) fn choice_item(mark: &str, text: &str) -> String {
    format!("- **{mark})** {}\n", text.replace('\n', "\n  "))
}
