//! A quiz of choices, each with its own why.

use crate::lesson::{
    fence::Fence,
    fields::{Fields, Inner},
    model::Choice,
    source::Findings,
    spec,
};

pub(super) fn read(mut fields: Fields<'_, '_>, fence: &Fence) -> Option<Vec<Choice>> {
    let inner = fields.tables("choice");
    let is_broken = fields.is_broken();
    let findings = fields.finish();
    let inner = inner?;
    let asked = inner.len();
    let choices: Vec<Choice> = inner
        .into_iter()
        .filter_map(|inner| choice(findings, inner))
        .collect();
    // What could not be read was reported already.
    if !is_broken && choices.len() == asked {
        check(findings, fence, &choices);
    }
    Some(choices)
}

fn choice<'s>(findings: &mut Findings<'s>, inner: Inner<'s>) -> Option<Choice> {
    let mut fields = Fields::of(findings, &spec::CHOICE, inner);
    let text = fields.text("text");
    let right = fields.optional("right").unwrap_or_default();
    let why = fields.text("why");
    fields.finish();
    Some(Choice {
        text: text?.into_inner(),
        right,
        why: why?.into_inner(),
    })
}

fn check(findings: &mut Findings<'_>, fence: &Fence, choices: &[Choice]) {
    let texts: Vec<&str> = choices.iter().map(|choice| choice.text.as_str()).collect();
    if !super::check_choices(findings, fence, "a quiz", &texts) {
        return;
    }
    if !choices.iter().any(|choice| choice.right) {
        findings
            .error(fence.head.clone(), "no choice is right")
            .help("add `right = true` to the one that is");
    } else if choices.iter().all(|choice| choice.right) {
        findings.warning(
            fence.head.clone(),
            "every choice is right: nobody can be wrong",
        );
    }
}
