//! `claim`: a sentence that a demo decides, with the condition under which it holds.

use toml::Spanned;

use super::{
    Directive, DirectiveSpec,
    conditions::{self, reported},
    demo, fields, ids,
};
use crate::{
    claim::{Condition, Needs, Subject, Template},
    lesson::{
        fence::Fence,
        fields::{Fields, InnerTable},
        model::{Block, Claim, DemoBlock},
        parse::LessonReader,
        spec,
    },
    record::Params,
};

pub(super) static DIRECTIVE: Directive = Directive {
    spec: DirectiveSpec {
        name: "claim",
        about: "a sentence about concurrency that the demo above it decides",
        table: &spec::CLAIM,
    },
    read: |reader, fence| read(reader, fence).map(|claim| Block::Claim(Box::new(claim))),
};

fn read(reader: &mut LessonReader<'_, '_>, fence: &Fence) -> Option<Claim> {
    let known = reader.known;
    let above = above(reader).cloned();
    let mut fields = fields(reader, &spec::CLAIM, fence);
    let id = fields.text("id");
    let says = fields.text("says");
    let holds_if = fields.text("holds_if");
    let evidence = fields.placed::<String>("evidence");
    let needs = fields.placed::<String>("needs");
    let named = fields.placed::<String>("demo");
    let limit = fields.optional::<String>("limit");
    let counter = fields.placed::<String>("counter");
    let why = fields.optional::<String>("why");
    let with = fields.table("with");
    fields.finish();

    let demo = demo_of(reader, fence, above, named, with);
    let needs = needs.map_or(Some(Needs::default()), |text| {
        let read = Needs::read(text.get_ref());
        reported(&mut reader.diagnostics, &text, read)
    });
    let demo = demo?;
    let backends = conditions::backends(known, &demo);
    let subject = Subject {
        demo: &demo.run,
        backends: &backends,
    };
    let evidence = evidence.and_then(|text| {
        let read = Template::read(text.get_ref(), &subject);
        reported(&mut reader.diagnostics, &text, read)
    });
    let condition = holds_if.as_ref().and_then(|text| {
        let read = Condition::read(text.get_ref(), &subject);
        reported(&mut reader.diagnostics, text, read)
    });
    let (id, says, condition) = (id?, says?, condition?);
    check_id(reader, &id);
    let needs = needs?;
    if condition.counts_cores() && needs.cores < 2 {
        let at = holds_if.map_or(fence.head.clone(), |text| text.span());
        reader
            .diagnostics
            .warning(at, "on one core, no worker uses more than one")
            .help("add needs = \"cores >= 2\"");
    }
    reader.counters.extend(counter.clone());
    let line = reader.diagnostics.source.line(fence.head.start);
    Some(Claim {
        id: id.into_inner(),
        says: one_line(says.get_ref()),
        needs: needs.and_those_of(&condition),
        condition,
        evidence,
        demo,
        limit: limit.as_deref().map(one_line),
        counter: counter.map(Spanned::into_inner),
        why: why.map(|text| text.trim().to_owned()),
        line,
    })
}

/// A sentence that an author broke into lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The nearest demo above in the lesson.
fn above<'r>(reader: &'r LessonReader<'_, '_>) -> Option<&'r DemoBlock> {
    let blocks = reader.steps.iter().flat_map(|step| &step.blocks);
    blocks.rev().find_map(|block| match block {
        Block::Demo(demo) => Some(demo),
        _ => None,
    })
}

/// The demo that decides a claim: the one that it names, or else the one above; with its own settings put over
/// those of the demo above.
fn demo_of<'s>(
    reader: &mut LessonReader<'s, '_>,
    fence: &Fence,
    above: Option<DemoBlock>,
    named: Option<Spanned<String>>,
    with: Option<InnerTable<'s>>,
) -> Option<DemoBlock> {
    let mut decides = match (named, above) {
        (Some(named), _) => {
            let found = demo::find(&mut reader.diagnostics, reader.known, &named);
            found.is_ok().then(|| DemoBlock {
                run: named.into_inner(),
                ..DemoBlock::default()
            })?
        }
        (None, Some(demo)) => DemoBlock {
            caption: None,
            ..demo
        },
        (None, None) => {
            reader
                .diagnostics
                .error(fence.head.clone(), "no demo stands above this claim")
                .help("name the one that decides it: demo = \"parallel\"");
            return None;
        }
    };
    if let Some(with) = with {
        let demo = reader.known.find(&decides.run).ok().flatten();
        let mut fields = Fields::of(&mut reader.diagnostics, &spec::WITH, with);
        let own = demo::settings(&mut fields, demo);
        fields.finish();
        decides.params = over(decides.params, own);
    }
    Some(decides)
}

/// The settings of a demo with others put over them.
fn over(under: Params, own: Params) -> Params {
    let longer = |own: Vec<_>, under: Vec<_>| if own.is_empty() { under } else { own };
    // Every field is named, so that a new setting cannot be forgotten here.
    Params {
        workers: own.workers.or(under.workers),
        trials: own.trials.or(under.trials),
        size: own.size.or(under.size),
        workload: own.workload.or(under.workload),
        repeat: own.repeat.or(under.repeat),
        unbuffered: own.unbuffered || under.unbuffered,
        backends: if own.backends.is_empty() {
            under.backends
        } else {
            own.backends
        },
        python: longer(own.python, under.python),
        start_method: own.start_method.or(under.start_method),
        seed: own.seed.or(under.seed),
    }
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
