//! Stores progress, and reports when it cannot be stored.
//!
//! An error of the file costs one sentence and never the session. A file that Forklore has not written is never
//! overwritten.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    dates,
    entry::ProgressEntry,
    journal::{self, JournalContents},
    learner_progress::LearnerProgress,
};
use crate::text::format_count;

/// The journal; empty if it cannot be used.
#[derive(Debug, Default)]
pub struct ProgressStore {
    path: Option<PathBuf>,
    /// How long to wait for the lock.
    pub(super) patience: Duration,
    /// The number that the journal keeps for its learner.
    learner: u64,
    /// Entries that could not be written because another session held the lock. They are written with the next
    /// one.
    waiting: Vec<ProgressEntry>,
    warning: Option<String>,
}

impl ProgressStore {
    /// Opens the journal at `path`; without a path, nothing is stored.
    pub fn open_at(path: Option<PathBuf>) -> Self {
        let no_home = "progress is not saved: you have no home folder to save it in";
        let learner = path.as_deref().and_then(journal::read_learner);
        Self {
            warning: path.is_none().then(|| no_home.to_owned()),
            // Without keys of our own, each hasher begins with random ones.
            learner: learner.unwrap_or_else(|| RandomState::new().build_hasher().finish()),
            path,
            patience: journal::PATIENCE,
            waiting: Vec::new(),
        }
    }

    /// A warning for the user, returned once.
    pub fn take_warning(&mut self) -> Option<String> {
        self.warning.take()
    }

    /// Whether progress is stored.
    pub fn is_on(&self) -> bool {
        self.path.is_some()
    }

    /// A seed that stays the same for this learner, also if the journal moves.
    pub fn choice_seed(&self) -> Option<u64> {
        self.path.as_ref().map(|_| self.learner)
    }

    /// Reads the progress. A damaged file is set aside first, and a long one is compacted.
    pub fn read_progress(&mut self, now: u64) -> LearnerProgress {
        let Some(path) = self.path.clone() else {
            return LearnerProgress::default();
        };
        let contents = journal::read_journal(&path);
        match contents {
            Ok(JournalContents::Good { entries, lines, .. }) => {
                let progress = sum_entries(&entries);
                if lines > journal::MOST_LINES {
                    // What cannot be compacted (the folder cannot be written) is read as it is.
                    self.repair_journal(&path, now).unwrap_or(progress)
                } else {
                    progress
                }
            }
            Ok(JournalContents::Newer(version)) => {
                self.warn_newer_version(&path, version);
                LearnerProgress::default()
            }
            Ok(JournalContents::Damaged { entries }) => {
                let progress = sum_entries(&entries);
                self.repair_journal(&path, now).unwrap_or(progress)
            }
            Err(error) => {
                self.disable_store(&path, &error);
                LearnerProgress::default()
            }
        }
    }

    /// Stores an entry.
    pub fn append_entry(&mut self, entry: ProgressEntry) {
        // One wait for a lock that another program holds on to is enough.
        let patience = if self.waiting.is_empty() {
            self.patience
        } else {
            Duration::ZERO
        };
        self.waiting.push(entry);
        self.write_waiting(patience);
    }

    /// Stores the entries that wait for the lock of another session; warns of those that are lost.
    pub fn write_last(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        self.write_waiting(self.patience);
        if !self.waiting.is_empty() {
            let count = format_count(self.waiting.len(), "entry", "entries");
            self.warning = Some(format!(
                "{count} of your progress could not be saved: another program holds the lock of the file"
            ));
        }
    }

    fn write_waiting(&mut self, patience: Duration) {
        let Some(path) = self.path.clone() else {
            self.waiting.clear();
            return;
        };
        let is_first = self.waiting.len() == 1;
        let written = journal::lock_journal(&path, patience).and_then(|lock| {
            if let Some(version) = journal::newer_version(&path)? {
                return Ok(Some(version));
            }
            journal::append_entries(&path, self.learner, &self.waiting, &lock)?;
            Ok(None)
        });
        match written {
            Ok(None) => self.waiting.clear(),
            Ok(Some(version)) => self.warn_newer_version(&path, version),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if is_first {
                    let path = path.display();
                    self.warning = Some(format!(
                        "progress waits to be saved: another program holds the lock of {path}"
                    ));
                }
            }
            Err(error) => self.disable_store(&path, &error),
        }
    }

    /// Repairs the journal under the lock, because another session may do the same: sets a damaged one aside
    /// and keeps its valid entries, or compacts a long one. `None` if that fails.
    fn repair_journal(&mut self, path: &Path, now: u64) -> Option<LearnerProgress> {
        match repair_file(path, self.learner, now) {
            Ok((progress, warning)) => {
                self.warning = warning.or(self.warning.take());
                Some(progress)
            }
            Err(error) => {
                self.disable_store(path, &error);
                None
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
        self.stop_saving();
    }

    fn disable_store(&mut self, path: &Path, error: &io::Error) {
        let path = path.display();
        self.warning = Some(format!("progress is not saved: {path}: {error}"));
        self.stop_saving();
    }

    /// Drops the entries that wait too: the warning that was just set is about them as well.
    fn stop_saving(&mut self) {
        self.path = None;
        self.waiting.clear();
    }
}

fn sum_entries(entries: &[ProgressEntry]) -> LearnerProgress {
    let mut progress = LearnerProgress::default();
    for entry in entries {
        progress.apply_entry(entry);
    }
    progress
}

fn repair_file(
    path: &Path,
    learner: u64,
    now: u64,
) -> io::Result<(LearnerProgress, Option<String>)> {
    let lock = journal::lock_journal(path, journal::PATIENCE)?;
    let contents = journal::read_journal(path)?;
    match contents {
        JournalContents::Good {
            entries,
            strange,
            lines,
        } => {
            let progress = sum_entries(&entries);
            if lines > journal::MOST_LINES {
                journal::replace_journal(path, learner, &progress.to_entries(), &strange, &lock)?;
            }
            Ok((progress, None))
        }
        JournalContents::Newer(_) => Ok((LearnerProgress::default(), None)),
        JournalContents::Damaged { entries } => {
            let progress = sum_entries(&entries);
            let aside = journal::set_aside(path, &dates::format_date(now), &lock)?;
            journal::replace_journal(path, learner, &progress.to_entries(), &[], &lock)?;
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
