//! A quiz of choices, each with its own why.

use crate::lesson::{
    fence::Fence,
    fields::{Fields, InnerTable},
    model::QuizChoice,
    source_file::Diagnostics,
    spec,
};

pub(super) fn read(mut fields: Fields<'_, '_>, fence: &Fence) -> Option<Vec<QuizChoice>> {
    let inner = fields.tables("choice");
    let is_broken = fields.is_broken();
    let diagnostics = fields.finish();
    let inner = inner?;
    let asked = inner.len();
    let choices: Vec<QuizChoice> = inner
        .into_iter()
        .filter_map(|inner| choice(diagnostics, inner))
        .collect();
    // What could not be read was reported already.
    if !is_broken && choices.len() == asked {
        check(diagnostics, fence, &choices);
    }
    Some(choices)
}

fn choice<'s>(diagnostics: &mut Diagnostics<'s>, inner: InnerTable<'s>) -> Option<QuizChoice> {
    let mut fields = Fields::of(diagnostics, &spec::CHOICE, inner);
    let text = fields.text("text");
    let right = fields.optional("right").unwrap_or_default();
    let why = fields.text("why");
    fields.finish();
    Some(QuizChoice {
        text: text?.into_inner(),
        right,
        why: why?.into_inner(),
    })
}

fn check(diagnostics: &mut Diagnostics<'_>, fence: &Fence, choices: &[QuizChoice]) {
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
            "every choice is right: nobody can be wrong",
        );
    }
}
