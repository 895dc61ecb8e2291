//! `demo`: which demo to run, with which settings.

use std::ops::Range;

use toml::Spanned;

use super::{Directive, DirectiveSpec, fields, predict};
use crate::{
    lesson::{
        fence::Fence,
        fields::Fields,
        known_demos::{KnownDemo, KnownDemos},
        model::{Block, DemoBlock},
        nearest::suggestion,
        parse::LessonReader,
        source_file::Diagnostics,
        spec,
    },
    record::{Backend, Params},
};

/// How Python's multiprocessing starts a child.
const START_METHODS: [&str; 3] = ["fork", "spawn", "forkserver"];

pub(super) static DIRECTIVE: Directive = Directive {
    spec: DirectiveSpec {
        name: "demo",
        about: "a demo to run at this place",
        table: &spec::DEMO,
    },
    read: |reader, fence| {
        let demo = read(reader, fence);
        match &demo {
            Some(demo) => predict::decide_predictions(reader, demo),
            // What it lacks was reported; that nothing decides the predictions only follows from it.
            None => reader.awaiting.clear(),
        }
        demo.map(Block::Demo)
    },
};

fn read(reader: &mut LessonReader<'_, '_>, fence: &Fence) -> Option<DemoBlock> {
    let known = reader.known;
    let mut fields = fields(reader, &spec::DEMO, fence);
    let run = fields.text("run");
    let demo = run
        .as_ref()
        .and_then(|run| find(fields.diagnostics(), known, run).ok().flatten());
    let caption = fields.optional("caption");
    let params = settings(&mut fields, demo);
    fields.finish();
    Some(DemoBlock {
        run: run?.into_inner(),
        params,
        caption,
    })
}

/// What is known of a demo that a lesson names; an unknown name is reported.
pub(super) fn find<'k>(
    diagnostics: &mut Diagnostics<'_>,
    known: &'k KnownDemos,
    run: &Spanned<String>,
) -> Result<Option<&'k KnownDemo>, ()> {
    known.find(run.get_ref()).map_err(|names| {
        let message = format!("no demo is called `{}`", run.get_ref());
        unknown(diagnostics, run.span(), &message, run.get_ref(), &names);
    })
}

/// The settings of a demo, as far as it takes them.
pub(super) fn settings(fields: &mut Fields<'_, '_>, demo: Option<&KnownDemo>) -> Params {
    if let Some(demo) = demo {
        check_takes(fields, demo);
    }
    params(fields, demo)
}

/// Reports settings that this demo has no use for.
fn check_takes(fields: &mut Fields<'_, '_>, demo: &KnownDemo) {
    for setting in spec::WITH.keys().map(|key| key.name) {
        let Some(at) = fields
            .place(setting)
            .filter(|_| !demo.takes.contains(&setting))
        else {
            continue;
        };
        let message = format!("the demo `{}` takes no `{setting}`", demo.name);
        let help = match demo.takes {
            [] => "it takes no settings".to_owned(),
            takes => format!("it takes: {}", takes.join(", ")),
        };
        fields.diagnostics().error(at, message).help(help);
    }
}

/// Every field is named, so that a new setting cannot be forgotten here.
fn params(fields: &mut Fields<'_, '_>, demo: Option<&KnownDemo>) -> Params {
    Params {
        workers: fields.at_least_one("workers"),
        trials: fields.at_least_one("trials"),
        size: fields.at_least_one("size"),
        workload: workload(fields, demo),
        repeat: fields.at_least_one("repeat"),
        unbuffered: fields.optional("unbuffered").unwrap_or_default(),
        backends: backends(fields, demo),
        python: texts(fields, "python"),
        start_method: start_method(fields),
        seed: fields.optional("seed"),
    }
}

fn texts(fields: &mut Fields<'_, '_>, key: &'static str) -> Vec<String> {
    let texts = fields.optional::<Vec<Spanned<String>>>(key);
    let texts = texts.unwrap_or_default().into_iter();
    texts.map(Spanned::into_inner).collect()
}

fn start_method(fields: &mut Fields<'_, '_>) -> Option<String> {
    let method = fields.placed::<String>("start_method")?;
    if !START_METHODS.contains(&method.get_ref().as_str()) {
        let message = format!("no start method is called `{}`", method.get_ref());
        unknown(
            fields.diagnostics(),
            method.span(),
            &message,
            method.get_ref(),
            &START_METHODS,
        );
        return None;
    }
    Some(method.into_inner())
}

fn workload(fields: &mut Fields<'_, '_>, demo: Option<&KnownDemo>) -> Option<String> {
    let workload = fields.placed::<String>("workload")?;
    let names = demo.map(|demo| demo.workloads).unwrap_or_default();
    let name = workload.get_ref();
    if !names.is_empty() && !names.contains(&name.as_str()) {
        let message = format!("no workload of this demo is called `{name}`");
        unknown(fields.diagnostics(), workload.span(), &message, name, names);
        return None;
    }
    Some(workload.into_inner())
}

fn backends(fields: &mut Fields<'_, '_>, demo: Option<&KnownDemo>) -> Vec<Backend> {
    let usable = demo
        .map(|demo| demo.backends)
        .filter(|backends| !backends.is_empty())
        .unwrap_or(&Backend::ALL);
    let mut backends = Vec::new();
    for name in fields
        .optional::<Vec<Spanned<String>>>("backends")
        .unwrap_or_default()
    {
        match name.get_ref().parse::<Backend>() {
            Ok(backend) if backends.contains(&backend) => {
                let message = format!("`{backend}` is named twice");
                fields.diagnostics().error(name.span(), message);
            }
            Ok(backend) if usable.contains(&backend) => backends.push(backend),
            Ok(_) | Err(_) => {
                let names: Vec<&str> = usable.iter().map(|backend| backend.name()).collect();
                let message = format!("no backend of this demo is called `{}`", name.get_ref());
                unknown(
                    fields.diagnostics(),
                    name.span(),
                    &message,
                    name.get_ref(),
                    &names,
                );
            }
        }
    }
    backends
}

fn unknown(
    diagnostics: &mut Diagnostics<'_>,
    at: Range<usize>,
    message: &str,
    name: &str,
    names: &[&str],
) {
    let diagnostic = diagnostics.error(at, message);
    if let Some(help) = suggestion(name, names) {
        diagnostic.help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_are_those_of_params() {
        let params = serde_json::to_value(Params::default()).unwrap();
        let fields: Vec<&String> = params.as_object().unwrap().keys().collect();
        let mut settings: Vec<&str> = spec::WITH.keys().map(|key| key.name).collect();
        settings.sort_unstable();
        assert_eq!(fields, settings);
    }
}
