//! Keeps the answers of interpreters between sessions: asking one takes longer than many a script.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    path::{Path, PathBuf},
    thread,
    time::SystemTime,
};

use serde::{Deserialize, Serialize};

use super::{ask::QUESTION, dedupe, interpreter_info::InterpreterInfo, locations::is_shim};

/// A folder with a file for each interpreter that answered.
#[derive(Debug, Clone)]
pub struct AnswerCache {
    folder: PathBuf,
}

/// An answer, and all that it depends on.
#[derive(Debug, Serialize, Deserialize)]
struct CachedAnswer {
    asked: AskedFile,
    /// When a package was last installed or removed, for each folder of packages.
    packages_changed: Vec<Option<SystemTime>>,
    answer: InterpreterInfo,
}

/// When each folder of the interpreter's packages last changed; `None` for one that does not exist.
fn packages_changed(answer: &InterpreterInfo) -> Vec<Option<SystemTime>> {
    let folders = answer.package_folders.iter();
    let changed = folders.map(|folder| fs::metadata(folder).ok()?.modified().ok());
    changed.collect()
}

fn hash_of(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct AskedFile {
    /// What was asked, as a number.
    question: u64,
    /// The path that was asked: an environment's Python answers otherwise than the file that it leads to.
    path: PathBuf,
    real: PathBuf,
    modified: SystemTime,
    size: u64,
    /// The cores that we may use, which the interpreter counts too.
    cores: usize,
}

impl AskedFile {
    /// `None` for a file whose answer depends on more than the file.
    fn at(path: &Path) -> Option<Self> {
        let file = fs::metadata(path).ok()?;
        if is_shim(path) {
            return None;
        }
        Some(Self {
            question: hash_of(QUESTION),
            path: path.to_owned(),
            real: dedupe::real_path(path),
            modified: file.modified().ok()?,
            size: file.len(),
            cores: thread::available_parallelism().map_or(0, usize::from),
        })
    }
}

impl AnswerCache {
    /// The cache in this folder, which is created when it is needed.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The answer of the interpreter at this path, if it has not changed since.
    pub fn load(&self, path: &Path) -> Option<InterpreterInfo> {
        let asked = AskedFile::at(path)?;
        let cached = fs::read(self.file_of(path)).ok()?;
        let cached: CachedAnswer = serde_json::from_slice(&cached).ok()?;
        let is_current =
            cached.asked == asked && cached.packages_changed == packages_changed(&cached.answer);
        is_current.then_some(cached.answer)
    }

    /// Keeps an answer. If it fails, the interpreter is asked again in the next session.
    pub fn store(&self, path: &Path, answer: &InterpreterInfo) {
        let Some(asked) = AskedFile::at(path) else {
            return;
        };
        // A script in between may start another interpreter tomorrow.
        if answer
            .real_path()
            .is_none_or(|real| dedupe::real_path(real) != asked.real)
        {
            return;
        }
        let cached = CachedAnswer {
            asked,
            packages_changed: packages_changed(answer),
            answer: answer.clone(),
        };
        let _ = self.write(path, &cached);
    }

    fn write(&self, path: &Path, cached: &CachedAnswer) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        // Another session may write at the same time.
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&serde_json::to_vec(cached)?)?;
        file.persist(self.file_of(path))?;
        Ok(())
    }

    fn file_of(&self, path: &Path) -> PathBuf {
        self.folder.join(format!("{:016x}.json", hash_of(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(of: &Path) -> InterpreterInfo {
        let text = format!(
            r#"{{"forklore": 1, "implementation": "CPython", "version": "3.11.9", "feature": [3, 11],
                "free_threaded": false, "methods": ["fork"], "subinterpreters": false, "cpus": 2,
                "executable": {:?}, "gil": true}}"#,
            of.display().to_string()
        );
        InterpreterInfo::find_in_lines([text.replace('\n', " ").as_str()]).expect("an answer")
    }

    #[test]
    fn an_answer_is_kept_until_its_file_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let python = folder.path().join("python3");
        fs::write(&python, "1").expect("written");
        let cache = AnswerCache::in_folder(folder.path().join("cache"));
        assert_eq!(cache.load(&python), None);
        cache.store(&python, &answer(&python));
        assert_eq!(cache.load(&python), Some(answer(&python)));
        fs::write(&python, "12").expect("written");
        assert_eq!(cache.load(&python), None);
    }

    #[test]
    fn an_answer_is_kept_until_a_package_is_installed() {
        let folder = tempfile::tempdir().expect("a folder");
        let python = folder.path().join("python3");
        fs::write(&python, "1").expect("written");
        let packages = folder.path().join("site-packages");
        let of_user = folder.path().join("user-site-packages");
        fs::create_dir(&packages).expect("made");
        let cache = AnswerCache::in_folder(folder.path().join("cache"));
        let mut known = answer(&python);
        known.package_folders = vec![packages.clone(), of_user.clone()];
        cache.store(&python, &known);
        assert_eq!(cache.load(&python), Some(known.clone()));
        let earlier = fs::FileTimes::new().set_modified(SystemTime::UNIX_EPOCH);
        let opened = fs::File::open(&packages).expect("a folder");
        opened.set_times(earlier).expect("changed");
        assert_eq!(cache.load(&python), None);
        cache.store(&python, &known);
        fs::create_dir(&of_user).expect("made");
        assert_eq!(cache.load(&python), None);
    }

    #[test]
    fn what_a_wrapper_answers_is_not_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let [wrapper, behind] = ["python3", "behind"].map(|name| folder.path().join(name));
        for file in [&wrapper, &behind] {
            fs::write(file, "").expect("written");
        }
        let cache = AnswerCache::in_folder(folder.path().join("cache"));
        cache.store(&wrapper, &answer(&behind));
        assert_eq!(cache.load(&wrapper), None);
    }
}
