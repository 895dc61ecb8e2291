//! The recordings that ship with the lessons: of what only some machines can show.

use std::path::Path;

use super::{EventKind, LoadError, Recording, file::RecordingReader};

/// A recording that is part of the program.
#[derive(Debug, PartialEq, Eq)]
pub struct BuiltinRecording {
    /// Its name, as typed.
    pub name: &'static str,
    /// One line: what only some machines can show.
    pub shows: &'static str,
    text: &'static str,
}

macro_rules! builtin_recordings {
    ($($name:literal: $shows:literal,)*) => {
        &[$(BuiltinRecording {
            name: $name,
            shows: $shows,
            text: include_str!(concat!("builtin/", $name, ".jsonl")),
        }),*]
    };
}

/// All of them.
pub static BUILTIN_RECORDINGS: &[BuiltinRecording] = builtin_recordings! {
    "free-threaded": "threads of a CPython without a GIL, beside all other workers",
    "interpreters": "subinterpreters of CPython 3.14, beside all other workers",
    "cluster": "one map on a pool, an executor and Dask",
};

/// Finds a recording by name.
pub fn find_builtin(name: &str) -> Option<&'static BuiltinRecording> {
    BUILTIN_RECORDINGS
        .iter()
        .find(|recording| recording.name == name)
}

impl BuiltinRecording {
    /// The recording, marked as one that was not made here.
    ///
    /// # Errors
    /// The file that was built in is damaged.
    pub fn load(&self) -> Result<Recording, LoadError> {
        let reader = RecordingReader::of(Path::new(self.name), self.text.as_bytes());
        let mut recording = reader.read_recording()?;
        recording.is_builtin = true;
        Ok(recording)
    }
}

impl Recording {
    /// Whether it has all kinds of workers that the other one has: its backends, a Python without a GIL, and all values
    /// of these labels.
    pub fn shows_all_of(&self, other: &Self, labels: &[&str]) -> bool {
        let own = self.worker_kinds(labels);
        let mut kinds = other.worker_kinds(labels).into_iter();
        kinds.all(|kind| own.contains(&kind))
    }

    fn worker_kinds(&self, labels: &[&str]) -> Vec<String> {
        let mut kinds = Vec::new();
        for event in self.events() {
            match &event.what {
                EventKind::TrialFinished { backend, .. } => kinds.push(backend.to_string()),
                EventKind::RunStarted {
                    interpreter: Some(python),
                    ..
                } if !python.gil => kinds.push("no GIL".to_owned()),
                EventKind::Observed { labels: seen, .. } => {
                    let values = labels.iter().filter_map(|label| seen.get(label));
                    kinds.extend(values.map(str::to_owned));
                }
                _ => {}
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RunStatus;

    #[test]
    fn each_says_when_and_on_what_it_was_made_and_not_where() {
        for builtin in BUILTIN_RECORDINGS {
            let recording = builtin.load().expect("a whole recording");
            assert!(recording.is_builtin && recording.began_s.is_some());
            assert!(recording.machine.cpu.is_some());
            assert_eq!(recording.run().status(), RunStatus::Complete);
            for place in ["\"/", " /", "/home", "/root", "/tmp", "/usr"] {
                assert!(!builtin.text.contains(place), "{}: {place}", builtin.name);
            }
        }
    }

    #[test]
    fn a_run_without_some_kind_of_worker_does_not_show_all() {
        let free = find_builtin("free-threaded").expect("a recording");
        let interpreters = find_builtin("interpreters").expect("a recording");
        let [free, other] = [free, interpreters].map(|one| one.load().expect("whole"));
        assert!(free.shows_all_of(&free, &[]));
        assert!(!other.shows_all_of(&free, &[]), "it has a GIL");
    }
}
