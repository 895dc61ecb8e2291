//! The lines of earlier sessions, in a file that several sessions may share.
//!
//! Each line is appended by one write under a lock. The line editor's own ways to save rewrite the file when
//! another session has written too, and a full disk or a kill in that moment would cost every line.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use crate::record;

/// The most lines that a session remembers.
pub const MOST_LINES: usize = 10_000;

/// The first line of a file in which newlines and backslashes are escaped: the line editor's own marker.
const HEADER: &str = "#V2\n";

/// The history file, or none if it cannot be used.
#[derive(Debug)]
pub struct HistoryFile {
    path: Option<PathBuf>,
}

/// The result of opening a history file.
#[derive(Debug)]
pub struct OpenedHistory {
    /// The file, to append to.
    pub file: HistoryFile,
    /// Whether there are lines to load from it.
    pub readable: bool,
    /// A warning for the user, shown once.
    pub warning: Option<String>,
}

impl HistoryFile {
    /// Opens the history at `path`. A file that is not text is set aside, never overwritten.
    pub fn open(path: PathBuf) -> OpenedHistory {
        let (path, readable, warning) = match record::read_plain_file(&path) {
            Ok(bytes) if std::str::from_utf8(&bytes).is_ok() => (Some(path), true, None),
            Ok(_) => match set_aside(&path) {
                Ok(bad) => {
                    let warning = format!(
                        "the history was not text; it is set aside as {}, and a new one begins",
                        bad.display()
                    );
                    (Some(path), false, Some(warning))
                }
                Err(error) => (None, false, Some(not_kept(&path, &error))),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Some(path), false, None),
            Err(error) => (None, false, Some(not_kept(&path, &error))),
        };
        OpenedHistory {
            file: Self { path },
            readable,
            warning,
        }
    }

    /// A history without a file.
    pub fn without_file() -> Self {
        Self { path: None }
    }

    /// The file's path, while the file can be used.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Keeps a line for later sessions. The first failure is returned as a warning; then this session keeps none.
    pub fn append_line(&mut self, line: &str) -> Option<String> {
        let path = self.path.as_deref()?;
        let error = append_line_to_file(path, line).err()?;
        let warning = not_kept(path, &error);
        self.path = None;
        Some(warning)
    }
}

fn not_kept(path: &Path, error: &io::Error) -> String {
    format!(
        "this session's history is not kept: {}: {error}",
        path.display()
    )
}

fn append_line_to_file(path: &Path, line: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = private_file(path)?;
    // Some file systems have no locks; a single appending write is the next best.
    let _ = file.lock();
    let end = file.seek(SeekFrom::End(0))?;
    let entry = format_entry(&mut file, end, line)?;
    file.write_all(entry.as_bytes()).inspect_err(|_| {
        // Half a line would be read as a whole one.
        let _ = file.set_len(end);
    })
}

fn format_entry(file: &mut File, end: u64, line: &str) -> io::Result<String> {
    let mut entry = String::new();
    if end == 0 {
        entry.push_str(HEADER);
    } else if !ends_in_newline(file)? {
        entry.push('\n');
    }
    entry.push_str(&line.replace('\\', r"\\").replace('\n', r"\n"));
    entry.push('\n');
    Ok(entry)
}

fn ends_in_newline(file: &mut File) -> io::Result<bool> {
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Renames the file to the first of `.bad`, `.bad2`, … that is free.
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let name = |number: u32| {
        let number = if number == 1 {
            String::new()
        } else {
            number.to_string()
        };
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".bad{number}"));
        PathBuf::from(name)
    };
    let bad = (1..1000)
        .map(name)
        .find(|bad| !bad.exists())
        .ok_or(io::ErrorKind::AlreadyExists)?;
    fs::rename(path, &bad)?;
    Ok(bad)
}

#[cfg(test)]
mod tests {
    use rustyline::history::{DefaultHistory, History};

    use super::*;

    /// A folder of this test alone, removed when the test is over.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Self {
            let path = std::env::temp_dir().join(format!("forklore-{test}-{}", std::process::id()));
            fs::create_dir_all(&path).expect("a folder");
            Self(path)
        }

        fn file(&self) -> PathBuf {
            self.0.join("data/history.txt")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn lines(path: &Path) -> Vec<String> {
        let mut history = DefaultHistory::new();
        history.set_max_len(MOST_LINES).expect("a maximum");
        history.load(path).expect("readable");
        history.iter().cloned().collect()
    }

    #[test]
    fn what_one_session_appends_the_line_editor_reads_back() {
        let folder = Folder::new("history-append");
        let mut file = HistoryFile::open(folder.file()).file;
        for line in ["lesson 6", "next\nnext", r"save C:\run", "é ❯"] {
            assert_eq!(file.append_line(line), None);
        }
        assert_eq!(
            lines(&folder.file()),
            ["lesson 6", "next\nnext", r"save C:\run", "é ❯"]
        );
    }

    #[test]
    fn sessions_side_by_side_lose_nothing() {
        let folder = Folder::new("history-many");
        let sessions: Vec<_> = (0..4)
            .map(|session| {
                let mut file = HistoryFile::open(folder.file()).file;
                std::thread::spawn(move || {
                    (0..100).for_each(|line| {
                        assert_eq!(file.append_line(&format!("{session} {line}")), None);
                    });
                })
            })
            .collect();
        for session in sessions {
            session.join().expect("appended");
        }
        let mut seen = lines(&folder.file());
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 400);
    }

    #[test]
    fn a_file_that_is_not_text_is_set_aside_and_never_overwritten() {
        let folder = Folder::new("history-bad");
        fs::create_dir_all(folder.0.join("data")).expect("a folder");
        for round in ["history.txt.bad", "history.txt.bad2"] {
            fs::write(folder.file(), b"#V2\nlesson \xff\n").expect("written");
            let mut opened = HistoryFile::open(folder.file());
            assert!(opened.warning.expect("a warning").contains(round));
            assert!(!opened.readable);
            assert!(folder.0.join("data").join(round).exists());
            assert_eq!(opened.file.append_line("lessons"), None);
            assert_eq!(lines(&folder.file()), ["lessons"]);
        }
    }

    #[test]
    fn a_place_that_cannot_be_written_is_said_once() {
        let folder = Folder::new("history-readonly");
        fs::write(folder.0.join("data"), "a file, where a folder is needed").expect("written");
        let opened = HistoryFile::open(folder.file());
        let mut file = opened.file;
        let said = [opened.warning, file.append_line("a"), file.append_line("b")];
        assert_eq!(said.iter().flatten().count(), 1, "{said:?}");
    }

    #[test]
    fn half_a_line_left_by_a_crash_does_not_swallow_the_next() {
        let folder = Folder::new("history-half");
        fs::create_dir_all(folder.0.join("data")).expect("a folder");
        fs::write(folder.file(), "#V2\nless").expect("written");
        HistoryFile::open(folder.file()).file.append_line("next");
        assert_eq!(lines(&folder.file()), ["less", "next"]);
    }
}
