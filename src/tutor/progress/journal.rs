//! The journal file: a header line, then one line per entry.
//!
//! Every entry is appended with one write, under a lock that all sessions share. So two sessions do not
//! overwrite each other's entries, and a killed session loses at most the line that it was writing. The lock is
//! a separate file: the journal is replaced when it is compacted, and a lock on the replaced file would be
//! useless.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::entry::ProgressEntry;
use crate::record;

/// The version of the file that this program writes.
pub const VERSION: u32 = 1;

/// A file with more lines is compacted when it is read.
pub const MOST_LINES: usize = 5_000;

/// A larger file is not read: a compacted journal has a few hundred kilobytes.
const MOST_BYTES: u64 = 64 << 20;

/// How long to wait for another session's lock, which it holds for one write.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// The end of the file is read in pieces of at least so many bytes.
const TAIL: u64 = 4096;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct JournalHeader {
    /// The type of the file.
    forklore: String,
    version: u32,
    /// A number that the learner keeps, wherever the file goes.
    #[serde(default)]
    learner: u64,
}

/// The content of a journal.
#[derive(Debug)]
pub enum JournalContents {
    /// Valid entries, and lines of unknown kinds.
    Good {
        entries: Vec<ProgressEntry>,
        /// Well-formed lines of kinds that this version does not support. They are kept.
        strange: Vec<String>,
        lines: usize,
    },
    /// It was written by a newer version.
    Newer(u32),
    /// Some lines are invalid; these entries could be read.
    Damaged { entries: Vec<ProgressEntry> },
}

/// Holds the lock until it is dropped.
pub struct JournalLock {
    _file: File,
}

/// Waits for the lock of the journal at `path`, for so long at most. Creates its folder if it does not exist.
pub fn lock_journal(path: &Path, patience: Duration) -> io::Result<JournalLock> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = open_private(
        OpenOptions::new().read(true).append(true),
        &sibling_path(path, "lock"),
    )?;
    let end = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(JournalLock { _file: file }),
            Err(TryLockError::WouldBlock) if Instant::now() < end => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            // Some file systems have no locks; a single appending write is the next best.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                return Ok(JournalLock { _file: file });
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// Reads the journal; a missing file is empty.
pub fn read_journal(path: &Path) -> io::Result<JournalContents> {
    let bytes = match fs::metadata(path).map(|file| file.len()) {
        Ok(length) if length > MOST_BYTES => return Err(io::ErrorKind::FileTooLarge.into()),
        _ => record::read_plain_file(path),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    Ok(parse_journal(&bytes))
}

fn parse_journal(bytes: &[u8]) -> JournalContents {
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    // Text after the last line end was not written completely. Usually there is none.
    let torn = lines.pop().unwrap_or_default();
    let Some((first, rest)) = lines.split_first() else {
        let entries = Vec::new();
        // A partial header may still become complete; the beginning of another file will not.
        return if starts_header(torn) {
            let (strange, lines) = (Vec::new(), 0);
            JournalContents::Good {
                entries,
                strange,
                lines,
            }
        } else {
            JournalContents::Damaged { entries }
        };
    };
    let header: Option<JournalHeader> = serde_json::from_slice(first).ok();
    let version = header
        .filter(|header| header.forklore == "progress")
        .map(|header| header.version);
    if let Some(newer) = version.filter(|version| *version > VERSION) {
        return JournalContents::Newer(newer);
    }
    let (mut entries, mut strange, mut is_damaged) = (Vec::new(), Vec::new(), version.is_none());
    for line in rest.iter().chain([&torn]).filter(|line| !line.is_empty()) {
        if let Ok(entry) = serde_json::from_slice::<ProgressEntry>(line) {
            entries.push(entry);
        } else if std::ptr::eq(*line, torn) {
            // The line was cut off by a kill or a full disk.
        } else if is_strange(line) {
            strange.push(String::from_utf8_lossy(line).into_owned());
        } else {
            is_damaged = true;
        }
    }
    if is_damaged {
        return JournalContents::Damaged { entries };
    }
    let lines = lines.len();
    JournalContents::Good {
        entries,
        strange,
        lines,
    }
}

/// Whether a line is an entry of a kind that this version does not support.
fn is_strange(line: &[u8]) -> bool {
    let value: Result<serde_json::Value, _> = serde_json::from_slice(line);
    value.is_ok_and(|value| value.get("at").is_some() && value.get("what").is_some())
}

/// The version of a file that a newer program wrote.
pub fn newer_version(path: &Path) -> io::Result<Option<u32>> {
    let version = read_header(path)?.map(|header| header.version);
    Ok(version.filter(|version| *version > VERSION))
}

/// The number of the learner whose journal this is; `None` without a journal.
pub fn read_learner(path: &Path) -> Option<u64> {
    Some(read_header(path).ok()??.learner)
}

fn read_header(path: &Path) -> io::Result<Option<JournalHeader>> {
    let mut first = String::new();
    match record::open_plain_file(path) {
        // A first line that is not UTF-8 is no header.
        Ok(file) => drop(BufReader::new(file).read_line(&mut first)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    Ok(serde_json::from_str(&first).ok())
}

/// Appends entries, to a new journal of this learner if there is none.
pub fn append_entries(
    path: &Path,
    learner: u64,
    entries: &[ProgressEntry],
    _lock: &JournalLock,
) -> io::Result<()> {
    let mut file = open_private(OpenOptions::new().read(true).append(true), path)?;
    let end = repair_last_line(path, &mut file)?;
    let mut text = if end == 0 {
        header_text(learner)
    } else {
        String::new()
    };
    for entry in entries {
        text.push_str(&serde_json::to_string(entry)?);
        text.push('\n');
    }
    file.write_all(text.as_bytes()).inspect_err(|_| {
        // A partial line would be joined with the next one.
        let _ = file.set_len(end);
    })
}

/// Removes or ends a partial last line, which a killed session left.
fn repair_last_line(path: &Path, file: &mut File) -> io::Result<u64> {
    let torn = read_last_line(path)?;
    let length = file.metadata()?.len();
    let end = length - torn.len() as u64;
    if torn.is_empty() {
        return Ok(end);
    }
    if end > 0 && serde_json::from_slice::<ProgressEntry>(&torn).is_ok() {
        file.write_all(b"\n")?;
        return Ok(length + 1);
    }
    file.set_len(end)?;
    Ok(end)
}

/// The bytes after the last line end.
fn read_last_line(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = record::open_plain_file(path)?;
    let mut begin = file.metadata()?.len();
    let mut line = Vec::new();
    while begin > 0 {
        // Each piece is as long as what was read before, so that a very long line takes few of them.
        let length = begin.min(TAIL.max(line.len() as u64));
        begin -= length;
        file.seek(SeekFrom::Start(begin))?;
        let mut piece = vec![0; length as usize];
        file.read_exact(&mut piece)?;
        if let Some(at) = piece.iter().rposition(|byte| *byte == b'\n') {
            piece.drain(..=at);
            begin = 0;
        }
        line.splice(..0, piece);
    }
    Ok(line)
}

/// Replaces the whole file atomically. The temporary file has a name that only the lock's holder uses, so one
/// that a killed session left is overwritten the next time.
pub fn replace_journal(
    path: &Path,
    learner: u64,
    entries: &[ProgressEntry],
    strange: &[String],
    _lock: &JournalLock,
) -> io::Result<()> {
    let mut text = header_text(learner);
    for entry in entries {
        text.push_str(&serde_json::to_string(entry)?);
        text.push('\n');
    }
    for line in strange {
        text.push_str(line);
        text.push('\n');
    }
    let fresh = sibling_path(path, "new");
    let write = || {
        let mut file = open_private(OpenOptions::new().write(true).truncate(true), &fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    write().inspect_err(|_| {
        // If it stays, the next call overwrites it.
        let _ = fs::remove_file(&fresh);
    })
}

/// Renames the file, so that it is not overwritten. Returns its new name.
pub fn set_aside(path: &Path, date: &str, _lock: &JournalLock) -> io::Result<PathBuf> {
    let name = |number: u32| {
        let more = if number == 1 {
            String::new()
        } else {
            format!("-{number}")
        };
        sibling_path(path, &format!("damaged-{date}{more}"))
    };
    let free = (1..1000).map(name).find(|name| !name.exists());
    let aside = free.ok_or(io::ErrorKind::AlreadyExists)?;
    fs::rename(path, &aside)?;
    Ok(aside)
}

fn header_text(learner: u64) -> String {
    format!("{{\"forklore\":\"progress\",\"version\":{VERSION},\"learner\":{learner}}}\n")
}

/// Whether these bytes may be the beginning of a header.
fn starts_header(bytes: &[u8]) -> bool {
    let whole = header_text(0);
    let fixed = whole.trim_end_matches("0}\n").as_bytes();
    bytes.starts_with(fixed) || fixed.starts_with(bytes)
}

fn sibling_path(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{ending}"));
    PathBuf::from(name)
}

fn open_private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}
