//! A quiz with choices, each with its own explanation.

use toml::Spanned;

use crate::lesson::{
    fence::CodeFence,
    source_file::Diagnostics,
    toml_keys::{TextValue, toml_keys},
};

toml_keys! {
    "a choice": struct ChoiceKeys {
        /// Markdown: the answer
        text: TextValue = Required, "\"Each has a lock of its own.\"";
        /// whether it is right
        right: bool = Default("false"), "true";
        /// Markdown: why it is right or wrong
        why: TextValue = Required, "\"Two processes, two memories, two locks.\"";
    }
}

/// One answer that a quiz offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuizChoice {
    /// The answer: Markdown.
    pub text: String,
    /// Whether it is right.
    pub right: bool,
    /// Why it is right or wrong: Markdown.
    pub why: String,
}

pub(super) fn read_choices(
    diagnostics: &mut Diagnostics<'_>,
    fence: &CodeFence,
    tables: Vec<Spanned<ChoiceKeys>>,
    is_broken: bool,
) -> Vec<QuizChoice> {
    let count = tables.len();
    let tables = tables.into_iter().map(Spanned::into_inner);
    let choices: Vec<QuizChoice> = tables.filter_map(read_choice).collect();
    // Values that could not be read have been reported.
    if !is_broken && choices.len() == count {
        check_right(diagnostics, fence, &choices);
    }
    choices
}

fn read_choice(keys: ChoiceKeys) -> Option<QuizChoice> {
    Some(QuizChoice {
        text: keys.text?,
        right: keys.right.unwrap_or_default(),
        why: keys.why?,
    })
}

fn check_right(diagnostics: &mut Diagnostics<'_>, fence: &CodeFence, choices: &[QuizChoice]) {
    let texts: Vec<&str> = choices.iter().map(|choice| choice.text.as_str()).collect();
    if !super::check_choices(diagnostics, fence, "a quiz", &texts) {
        return;
    }
    if !choices.iter().any(|choice| choice.right) {
        diagnostics
            .error(fence.head.clone(), "no choice is right")
            .help("add `right = true` to the one that is");
    } else if choices.iter().all(|choice| choice.right) {
        diagnostics.warning(
            fence.head.clone(),
            "every choice is right: no answer can be wrong",
        );
    }
}
