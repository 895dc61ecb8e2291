//! Counting the words of a book.

use std::collections::HashMap;

use crate::{
    EvalBreaker, WorkOutcome, WorkPart, WorkStopped,
    random::{self, SplitMix64},
};

const LINES: usize = 2000;
const WORDS_IN_LINE: usize = 12;

const VOCABULARY: [&str; 80] = [
    "the",
    "a",
    "and",
    "of",
    "to",
    "in",
    "it",
    "is",
    "that",
    "was",
    "for",
    "on",
    "with",
    "as",
    "at",
    "by",
    "from",
    "but",
    "not",
    "all",
    "worker",
    "process",
    "thread",
    "core",
    "memory",
    "lock",
    "queue",
    "pipe",
    "pool",
    "task",
    "parent",
    "child",
    "clock",
    "kernel",
    "signal",
    "page",
    "cache",
    "message",
    "river",
    "mill",
    "grain",
    "miller",
    "harvest",
    "stone",
    "wheel",
    "water",
    "bread",
    "oven",
    "baker",
    "market",
    "road",
    "cart",
    "horse",
    "town",
    "waits",
    "runs",
    "starts",
    "joins",
    "shares",
    "copies",
    "sends",
    "takes",
    "holds",
    "grinds",
    "carries",
    "turns",
    "early",
    "late",
    "alone",
    "together",
    "quickly",
    "slowly",
    "seldom",
    "often",
    "twice",
    "never",
    "again",
    "there",
    "here",
    "afterwards",
];

/// Counts how often each word occurs in this many lines of a book, starting again at the beginning after the
/// last; an item is a line.
#[derive(Debug)]
pub struct WordsWork {
    lines: u64,
    book: Vec<String>,
}

impl WordsWork {
    pub fn new(lines: u64, seed: u64) -> Self {
        let mut random = SplitMix64::new(seed);
        Self {
            lines,
            book: (0..LINES).map(|_| make_sentence(&mut random)).collect(),
        }
    }

    pub fn run_part(
        &self,
        part: WorkPart,
        breaker: &mut impl EvalBreaker,
    ) -> Result<WorkOutcome, WorkStopped> {
        let mut counts: HashMap<String, u64> = HashMap::new();
        let mut items = 0;
        let mut word = String::new();
        for line in part.items(self.lines) {
            breaker.check()?;
            count_words(
                &self.book[(line % LINES as u64) as usize],
                &mut word,
                &mut counts,
            );
            items += 1;
        }
        Ok(WorkOutcome {
            checksum: checksum_counts(&counts),
            items,
        })
    }
}

/// Adds a line's words; `word` is a buffer for the lower-case form of each.
fn count_words(line: &str, word: &mut String, counts: &mut HashMap<String, u64>) {
    for original in line.split(|character: char| !character.is_ascii_alphabetic()) {
        if original.is_empty() {
            continue;
        }
        word.clear();
        word.push_str(original);
        word.make_ascii_lowercase();
        match counts.get_mut(word.as_str()) {
            Some(count) => *count += 1,
            None => drop(counts.insert(word.clone(), 1)),
        }
    }
}

/// The sum of each word's number times its count, so that checksums of parts add up.
fn checksum_counts(counts: &HashMap<String, u64>) -> u64 {
    counts
        .iter()
        .map(|(word, &count)| random::checksum_bytes(word.as_bytes()).wrapping_mul(count))
        .fold(0, u64::wrapping_add)
}

fn make_sentence(random: &mut SplitMix64) -> String {
    let mut text = String::new();
    for place in 0..WORDS_IN_LINE {
        // The smaller of two is more often small: as in any language, few words are frequent.
        let choice = random
            .next_below(VOCABULARY.len() as u64)
            .min(random.next_below(VOCABULARY.len() as u64));
        let word = VOCABULARY[choice as usize];
        match place {
            0 => text.extend(
                word[..1]
                    .to_ascii_uppercase()
                    .chars()
                    .chain(word[1..].chars()),
            ),
            6 => text.extend([", ", word]),
            _ => text.extend([" ", word]),
        }
    }
    text + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_words_whatever_their_case_and_punctuation() {
        let mut counts = HashMap::new();
        count_words(
            "The mill, the MILL: the end.",
            &mut String::new(),
            &mut counts,
        );
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort();
        assert_eq!(
            counts,
            [
                ("end".to_owned(), 1),
                ("mill".to_owned(), 2),
                ("the".to_owned(), 3)
            ]
        );
    }

    #[test]
    fn a_sentence_looks_like_one() {
        let text = make_sentence(&mut SplitMix64::new(0));
        assert_eq!(text.split_whitespace().count(), WORDS_IN_LINE);
        assert!(
            text.starts_with(|first: char| first.is_uppercase()) && text.ends_with('.'),
            "{text}"
        );
    }

    #[test]
    fn checksums_of_counts_add_up() {
        let counts = |lines: &[&str]| {
            let mut counts = HashMap::new();
            for line in lines {
                count_words(line, &mut String::new(), &mut counts);
            }
            checksum_counts(&counts)
        };
        assert_eq!(
            counts(&["a b"]).wrapping_add(counts(&["b c"])),
            counts(&["a b", "b c"])
        );
        assert_ne!(counts(&["a b"]), counts(&["a c"]));
    }
}
