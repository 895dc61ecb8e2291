use std::{fs, path::PathBuf};

use super::*;
use crate::record::{Recording, RunStatus};

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
