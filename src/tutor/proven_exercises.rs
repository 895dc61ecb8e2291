//! The exercises that `lint` has proven: one that has not changed since need not be proven again.

use std::{
    collections::HashSet,
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use super::state_file::append_to_file;
use crate::{lesson::Exercise, python::ChosenPython};

/// A larger file is replaced by a new one.
const MOST_BYTES: u64 = 256 << 10;

/// The proven exercises: a file with a key a line. Without a file, none is kept.
#[derive(Debug, Default)]
pub struct ProvenExercises {
    file: Option<PathBuf>,
}

/// All that the proof of an exercise depends on, as a hash: its text and programs, the interpreter, the usable cores, and
/// this very program.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProofKey(String);

impl ProofKey {
    /// The key of an exercise with the texts of these programs.
    pub fn of_exercise(
        exercise: &Exercise,
        programs: &[Option<&str>],
        python: &ChosenPython,
        cores_usable: u32,
    ) -> Self {
        // Where it stands in its file is no part of it.
        let exercise = Exercise {
            line: 0,
            ..exercise.clone()
        };
        let own = env::current_exe().ok();
        let own = own.as_deref().map(describe_file);
        let python = (describe_file(&python.path), format!("{python:?}"));
        let all = format!("{exercise:?}{programs:?}{python:?}{cores_usable}{own:?}");
        let hash = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            (salt, &all).hash(&mut hasher);
            hasher.finish()
        };
        Self(format!("{:016x}{:016x}", hash(0), hash(1)))
    }
}

/// The length of a file and when it was changed.
fn describe_file(path: &Path) -> String {
    let file = fs::metadata(path);
    let file = file.map(|file| (file.len(), file.modified().ok()));
    format!("{file:?}")
}

impl ProvenExercises {
    /// Keeps the keys in this file.
    pub fn new(file: Option<PathBuf>) -> Self {
        Self { file }
    }

    /// The kept keys. A file that cannot be read has none, and lines that are no keys match nothing.
    pub fn read_keys(&self) -> HashSet<ProofKey> {
        let file = self.file.as_ref().filter(|file| file.is_file());
        let bytes = file.and_then(|file| fs::read(file).ok());
        let text = String::from_utf8_lossy(bytes.as_deref().unwrap_or_default());
        let lines = text.lines();
        lines.map(|line| ProofKey(line.to_owned())).collect()
    }

    /// Keeps a key. If that fails, the exercise is proven again the next time.
    pub fn remember(&self, key: &ProofKey) {
        let _ = self.write_key(key);
    }

    fn write_key(&self, key: &ProofKey) -> io::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        if fs::metadata(file).is_ok_and(|found| found.len() > MOST_BYTES) {
            fs::remove_file(file)?;
        }
        // Before it, a line that was cut off may stand.
        append_to_file(file, &format!("\n{}\n", key.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Interpreter;

    fn python(folder: &Path) -> ChosenPython {
        let path = folder.join("python3");
        fs::write(&path, "").unwrap();
        ChosenPython {
            path,
            interpreter: Interpreter::default(),
        }
    }

    #[test]
    fn a_proof_is_kept_until_what_it_depends_on_changes() {
        let folder = tempfile::tempdir().unwrap();
        let python = python(folder.path());
        let exercise = Exercise {
            id: "four".to_owned(),
            line: 7,
            ..Exercise::default()
        };
        let programs = [Some("print(4)"), None];
        let key = ProofKey::of_exercise(&exercise, &programs, &python, 2);
        let moved = Exercise {
            line: 8,
            ..exercise.clone()
        };
        assert_eq!(ProofKey::of_exercise(&moved, &programs, &python, 2), key);
        let harder = Exercise {
            trials: 3,
            ..exercise.clone()
        };
        assert_ne!(ProofKey::of_exercise(&harder, &programs, &python, 2), key);
        let other = [Some("print(5)"), None];
        assert_ne!(ProofKey::of_exercise(&exercise, &other, &python, 2), key);
        assert_ne!(ProofKey::of_exercise(&exercise, &programs, &python, 1), key);
        fs::write(&python.path, "another build").unwrap();
        assert_ne!(ProofKey::of_exercise(&exercise, &programs, &python, 2), key);
    }

    #[test]
    fn a_damaged_file_costs_no_more_than_its_own_lines() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/proven");
        let key = ProofKey::of_exercise(&Exercise::default(), &[], &python(folder.path()), 2);
        let proven = ProvenExercises::new(Some(file.clone()));
        assert!(!proven.read_keys().contains(&key));
        proven.remember(&key);
        assert!(proven.read_keys().contains(&key));
        fs::write(&file, b"\xff\xfe\0half a li").unwrap();
        proven.remember(&key);
        assert!(proven.read_keys().contains(&key));
        fs::write(&file, vec![b'x'; 300 << 10]).unwrap();
        proven.remember(&key);
        assert!(fs::metadata(&file).unwrap().len() < 100);
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        proven.remember(&key);
        assert!(proven.read_keys().is_empty());
    }
}
