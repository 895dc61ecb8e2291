//! Serves the line editor while the user types: completion, hints, colours.
//!
//! Everything here is a pure function of the line. Nothing may panic, since that would end the session.

use std::borrow::Cow;

use owo_colors::OwoColorize;
use rustyline::{
    Context, Helper, Result, Validator,
    completion::{Completer, FilenameCompleter, Pair},
    highlight::{CmdKind, Highlighter},
    hint::{Hint, Hinter, HistoryHinter},
};

use super::complete::{self, CompletionContext, CompletionOffer};
use crate::{
    catalog,
    repl::language::{prompt_line::command_names, shell_words},
};

/// The helper that the line editor calls.
#[derive(Helper, Validator)]
pub struct PromptHelper {
    /// The state of the session.
    pub here: CompletionContext,
    /// Hints differ from the typed text by their colour alone: without colour, and for screen readers, there are none.
    pub hints: bool,
    files: FilenameCompleter,
    history: HistoryHinter,
}

impl PromptHelper {
    /// With or without hints.
    pub fn new(hints: bool) -> Self {
        Self {
            here: CompletionContext::default(),
            hints,
            files: FilenameCompleter::new(),
            history: HistoryHinter::new(),
        }
    }
}

impl Completer for PromptHelper {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        let typed = line.get(..pos).unwrap_or(line);
        match complete::complete_line(typed, &self.here) {
            CompletionOffer::Files => self.files.complete_path(line, pos),
            CompletionOffer::Words {
                start,
                words,
                goes_on,
            } => {
                let end = if goes_on { "" } else { " " };
                let pairs = words.into_iter().map(|word| Pair {
                    replacement: format!("{word}{end}"),
                    display: word,
                });
                Ok((start, pairs.collect()))
            }
        }
    }
}

/// Grey text after the cursor, and the text that the right arrow key inserts for it.
pub struct PromptHint {
    shown: String,
    is_text: bool,
}

impl Hint for PromptHint {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        self.is_text.then_some(self.shown.as_str())
    }
}

impl Hinter for PromptHelper {
    type Hint = PromptHint;

    fn hint(&self, line: &str, pos: usize, context: &Context<'_>) -> Option<PromptHint> {
        if !self.hints || pos < line.len() {
            return None;
        }
        if line.is_empty() {
            return self.what_enter_does();
        }
        let rest = self
            .history
            .hint(line, pos, context)
            .or_else(|| rest_of_word(line, &self.here))?;
        let one_line = rest.lines().next()?.to_owned();
        Some(PromptHint {
            shown: one_line,
            is_text: true,
        })
    }
}

impl PromptHelper {
    fn what_enter_does(&self) -> Option<PromptHint> {
        let shown = match self.here {
            CompletionContext { locked: true, .. } => "your guess, or skip",
            CompletionContext { question: true, .. } => "your answer, or Enter to skip",
            CompletionContext { resume: true, .. } => "Enter: go on where you were",
            CompletionContext { steps: 0, .. } => return None,
            CompletionContext { demo: true, .. } => "Enter: run the demo",
            CompletionContext { .. } => "Enter: next step",
        };
        Some(PromptHint {
            shown: shown.to_owned(),
            is_text: false,
        })
    }
}

/// The rest of the word at the end of the line, if it has only one completion.
fn rest_of_word(line: &str, here: &CompletionContext) -> Option<String> {
    let CompletionOffer::Words { start, words, .. } = complete::complete_line(line, here) else {
        return None;
    };
    let [only] = words.as_slice() else {
        return None;
    };
    let typed = line.get(start..).filter(|typed| !typed.is_empty())?;
    only.strip_prefix(typed)
        .filter(|rest| !rest.is_empty())
        .map(str::to_owned)
}

impl Highlighter for PromptHelper {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        Cow::Owned(color_line(line))
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        Cow::Owned(prompt.cyan().bold().to_string())
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(hint.bright_black().to_string())
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        kind != CmdKind::MoveCursor
    }
}

/// The line with its command, flags and quotes coloured: the same characters, in the same columns.
fn color_line(line: &str) -> String {
    let mut coloured = String::with_capacity(line.len() * 2);
    let mut end = 0;
    for (index, word) in shell_words::split_so_far(line).iter().enumerate() {
        let (Some(gap), Some(raw)) = (
            line.get(end..word.place.start),
            line.get(word.place.clone()),
        ) else {
            return line.to_owned();
        };
        end = word.place.end;
        coloured.push_str(gap);
        let is_known = command_names().contains(&raw) || catalog::find_demo(raw).is_some();
        match raw.chars().next() {
            Some(_) if index == 0 && is_known => coloured.push_str(&raw.green().bold().to_string()),
            Some('-') => coloured.push_str(&raw.cyan().to_string()),
            Some('"' | '\'') => coloured.push_str(&raw.yellow().to_string()),
            _ => coloured.push_str(raw),
        }
    }
    coloured.push_str(line.get(end..).unwrap_or_default());
    coloured
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rustyline::history::DefaultHistory;

    use super::*;

    fn without_colour(text: &str) -> String {
        let mut parts = text.split('\u{1b}');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |plain, part| {
            plain + part.split_once('m').map_or("", |(_, rest)| rest)
        })
    }

    #[test]
    fn commands_flags_and_quotes_have_colours() {
        let line = color_line("last --format 'x");
        assert!(line.contains(&"last".green().bold().to_string()), "{line}");
        assert!(line.contains(&"--format".cyan().to_string()), "{line}");
        assert_eq!(color_line("zebra"), "zebra");
    }

    #[test]
    fn a_hint_is_the_rest_of_the_only_word_it_could_be() {
        let history = DefaultHistory::new();
        let hint = |helper: &PromptHelper, line: &str| {
            let hint = helper.hint(line, line.len(), &Context::new(&history));
            hint.map(|hint| hint.display().to_owned())
        };
        let mut helper = PromptHelper::new(true);
        assert_eq!(hint(&helper, "doc").as_deref(), Some("tor"));
        assert_eq!(hint(&helper, "les"), None);
        assert_eq!(hint(&helper, ""), None);
        helper.here.steps = 3;
        assert_eq!(hint(&helper, "").as_deref(), Some("Enter: next step"));
        helper.here.demo = true;
        assert_eq!(hint(&helper, "").as_deref(), Some("Enter: run the demo"));
        helper.here.question = true;
        let skip = hint(&helper, "");
        assert_eq!(skip.as_deref(), Some("your answer, or Enter to skip"));
        helper.hints = false;
        assert_eq!(hint(&helper, "doc"), None);
    }

    proptest! {
        #[test]
        fn colours_change_no_character(line in "[^\\p{C}]*") {
            prop_assert_eq!(without_colour(&color_line(&line)), line);
        }
    }
}
