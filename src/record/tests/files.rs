use std::{fs, path::PathBuf};

use super::*;
use crate::record::{LoadError, Recording, RunStatus, SaveError};

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("forklore-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    fn file(&self, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join("r.jsonl");
        fs::write(&path, bytes).expect("a temporary file");
        path
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("the folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().display().to_string())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn small() -> Recording {
    let complete = EventKind::RunFinished {
        outcome: RunStatus::Complete,
    };
    Recording::new(
        machine(),
        events([
            run_started("parallel"),
            worker_started(1, Backend::Processes, Some(0)),
            trial_finished(Backend::Processes, Some(0), 0.1),
            complete,
        ]),
    )
}

fn text(recording: &Recording) -> String {
    let mut bytes = Vec::new();
    recording.write(&mut bytes).expect("memory takes it");
    String::from_utf8(bytes).expect("JSON is text")
}

fn load(name: &str, bytes: impl AsRef<[u8]>) -> Result<Recording, String> {
    let folder = Folder::new(name);
    let path = folder.file(bytes);
    Recording::load(&path).map_err(|error| {
        error
            .to_string()
            .replace(&path.display().to_string(), "FILE")
    })
}

#[test]
fn what_is_saved_is_loaded() {
    let folder = Folder::new("saved");
    let path = folder.0.join("r.jsonl");
    small().save(&path, false).expect("saved");
    assert_eq!(Recording::load(&path).expect("loaded"), small());
    assert_eq!(folder.names(), ["r.jsonl"], "nothing is left beside it");
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_with_its_path() {
    let folder = Folder::new("nowhere");
    let path = folder.0.join("missing/r.jsonl");
    for path in [&path, &folder.0] {
        let error = small().save(path, false).expect_err("no place for a file");
        let shown = path.display().to_string();
        assert!(error.to_string().contains(&shown), "{error}");
    }
    assert!(folder.0.is_dir());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_the_device_stays_a_device() {
    let full = std::path::Path::new("/dev/full");
    let error = small().save(full, false).expect_err("no room");
    let SaveError::Write { source, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);
    assert!(!fs::metadata(full).expect("still there").is_file());
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let folder = Folder::new("link");
    let target = folder.0.join("old");
    small().save(&target, false).expect("saved");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o640);
    fs::set_permissions(&target, mode).expect("ours");
    let link = folder.0.join("link");
    std::os::unix::fs::symlink(&target, &link).expect("a link");
    small().save(&link, true).expect("saved");
    assert!(link.is_symlink());
    assert_eq!(Recording::load(&target).expect("loaded"), small());
    let mode = fs::metadata(&target).expect("still there").permissions();
    let mode = std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777;
    assert_eq!(mode, 0o640, "it is for those whom it was for before");
    // Whatever was meant to be there, it is not ours to replace.
    fs::remove_file(&target).expect("there");
    small()
        .save(&link, true)
        .expect_err("a link that leads nowhere");
    assert!(link.is_symlink());
}

#[test]
fn a_recording_is_replaced_only_by_force() {
    let folder = Folder::new("force");
    let path = folder.0.join("r.jsonl");
    let newer = text(&small()).replacen("recording/2", "recording/3", 1);
    for there in [text(&small()), newer] {
        fs::write(&path, &there).expect("written");
        let error = small().save(&path, false).expect_err("taken");
        assert!(error.to_string().contains("`--force`"), "{error}");
        assert_eq!(fs::read_to_string(&path).expect("there"), there);
        small().save(&path, true).expect("replaced");
        assert_eq!(Recording::load(&path).expect("loaded"), small());
    }
}

#[test]
fn what_is_no_recording_is_never_replaced() {
    let folder = Folder::new("foreign");
    let path = folder.0.join("notes.txt");
    for there in [&b"my notes\n"[..], b"{\"a\":1}\n", b"\xff\n", b""] {
        fs::write(&path, there).expect("written");
        for force in [false, true] {
            let error = small().save(&path, force).expect_err("not ours");
            assert!(error.to_string().contains("name another file"), "{error}");
            assert_eq!(fs::read(&path).expect("there"), there);
        }
    }
    let beside = small().save_beside(&path).expect("saved");
    assert_eq!(beside, folder.0.join("notes.txt.2"));
    assert_eq!(Recording::load(&beside).expect("loaded"), small());
    small().save_beside(&path).expect("saved");
    assert_eq!(
        folder.names(),
        ["notes.txt", "notes.txt.2", "notes.txt.3"],
        "nothing is left beside them"
    );
}

#[test]
fn a_missing_file_says_so() {
    let error = Recording::load("/no/such/file".as_ref()).expect_err("missing");
    assert!(matches!(error, LoadError::Read { .. }));
    assert!(error.to_string().contains("/no/such/file"), "{error}");
}

#[test]
fn other_files_are_refused_each_in_its_words() {
    let newer = text(&small()).replacen("recording/2", "recording/3", 1);
    let cases: [(&str, Vec<u8>, &str); 7] = [
        (
            "empty",
            b"".to_vec(),
            "FILE is empty: there is no recording in it",
        ),
        (
            "words",
            b"hello\nworld\n".to_vec(),
            "FILE is not a recording of Forklore: make one with `--save FILE`",
        ),
        (
            "json",
            br#"{"a":1}"#.to_vec(),
            "FILE is not a recording of Forklore: make one with `--save FILE`",
        ),
        (
            "zero",
            br#"{"schema":"forklore.recording/0"}"#.to_vec(),
            "FILE is not a recording of Forklore: make one with `--save FILE`",
        ),
        (
            "binary",
            b"\x7fELF\xff\xfe\n".to_vec(),
            "FILE: line 1 is not UTF-8 text",
        ),
        (
            "header",
            br#"{"schema":"forklore.recording/2","fork"#.to_vec(),
            "FILE: line 1 is damaged: it is cut off",
        ),
        (
            "newer",
            newer.into_bytes(),
            "FILE was made by a newer Forklore (0.1.0, schema 3; this one reads up to 2): update \
             Forklore to replay it",
        ),
    ];
    for (name, bytes, expected) in cases {
        let found = load(name, bytes).expect_err(name);
        assert_eq!(found, expected);
    }
}

#[test]
fn a_damaged_line_is_named() {
    let whole = text(&small());
    let damaged = whole.replacen("worker_started", "teleported", 1);
    assert_eq!(
        load("unknown", damaged).expect_err("unknown event"),
        "FILE: line 3 is damaged: no event or kind is called `teleported`"
    );
    let missing = whole.replacen(r#""demo":"parallel","#, "", 1);
    assert_eq!(
        load("missing", missing).expect_err("no demo"),
        "FILE: line 2 is damaged: missing field `demo`"
    );
    let mut bytes = whole.into_bytes();
    let at = bytes.iter().rposition(|b| *b == b':').expect("a colon");
    bytes[at] = 0xff;
    assert_eq!(
        load("bytes", bytes).expect_err("not text"),
        "FILE: line 5 is not UTF-8 text"
    );
}

#[test]
fn fields_and_settings_of_a_later_version_are_passed_over() {
    let later = text(&small())
        .replace(r#""event":"#, r#""later":{"a":[1]},"event":"#)
        .replace(r#""workers":null"#, r#""workers":null,"moon":"full""#)
        .replace(r#""os":"#, r#""planet":"Earth","os":"#);
    assert!(later.contains("moon") && later.contains("planet"));
    assert_eq!(load("later", later).expect("loads"), small());
}

#[test]
fn a_file_cut_off_anywhere_loads_as_far_as_it_goes() {
    let whole = text(&small());
    let folder = Folder::new("cut");
    let header = whole.find('\n').expect("a header") + 1;
    let last_event = whole.trim_end().rfind('\n').expect("lines") + 1;
    for length in header..whole.len() {
        let loaded = Recording::load(&folder.file(&whole[..length])).expect("loads");
        let outcome = loaded.run().status();
        // Cut just before the very last line's end, the event itself is whole.
        if length == whole.len() - 1 {
            assert_eq!(outcome, RunStatus::Complete);
            continue;
        }
        let lines = whole[..length].lines().count();
        let whole_lines = if whole[..length].ends_with('\n') || whole[length..].starts_with('\n') {
            lines
        } else {
            lines - 1
        };
        assert_eq!(
            outcome,
            RunStatus::Partial(format!("cut off after line {whole_lines}")),
            "cut at {length} of {last_event}"
        );
    }
}

#[test]
fn figures_that_json_cannot_hold_become_no_figure() {
    let odd = Recording::new(
        machine(),
        events([
            trial_finished(Backend::Serial, Some(0), f64::INFINITY),
            EventKind::CoreLoad {
                backend: Backend::Serial,
                load: vec![0.5, f32::NAN],
            },
            work_finished(1, Some(f64::NAN)),
        ]),
    );
    let loaded = load("odd", text(&odd)).expect("loads");
    assert!(loaded.run().trials(Backend::Serial)[0].work_s.is_nan());
    let load = loaded.run().core_load(Backend::Serial).expect("sampled");
    assert!((load[0] - 0.5).abs() < f32::EPSILON && load[1].is_nan());
}
