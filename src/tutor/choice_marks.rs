//! Marks of choices: letters, or numbers in screen reader mode. Answers may use either.

use thiserror::Error;

/// The marks of this many choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChoiceMarks {
    pub count: usize,
    pub numbered: bool,
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
    /// The mark at this index: `a`, `b`, … or `1`, `2`, …; after `z` always a number.
    pub fn mark_at(self, at: usize) -> String {
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
        let marks: Vec<String> = (0..self.count).map(|at| self.mark_at(at)).collect();
        match &marks[..] {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }

    /// An example of an order: `c a b`.
    pub fn example_order(self) -> String {
        let last = self.count.saturating_sub(1);
        let marks =
            (0..self.count.min(4)).map(|at| self.mark_at(if at == 0 { last } else { at - 1 }));
        marks.collect::<Vec<_>>().join(" ")
    }

    /// The index that a letter or digit stands for.
    pub fn place_of(self, c: char) -> Option<usize> {
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
        Ok(places)
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
