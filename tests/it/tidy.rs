//! The structure of the code: allowed imports, file sizes, and lists that must be complete.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// A module, and the modules that it may import.
const ROOMS: &[(&str, &[&str])] = &[
    ("record", &[]),
    ("text", &[]),
    ("mp", &[]),
    ("schedule", &[]),
    ("workload", &[]),
    ("measure", &["record", "workload"]),
    ("watch", &[]),
    ("catalog", &["text", "record"]),
    ("claim", &["text", "catalog", "record"]),
    (
        "lesson",
        &["text", "catalog", "claim", "record", "schedule"],
    ),
    ("report", &["text", "claim", "record"]),
    (
        "render",
        &[
            "text", "catalog", "claim", "report", "record", "lesson", "schedule",
        ],
    ),
    ("gil", &["workload"]),
    ("python", &["catalog", "mp", "record", "measure"]),
    (
        "observe",
        &["text", "mp", "python", "measure", "report", "record"],
    ),
    (
        "lab",
        &[
            "bench", "text", "catalog", "mp", "gil", "python", "observe", "workload", "measure",
            "claim", "report", "record",
        ],
    ),
    (
        "bench",
        &[
            "text", "mp", "gil", "workload", "measure", "report", "record",
        ],
    ),
    (
        "tutor",
        &[
            "text", "catalog", "claim", "lab", "lesson", "observe", "python", "render", "report",
            "record", "schedule", "watch",
        ],
    ),
    (
        "repl",
        &[
            "bench", "text", "catalog", "tutor", "claim", "lab", "observe", "python", "lesson",
            "render", "report", "record", "measure", "mp", "schedule", "watch",
        ],
    ),
    (
        "cli",
        &[
            "text", "catalog", "repl", "tutor", "lab", "observe", "python", "lesson", "render",
            "report", "record", "measure", "mp", "schedule", "watch",
        ],
    ),
];

/// The maximum number of lines of a file.
const MOST_LINES: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The module of a file below `src`: its folder, or its own name at the top level.
fn room(path: &Path) -> String {
    let below = path.strip_prefix(root().join("src")).unwrap();
    let first = below
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules in a file's `crate::…` paths, single or in braces.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (start, _) in text.match_indices("crate::") {
        let rest = &text[start + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            found.extend(first_words(list));
        } else {
            found.insert(word(rest));
        }
    }
    found
}

/// The first word of each item of a brace list, without nested braces.
fn first_words(list: &str) -> Vec<String> {
    let (mut depth, mut at_start, mut words) = (0, true, Vec::new());
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            character if at_start && depth == 0 && character.is_alphabetic() => {
                words.push(word(&list[at..]));
                at_start = false;
            }
            _ => {}
        }
    }
    words
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn imports_go_one_way() {
    let names: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    let mut wrong = Vec::new();
    for path in rust_files(&root().join("src")) {
        let here = room(&path);
        let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| *room == here) else {
            continue;
        };
        for import in imports(&fs::read_to_string(&path).unwrap()) {
            let known = names.contains(&import.as_str());
            if known && import != here && !allowed.contains(&import.as_str()) {
                wrong.push(format!(
                    "{}: `{here}` must not import `{import}`",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_import_reader_sees_every_form() {
    let text = "use crate::{\n    mp::{self, Pool},\n    record::Run,\n};\nlet x = crate::report::stats::median(&[]);";
    let expected = ["mp", "record", "report"].map(str::to_owned);
    assert_eq!(imports(text), BTreeSet::from(expected));
}

#[test]
fn files_stay_small() {
    let long: Vec<String> = ["src", "tests", "benches"]
        .iter()
        .flat_map(|folder| rust_files(&root().join(folder)))
        .filter_map(|path| {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            (lines > MOST_LINES).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_demo_is_listed() {
    let folder = root().join("src/lab");
    let list = fs::read_to_string(folder.join("mod.rs")).unwrap();
    for path in rust_files(&folder) {
        if !fs::read_to_string(&path)
            .unwrap()
            .contains("pub static DEMO: Demo")
        {
            continue;
        }
        let stem = if path.ends_with("mod.rs") {
            path.parent().unwrap()
        } else {
            &path
        };
        let name = stem.file_stem().unwrap().to_string_lossy();
        assert!(
            list.contains(&format!("&{name}::DEMO,")),
            "`{name}` is not in the list of demos"
        );
    }
}

#[test]
fn unsafe_code_stays_in_its_room() {
    for path in rust_files(&root().join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        let allowed = path.ends_with("mp/raw.rs");
        let has = text.contains("allow(unsafe_code)");
        assert!(allowed || !has, "{} lets unsafe code in", path.display());
    }
}

/// Type names of one word: the words of the domain, which need no second one. A new one is a decision, made here.
const ONE_WORD_TYPES: &[&str] = &[
    // Concurrency, as the course and Python name it.
    "Connection",
    "Deadline",
    "Gil",
    "Lock",
    "Message",
    "Pipe",
    "Pool",
    "Process",
    "Queue",
    "Receiver",
    "Sender",
    "Target",
    "Value",
    "Worker",
    // What runs and what is recorded of it.
    "Backend",
    "Demo",
    "Event",
    "Experiment",
    "Interpreter",
    "Labels",
    "Machine",
    "Metric",
    "Observation",
    "Observer",
    "Params",
    "Participant",
    "Participants",
    "Platform",
    "Pythons",
    "Recorder",
    "Recording",
    "Run",
    "Runner",
    "Signals",
    // Claims.
    "Claim",
    "Condition",
    "Evaluator",
    "Evidence",
    "Expr",
    "Judgement",
    "Needs",
    "Template",
    "Unit",
    "Verdict",
    // Lessons.
    "Block",
    "Diagnostic",
    "Diagnostics",
    "Directive",
    "Exercise",
    "Guess",
    "Lesson",
    "Library",
    "Misconception",
    "Pause",
    "Prediction",
    "Presence",
    "Quiz",
    "Severity",
    "Step",
    // Tables and screens.
    "Cli",
    "Column",
    "Document",
    "Format",
    "Picture",
    "Report",
    "Screen",
    "Session",
    "Setting",
    "Settings",
    "Style",
    "Table",
];

/// The names of the types that a file defines at its top level, and whether each is public.
fn type_names(text: &str) -> Vec<(String, bool)> {
    let keywords = ["struct ", "enum ", "trait ", "type ", "union "];
    let mut names = Vec::new();
    for line in production_code(text).lines() {
        let bare = line
            .strip_prefix("pub")
            .map_or(line, |rest| match rest.strip_prefix('(') {
                Some(scope) => scope.split_once(')').map_or(rest, |(_, rest)| rest),
                None => rest,
            });
        let bare = bare.trim_start_matches(' ');
        if line.starts_with(' ') {
            continue;
        }
        if let Some(rest) = keywords
            .iter()
            .find_map(|keyword| bare.strip_prefix(keyword))
        {
            names.push((word(rest), line.starts_with("pub")));
        }
    }
    names
}

/// The files of the program itself: without tests, the crates of the workspace, and the twins for other platforms.
fn program_files() -> Vec<PathBuf> {
    let crates = ["gil", "mp", "schedule", "workload"];
    let mut files = rust_files(&root().join("src"));
    files.retain(|path| {
        let is_test = path.components().any(|part| part.as_os_str() == "tests")
            || path.ends_with("tests.rs")
            || path.ends_with("testing.rs")
            || path.ends_with("other.rs");
        !is_test && !crates.contains(&room(path).as_str())
    });
    files
}

/// The part of a file that is not its tests.
fn production_code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap()
}

/// So that one more output format is one file, and its line in `render/format.rs`.
#[test]
fn only_render_knows_one_format_from_another() {
    let formats = forklore::render::Format::ALL.map(|format| format!("Format::{format:?}"));
    for path in program_files() {
        let text = fs::read_to_string(&path).unwrap();
        let here = room(&path);
        if here != "render" {
            let named = formats
                .iter()
                .find(|format| production_code(&text).contains(*format));
            assert_eq!(named, None, "{} names a format", path.display());
        }
        let writes_json = production_code(&text).contains("serde_json::to_");
        let is_front_end = here == "repl" || here == "cli";
        assert!(
            !(writes_json && is_front_end),
            "{} writes JSON; a document's `data` is written by `render`",
            path.display()
        );
    }
}

#[test]
fn no_two_public_types_share_a_name() {
    let mut homes: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in program_files() {
        let names: BTreeSet<_> = type_names(&fs::read_to_string(&path).unwrap())
            .into_iter()
            .collect();
        for (name, _) in names.into_iter().filter(|(_, is_public)| *is_public) {
            homes.entry(name).or_default().push(path.clone());
        }
    }
    homes.retain(|_, files| files.len() > 1);
    assert!(homes.is_empty(), "{homes:#?}");
}

#[test]
fn a_type_of_one_word_is_a_word_of_the_domain() {
    let is_one_word = |name: &str| name.chars().filter(|letter| letter.is_uppercase()).count() < 2;
    for path in program_files() {
        for (name, _) in type_names(&fs::read_to_string(&path).unwrap()) {
            assert!(
                !is_one_word(&name) || ONE_WORD_TYPES.contains(&name.as_str()),
                "{}: `{name}` is one word; give it a second one, or a place in the list",
                path.display()
            );
        }
    }
}
