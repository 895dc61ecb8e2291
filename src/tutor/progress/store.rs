//! Where progress is kept, and what is said when it cannot be.
//!
//! Whatever goes wrong with the file costs one sentence and never the session; a file that is not as we would have
//! written it is never overwritten.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    dates,
    entry::ProgressEntry,
    journal::{self, JournalContents},
    learner_progress::LearnerProgress,
};

/// The journal, or nothing if it cannot be used.
#[derive(Debug, Default)]
pub struct ProgressStore {
    path: Option<PathBuf>,
    /// What could not be written because another session held the lock: it is written with what comes next.
    waiting: Vec<ProgressEntry>,
    warning: Option<String>,
}

impl ProgressStore {
    /// The journal at `path`; without one nothing is kept.
    pub fn open_at(path: Option<PathBuf>) -> Self {
        let no_home = "progress is not saved: you have no home folder to save it in";
        Self {
            warning: path.is_none().then(|| no_home.to_owned()),
            path,
            waiting: Vec::new(),
        }
    }

    /// What the user should know by now, told once.
    pub fn take_warning(&mut self) -> Option<String> {
        self.warning.take()
    }

    /// Whether anything is kept.
    pub fn is_on(&self) -> bool {
        self.path.is_some()
    }

    /// What is known. A file that is damaged is set aside first, one that grew long is made shorter.
    pub fn read_progress(&mut self, now: u64) -> LearnerProgress {
        let Some(path) = self.path.clone() else {
            return LearnerProgress::default();
        };
        let contents = journal::read_journal(&path);
        match contents {
            Ok(contents) if contents.is_long() => self.repair_journal(&path, now),
            Ok(JournalContents::Good { entries, .. }) => sum_entries(&entries),
            Ok(JournalContents::Newer(version)) => {
                self.warn_newer_version(&path, version);
                LearnerProgress::default()
            }
            Ok(JournalContents::Damaged { .. }) => self.repair_journal(&path, now),
            Err(error) => {
                self.disable_store(&path, &error);
                LearnerProgress::default()
            }
        }
    }

    /// Keeps what happened.
    pub fn append_entry(&mut self, entry: ProgressEntry) {
        let Some(path) = self.path.clone() else {
            return;
        };
        self.waiting.push(entry);
        let written = journal::lock_journal(&path).and_then(|lock| {
            if let Some(version) = journal::newer_version(&path)? {
                return Ok(Some(version));
            }
            journal::append_entries(&path, &self.waiting, &lock)?;
            Ok(None)
        });
        match written {
            Ok(None) => self.waiting.clear(),
            Ok(Some(version)) => self.warn_newer_version(&path, version),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => self.disable_store(&path, &error),
        }
    }

    /// Under the lock, for another session may be at it: what was damaged is set aside and what could be read goes
    /// on, what is long is made shorter.
    fn repair_journal(&mut self, path: &Path, now: u64) -> LearnerProgress {
        match repair_file(path, now) {
            Ok((progress, warning)) => {
                self.warning = warning.or(self.warning.take());
                progress
            }
            Err(error) => {
                self.disable_store(path, &error);
                LearnerProgress::default()
            }
        }
    }

    fn warn_newer_version(&mut self, path: &Path, version: u32) {
        self.warning = Some(format!(
            "progress is not saved: {} was written by a newer Forklore (version {version} of the file; this one \
             knows {}) and is left as it is",
            path.display(),
            journal::VERSION
        ));
        self.path = None;
    }

    fn disable_store(&mut self, path: &Path, error: &io::Error) {
        let path = path.display();
        self.warning = Some(format!("progress is not saved: {path}: {error}"));
        self.path = None;
    }
}

fn sum_entries(entries: &[ProgressEntry]) -> LearnerProgress {
    let mut progress = LearnerProgress::default();
    for entry in entries {
        progress.apply_entry(entry);
    }
    progress
}

fn repair_file(path: &Path, now: u64) -> io::Result<(LearnerProgress, Option<String>)> {
    let lock = journal::lock_journal(path)?;
    let contents = journal::read_journal(path)?;
    let is_long = contents.is_long();
    match contents {
        JournalContents::Good {
            entries, strange, ..
        } => {
            let progress = sum_entries(&entries);
            if is_long {
                journal::replace_journal(path, &progress.to_entries(), &strange, &lock)?;
            }
            Ok((progress, None))
        }
        JournalContents::Newer(_) => Ok((LearnerProgress::default(), None)),
        JournalContents::Damaged { entries } => {
            let progress = sum_entries(&entries);
            let aside = journal::set_aside(path, &dates::format_date(now), &lock)?;
            journal::replace_journal(path, &progress.to_entries(), &[], &lock)?;
            let kept = match entries.len() {
                0 => "a new one begins",
                _ => "what could be read goes on in a new one",
            };
            let warning = format!(
                "the file with your progress was damaged: it is set aside as {}, and {kept}",
                aside.display()
            );
            Ok((progress, Some(warning)))
        }
    }
}
