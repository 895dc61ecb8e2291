//! What stands before each thing to choose: letters, or numbers for those who hear the screen. Both are understood.

use thiserror::Error;

/// How so many things to choose are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChoiceMarks {
    pub count: usize,
    pub numbered: bool,
}

/// An answer that names nothing of what there is. It is not counted as a try.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnclearAnswer {
    /// There is no such choice.
    #[error("there is no choice `{asked}`: answer with {letters}")]
    Unknown {
        /// What was typed.
        asked: String,
        /// The marks that exist: "a, b or c".
        letters: String,
    },
    /// Nothing was named.
    #[error("answer with {letters}, or `skip` the question")]
    Nothing {
        /// The marks that exist.
        letters: String,
    },
    /// Several choices where one is asked for.
    #[error("one choice is right: answer with {letters}")]
    OnlyOne {
        /// The marks that exist.
        letters: String,
    },
    /// No number, or one in another unit.
    #[error("answer with a number{unit}, or `skip` the question")]
    NoNumber {
        /// Its unit: " in s"; empty where there is none.
        unit: String,
    },
    /// A line twice.
    #[error("line `{line}` is there twice: name each line once")]
    Twice {
        /// Its mark.
        line: String,
    },
    /// Not all lines, where all belong.
    #[error("that is {named} of {of} lines: name each of them once")]
    NotAll {
        /// How many were named.
        named: usize,
        /// How many there are.
        of: usize,
    },
}

impl ChoiceMarks {
    /// The mark of the thing at this place: `a`, `b`, … or `1`, `2`, …; beyond `z` always a number.
    pub fn mark_at(self, at: usize) -> String {
        let letter = u8::try_from(at).ok().filter(|at| *at < 26);
        match letter {
            Some(letter) if !self.numbered && self.count <= 26 => {
                char::from(b'a' + letter).to_string()
            }
            _ => (at + 1).to_string(),
        }
    }

    /// All of them: "a, b or c".
    pub fn list_marks(self) -> String {
        let marks: Vec<String> = (0..self.count).map(|at| self.mark_at(at)).collect();
        match &marks[..] {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }

    /// How an order of all of them could look: `c a b`.
    pub fn example_order(self) -> String {
        let last = self.count.saturating_sub(1);
        let marks =
            (0..self.count.min(4)).map(|at| self.mark_at(if at == 0 { last } else { at - 1 }));
        marks.collect::<Vec<_>>().join(" ")
    }

    /// The place of a letter or a digit.
    pub fn place_of(self, c: char) -> Option<usize> {
        let c = c.to_ascii_lowercase();
        let at = match c {
            'a'..='z' => c as usize - 'a' as usize,
            '1'..='9' => c as usize - '1' as usize,
            _ => return None,
        };
        (at < self.count).then_some(at)
    }

    /// The places that a line names: `b`, `2`, `a,c`, `ca`; a word of digits is one number where there is such a
    /// place, and else a row of digits.
    ///
    /// # Errors
    /// The word that names none.
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

    /// Whether a line is meant as a choice: places, or a single letter or digit that none has.
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

/// A choice as an item of a list.
pub(super) fn choice_item(mark: &str, text: &str) -> String {
    format!("- **{mark})** {}\n", text.replace('\n', "\n  "))
}
