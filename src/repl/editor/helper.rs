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
    render::Style,
    repl::language::{prompt_line::command_names, shell_words},
};

/// The helper that the line editor calls.
#[derive(Helper, Validator)]
pub struct PromptHelper {
    /// The state of the session.
    pub here: CompletionContext,
    /// How hints differ from what was typed.
    pub hints: HintStyle,
    files: FilenameCompleter,
    history: HistoryHinter,
}

/// How hints differ from what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HintStyle {
    /// There are none: for screen readers.
    Hidden,
    /// In brackets, without colour.
    Brackets,
    /// In grey.
    Grey,
}

impl HintStyle {
    /// The hints of a screen with this style.
    pub fn from_style(style: &Style) -> Self {
        match style {
            Style {
                accessible: true, ..
            } => Self::Hidden,
            Style { color: true, .. } => Self::Grey,
            Style { .. } => Self::Brackets,
        }
    }
}

impl PromptHelper {
    /// With hints in this style.
    pub fn new(hints: HintStyle) -> Self {
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
    /// The text to insert, if it is one.
    text: Option<String>,
}

impl Hint for PromptHint {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

impl Hinter for PromptHelper {
    type Hint = PromptHint;

    fn hint(&self, line: &str, pos: usize, context: &Context<'_>) -> Option<PromptHint> {
        if self.hints == HintStyle::Hidden || pos < line.len() {
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
            shown: self.mark_hint(&one_line),
            text: Some(one_line),
        })
    }
}

impl PromptHelper {
    fn what_enter_does(&self) -> Option<PromptHint> {
        let shown = match self.here {
            CompletionContext { locked: true, .. } => "your guess, or skip".to_owned(),
            CompletionContext { question: true, .. } => "your answer, or skip".to_owned(),
            CompletionContext { resume: true, .. } => "Enter: go on where you were".to_owned(),
            CompletionContext {
                begins: Some(lesson),
                ..
            } => format!("Enter: begin lesson {lesson}"),
            CompletionContext { steps: 0, .. } | CompletionContext { last_end: true, .. } => {
                return None;
            }
            CompletionContext { more: true, .. } => "Enter: go on".to_owned(),
            CompletionContext { demo: true, .. } => "Enter: run the demo".to_owned(),
            CompletionContext { .. } => "Enter: next step".to_owned(),
        };
        Some(PromptHint {
            shown: self.mark_hint(&shown),
            text: None,
        })
    }

    /// A hint as it is shown: in brackets where it has no colour of its own.
    fn mark_hint(&self, hint: &str) -> String {
        match self.hints {
            HintStyle::Brackets => format!("[{hint}]"),
            HintStyle::Grey | HintStyle::Hidden => hint.to_owned(),
        }
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
        if self.hints != HintStyle::Grey {
            return Cow::Borrowed(hint);
        }
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
        let mut helper = PromptHelper::new(HintStyle::Grey);
        assert_eq!(hint(&helper, "doc").as_deref(), Some("tor"));
        assert_eq!(hint(&helper, "les"), None);
        assert_eq!(hint(&helper, ""), None);
        helper.here.steps = 3;
        assert_eq!(hint(&helper, "").as_deref(), Some("Enter: next step"));
        helper.here.demo = true;
        assert_eq!(hint(&helper, "").as_deref(), Some("Enter: run the demo"));
        helper.here.more = true;
        assert_eq!(hint(&helper, "").as_deref(), Some("Enter: go on"));
        helper.here.question = true;
        assert_eq!(hint(&helper, "").as_deref(), Some("your answer, or skip"));
        helper.here = CompletionContext {
            begins: Some(1),
            ..CompletionContext::default()
        };
        assert_eq!(hint(&helper, "").as_deref(), Some("Enter: begin lesson 1"));
        // Nothing follows the end of the last lesson.
        helper.here = CompletionContext {
            steps: 3,
            last_end: true,
            ..CompletionContext::default()
        };
        assert_eq!(hint(&helper, ""), None);
        helper.hints = HintStyle::Hidden;
        assert_eq!(hint(&helper, "doc"), None);
    }

    #[test]
    fn without_colour_a_hint_is_in_brackets_and_completes_without_them() {
        let history = DefaultHistory::new();
        let mut helper = PromptHelper::new(HintStyle::from_style(&Style::without_color(80)));
        let hint = |helper: &PromptHelper, line: &str| {
            let hint = helper.hint(line, line.len(), &Context::new(&history));
            hint.map(|hint| {
                (
                    hint.display().to_owned(),
                    hint.completion().map(str::to_owned),
                )
            })
        };
        let rest = ("[tor]".to_owned(), Some("tor".to_owned()));
        assert_eq!(hint(&helper, "doc"), Some(rest));
        helper.here.steps = 3;
        assert_eq!(
            hint(&helper, ""),
            Some(("[Enter: next step]".to_owned(), None))
        );
    }

    proptest! {
        #[test]
        fn colours_change_no_character(line in "[^\\p{C}]*") {
            prop_assert_eq!(without_colour(&color_line(&line)), line);
        }
    }
}
