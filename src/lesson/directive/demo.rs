//! `demo`: a demo to run, with its settings.

use toml::Spanned;

use super::{
    Block, Directive, DirectiveSpec, predict, read_keys,
    settings::{WrittenSettings, read_params},
};
use crate::{
    catalog::DemoSpec,
    lesson::{
        fence::CodeFence,
        parse::LessonReader,
        source_file::Diagnostics,
        toml_keys::{TextValue, TomlKeys, toml_keys},
    },
    record::Params,
};

pub(super) static DIRECTIVE: Directive = Directive {
    spec: DirectiveSpec {
        name: "demo",
        about: "a demo to run at this place",
        table: DemoKeys::TABLE,
    },
    read: |reader, fence| {
        let demo = read_demo(reader, fence);
        match &demo {
            Some(demo) => predict::decide_predictions(reader, demo),
            // The missing keys were reported; that no demo decides the predictions is only a consequence.
            None => reader.awaiting.clear(),
        }
        demo.map(Block::Demo)
    },
};

toml_keys! {
    "`demo`": struct DemoKeys {
        /// the name of the demo (`demos` lists them)
        run: Spanned<TextValue> = Required, "\"parallel\"";
        /// what to watch for, shown before it
        caption: String = Optional, "\"the same work, side by side\"";
        ..settings: WrittenSettings
    }
}

/// A demo to run at this point of the lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DemoBlock {
    /// The demo's name.
    pub run: String,
    /// Its settings.
    pub params: Params,
    /// A sentence to show before it.
    pub caption: Option<String>,
}

fn read_demo(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) -> Option<DemoBlock> {
    let keys = read_keys::<DemoKeys>(reader, fence);
    let diagnostics = &mut reader.diagnostics;
    let run = keys.run;
    let demo = run
        .as_ref()
        .and_then(|run| find_demo(diagnostics, reader.demos, run));
    let params = read_params(diagnostics, keys.settings, demo);
    Some(DemoBlock {
        run: run?.into_inner(),
        params,
        caption: keys.caption,
    })
}

/// Finds a demo that a lesson names; an unknown name is reported.
pub(super) fn find_demo(
    diagnostics: &mut Diagnostics<'_>,
    demos: &[&'static DemoSpec],
    name: &Spanned<String>,
) -> Option<&'static DemoSpec> {
    let found = demo_named(demos, name.get_ref());
    if found.is_none() {
        let names: Vec<&str> = demos.iter().map(|demo| demo.name).collect();
        diagnostics.unknown_name("no demo", name, &names);
    }
    found
}

/// The demo of that name.
pub(super) fn demo_named(demos: &[&'static DemoSpec], name: &str) -> Option<&'static DemoSpec> {
    demos.iter().copied().find(|demo| demo.name == name)
}
