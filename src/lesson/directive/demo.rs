//! `demo`: a demo to run, with its settings.

use toml::Spanned;

use super::{
    Block, Directive, predict, read_keys,
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
    record::{self, BUILTIN_RECORDINGS, BuiltinRecording, Params},
};

pub(super) static DIRECTIVE: Directive = Directive {
    name: "demo",
    about: "a demo to run at this place",
    table: DemoKeys::TABLE,
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
        /// whether the demo's first picture is shown above its table, or instead of it where both do not fit on a screen
        picture: bool = Default("false"), "true";
        /// the built-in recording that is shown where a run here cannot show the same workers (`replay --builtin` lists them)
        recorded: Spanned<TextValue> = Optional, "\"free-threaded\"";
        ..settings: WrittenSettings
    }
}

/// Stands for a demo whose name is unknown, so that what refers to it is checked as well. The error is reported: no
/// lesson with it is played.
static UNKNOWN_DEMO: DemoSpec = DemoSpec::EMPTY;

/// A demo to run at this point of the lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoBlock {
    /// The demo.
    pub spec: &'static DemoSpec,
    /// Its settings.
    pub params: Params,
    /// A sentence to show before it.
    pub caption: Option<String>,
    /// Whether its first picture leads its report.
    pub picture: bool,
    /// The recording that is shown where a run cannot show the same workers.
    pub recorded: Option<&'static BuiltinRecording>,
}

impl DemoBlock {
    /// Whether both ask for the same run, whatever is said before it.
    pub fn is_same_run(&self, other: &Self) -> bool {
        self.spec == other.spec && self.params == other.params
    }

    /// The demo, unless its name is unknown.
    pub(super) fn known_spec(&self) -> Option<&'static DemoSpec> {
        (*self.spec != UNKNOWN_DEMO).then_some(self.spec)
    }
}

fn read_demo(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) -> Option<DemoBlock> {
    let keys = read_keys::<DemoKeys>(reader, fence);
    let diagnostics = &mut reader.diagnostics;
    let run = keys.run;
    let spec = run
        .as_ref()
        .and_then(|run| find_demo(diagnostics, reader.demos, run));
    let params = read_params(diagnostics, keys.settings, spec);
    let recorded = keys
        .recorded
        .and_then(|name| find_recording(diagnostics, &name, spec));
    run?;
    Some(DemoBlock {
        spec: spec.unwrap_or(&UNKNOWN_DEMO),
        params,
        caption: keys.caption,
        picture: keys.picture.unwrap_or_default(),
        recorded,
    })
}

/// Finds a recording that a lesson names; an unknown name is reported, and a recording of another demo.
fn find_recording(
    diagnostics: &mut Diagnostics<'_>,
    name: &Spanned<String>,
    spec: Option<&'static DemoSpec>,
) -> Option<&'static BuiltinRecording> {
    let Some(recording) = record::find_builtin(name.get_ref()) else {
        let names: Vec<&str> = BUILTIN_RECORDINGS.iter().map(|one| one.name).collect();
        diagnostics.unknown_name("no built-in recording", name, &names);
        return None;
    };
    if let (Ok(loaded), Some(spec)) = (recording.load(), spec)
        && loaded.run().demo() != spec.name
    {
        let demo = loaded.run().demo();
        let message = format!("`{}` is a recording of the demo `{demo}`", recording.name);
        diagnostics.error(name.span(), message);
    }
    Some(recording)
}

/// Finds a demo that a lesson names; an unknown name is reported.
pub(super) fn find_demo(
    diagnostics: &mut Diagnostics<'_>,
    demos: &[&'static DemoSpec],
    name: &Spanned<String>,
) -> Option<&'static DemoSpec> {
    let mut known = demos.iter().copied();
    let found = known.find(|demo| demo.name == name.get_ref());
    if found.is_none() {
        let names: Vec<&str> = demos.iter().map(|demo| demo.name).collect();
        diagnostics.unknown_name("no demo", name, &names);
    }
    found
}
