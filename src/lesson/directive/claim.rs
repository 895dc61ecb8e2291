//! `claim`: a sentence that a demo proves or refutes, and the condition under which it holds.

use toml::Spanned;

use super::{
    Block, Directive,
    conditions::{read_needs, report_error, usable_backends},
    demo::{DemoBlock, find_demo},
    ids, read_keys,
    settings::{WrittenSettings, merge_params, read_params},
};
use crate::{
    claim::{Condition, ConditionSubject, Needs, Template},
    lesson::{
        fence::CodeFence,
        parse::LessonReader,
        toml_keys::{InnerTable, TextValue, TomlKeys, toml_keys},
    },
    record::Params,
};

pub(super) static DIRECTIVE: Directive = Directive {
    name: "claim",
    about: "a sentence about concurrency that the demo above it decides",
    table: ClaimKeys::TABLE,
    read: |reader, fence| read_claim(reader, fence).map(Box::new).map(Block::Claim),
};

toml_keys! {
    "`claim`": struct ClaimKeys {
        /// its name, unique in the library: a-z, 0-9 and hyphens
        id: Spanned<TextValue> = Required, "\"q1-faster\"";
        /// the sentence
        says: TextValue = Required, "\"Two processes are faster than one.\"";
        /// the condition under which it holds, over what the demo measures
        holds_if: Spanned<TextValue> = Required, "\"speedup('processes') > 1.5\"";
        /// what decided it, in your words, with figures in { }
        evidence: Spanned<String> = Optional, "\"{speedup('processes')} times as fast\"";
        /// what it takes to show it, joined with `and`: cores >= 2, python, gil, free_threaded, subinterpreters
        needs: Spanned<String> = Optional, "\"cores >= 2\"";
        /// the demo that decides it; left out, the one above
        demo: Spanned<String> = Optional, "\"parallel\"";
        /// how far the claim reaches
        limit: String = Optional, "\"Up to the number of cores.\"";
        /// the claim that shows the limit: its id
        counter: Spanned<String> = Optional, "\"q1-faster\"";
        /// Markdown: why it is so
        why: String = Optional, "\"Each has a core of its own.\"";
        /// settings put over those of the demo above
        with: InnerTable<WrittenSettings> = Optional, "";
    }
}

/// A sentence about concurrency that a demo proves or refutes.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Its name, unique over all lessons.
    pub id: String,
    /// The sentence.
    pub says: String,
    /// When it holds.
    pub condition: Condition,
    /// What a machine must have to decide it.
    pub needs: Needs,
    /// The author's explanation of the verdict.
    pub evidence: Option<Template>,
    /// The demo that decides it, with its settings but without a caption.
    pub demo: DemoBlock,
    /// The scope of the claim: one paragraph of Markdown.
    pub limit: Option<String>,
    /// The claim of the experiment that shows the limit.
    pub counter: Option<String>,
    /// Why it is so: Markdown.
    pub why: Option<String>,
    /// The line that it begins in.
    pub line: usize,
}

fn read_claim(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) -> Option<Claim> {
    let keys = read_keys::<ClaimKeys>(reader, fence);
    let demo = resolve_demo(reader, fence, keys.demo, keys.with);
    let needs = read_needs(&mut reader.diagnostics, keys.needs.as_ref());
    let demo = demo?;
    let backends = usable_backends(&demo);
    let subject = ConditionSubject {
        demo: demo.spec.name,
        backends: &backends,
    };
    let is_wordless = keys.evidence.is_none();
    let evidence = keys.evidence.and_then(|text| {
        let read = Template::from_text(text.get_ref(), &subject);
        report_error(&mut reader.diagnostics, &text, read)
    });
    let holds_if = keys.holds_if?;
    let condition = Condition::from_text(holds_if.get_ref(), &subject);
    let condition = report_error(&mut reader.diagnostics, &holds_if, condition);
    let (id, says, condition) = (keys.id?, keys.says?, condition?);
    check_id(reader, &id);
    let needs = needs?;
    if condition.counts_cores() && needs.cores < 2 {
        reader
            .diagnostics
            .warning(holds_if.span(), "on one core, no worker uses more than one")
            .help("add needs = \"cores >= 2\"");
    }
    if is_wordless && condition.asks_observation() {
        reader
            .diagnostics
            .warning(holds_if.span(), "no words of yours say what was observed")
            .help("add evidence = \"… {figure} …\"");
    }
    reader.counters.extend(keys.counter.clone());
    Some(Claim {
        id: id.into_inner(),
        says: join_lines(&says),
        needs: needs.including_condition(&condition),
        condition,
        evidence,
        demo,
        limit: keys.limit.as_deref().map(join_lines),
        counter: keys.counter.map(Spanned::into_inner),
        why: keys.why.map(|text| text.trim().to_owned()),
        line: reader.diagnostics.source.line(fence.head.start),
    })
}

/// Joins a sentence that is written on several lines.
fn join_lines(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The nearest demo above in the lesson.
fn find_demo_above<'r>(reader: &'r LessonReader<'_, '_>) -> Option<&'r DemoBlock> {
    let blocks = reader.steps.iter().flat_map(|step| &step.blocks);
    blocks.rev().find_map(|block| match block {
        Block::Demo(demo) => Some(demo),
        _ => None,
    })
}

/// The demo that decides a claim: the one that it names, or the one above. The claim's own settings override
/// those of the demo above.
fn resolve_demo(
    reader: &mut LessonReader<'_, '_>,
    fence: &CodeFence,
    name: Option<Spanned<String>>,
    with: Option<WrittenSettings>,
) -> Option<DemoBlock> {
    let above = find_demo_above(reader).cloned();
    let diagnostics = &mut reader.diagnostics;
    let mut decides = match (name, above) {
        (Some(name), _) => DemoBlock {
            spec: find_demo(diagnostics, reader.demos, &name)?,
            params: Params::default(),
            caption: None,
            picture: false,
            recorded: None,
        },
        (None, Some(demo)) => DemoBlock {
            caption: None,
            ..demo
        },
        (None, None) => {
            diagnostics
                .error(fence.head.clone(), "no demo stands above this claim")
                .help("name the one that decides it: demo = \"parallel\"");
            return None;
        }
    };
    if let Some(with) = with {
        let own = read_params(diagnostics, with, decides.known_spec());
        decides.params = merge_params(&decides.params, own);
    }
    Some(decides)
}

fn check_id(reader: &mut LessonReader<'_, '_>, id: &Spanned<String>) {
    ids::check_letters(&mut reader.diagnostics, "a claim", id);
    let other = reader
        .claims
        .iter()
        .find(|known| known.get_ref() == id.get_ref());
    if let Some(other) = other {
        let first = reader.diagnostics.source.line(other.span().start);
        let message = format!("two claims have the id `{}`", id.get_ref());
        reader
            .diagnostics
            .error(id.span(), message)
            .help(format!("the other one is in line {first}"));
    }
    reader.claims.push(id.clone());
}
