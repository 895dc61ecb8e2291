//! Recordings as files: JSON Lines, a header and then one event a line.
//!
//! A file under its final name is always whole: it is written beside and renamed. What is there already and is no
//! recording is never overwritten. What others wrote, or what a crash cut off, is read as far as it goes and no
//! further.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use thiserror::Error;

use super::{Event, EventKind, Machine, Recording, RunStatus, version1};

/// What the schema is called, without its version.
const SCHEMA: &str = "forklore.recording/";

/// The newest version of the schema that this program reads, and the one that it writes.
const VERSION: u32 = 2;

/// No line is longer: what is, is not ours, and must not fill the memory.
const LONGEST_LINE: u64 = 64 << 20;

/// Why a recording could not be saved.
#[derive(Debug, Error)]
pub enum SaveError {
    /// There is a recording of that name already.
    #[error("`{path}` is there already: name another file, or replace it with `--force`", path = path.display())]
    Exists {
        /// Where to.
        path: PathBuf,
    },
    /// There is something else of that name.
    #[error("`{path}` is there already and is not a recording: name another file", path = path.display())]
    NotARecording {
        /// Where to.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot save the recording to {path}: {source}", path = path.display())]
    Write {
        /// Where to.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
}

/// Why a recording could not be loaded.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The file cannot be opened or read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The file has nothing in it.
    #[error("{path} is empty: there is no recording in it", path = path.display())]
    Empty {
        /// Which file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error(
        "{path} is not a recording of Forklore: make one with `--save FILE`",
        path = path.display()
    )]
    NotARecording {
        /// Which file.
        path: PathBuf,
    },
    /// The file was made by a newer program.
    #[error(
        "{path} was made by a newer Forklore ({forklore}, schema {version}; this one reads up to \
         {VERSION}): update Forklore to replay it",
        path = path.display()
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its schema's version.
        version: u32,
        /// The version of Forklore that wrote it.
        forklore: String,
    },
    /// A line is not text.
    #[error("{path}: line {line} is not UTF-8 text", path = path.display())]
    NotUtf8 {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
    /// A line holds an event that this version cannot read.
    #[error("{path}: line {line} is damaged: {why}", path = path.display())]
    Corrupt {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
}

/// The first line.
#[derive(Serialize, Deserialize)]
struct RecordingHeader {
    schema: String,
    forklore: String,
    machine: Machine,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    began_s: Option<u64>,
}

impl Recording {
    /// Saves it: written beside and renamed, so that the name never shows half a file.
    ///
    /// What is not a plain file (a device, a named pipe) is written to and never replaced; of plain files, only a
    /// recording is replaced, and only by `force`.
    pub fn save(&self, path: &Path, force: bool) -> Result<(), SaveError> {
        check_place(path, force)?;
        let written = match fs::metadata(path) {
            Ok(found) if !found.is_file() => self.write_into(path),
            // A link stays a link: what it points to is replaced.
            Ok(_) => fs::canonicalize(path).and_then(|path| self.replace_file(&path)),
            Err(_) => self.create(path),
        };
        written.map_err(|source| match source.kind() {
            ErrorKind::AlreadyExists => SaveError::Exists {
                path: path.to_owned(),
            },
            _ => cannot_save(path, source),
        })
    }

    /// Saves it beside the place that is taken, under the first free name: where to.
    pub fn save_beside(&self, taken: &Path) -> Result<PathBuf, SaveError> {
        let mut number = 2;
        loop {
            let mut name = taken.as_os_str().to_owned();
            name.push(format!(".{number}"));
            let path = PathBuf::from(name);
            match self.create(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(cannot_save(&path, error)),
                Ok(()) => return Ok(path),
            }
        }
    }

    /// Writes it as JSON Lines.
    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let header = RecordingHeader {
            schema: format!("{SCHEMA}{VERSION}"),
            forklore: env!("CARGO_PKG_VERSION").to_owned(),
            machine: self.machine.clone(),
            began_s: self.began_s,
        };
        write_line(to, &header)?;
        self.events()
            .iter()
            .try_for_each(|event| write_line(to, event))
    }

    fn write_into(&self, path: &Path) -> io::Result<()> {
        let mut file = BufWriter::new(fs::OpenOptions::new().write(true).open(path)?);
        self.write(&mut file)?;
        file.flush()
    }

    /// Makes a new file, or fails where one has come meanwhile.
    fn create(&self, path: &Path) -> io::Result<()> {
        let beside = self.written_beside(path)?;
        match beside.persist_noclobber(path) {
            Ok(_) => Ok(()),
            Err(failed) if failed.error.kind() == ErrorKind::AlreadyExists => Err(failed.error),
            // The file system does not support this call.
            Err(failed) => Ok(failed.file.persist(path).map(|_| ())?),
        }
    }

    fn replace_file(&self, path: &Path) -> io::Result<()> {
        let mode = fs::metadata(path)?.permissions();
        let beside = self.written_beside(path)?;
        beside.as_file().set_permissions(mode)?;
        Ok(beside.persist(path).map(|_| ())?)
    }

    fn written_beside(&self, path: &Path) -> io::Result<NamedTempFile> {
        let mut file = BufWriter::new(file_beside(path)?);
        self.write(&mut file)?;
        let file = file.into_inner()?;
        // Some file systems report a full disk only here.
        file.as_file().sync_all()?;
        Ok(file)
    }

    /// Loads one. A file that was cut off loads as far as it goes, and its run is partial.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let file = File::open(path).map_err(|source| LoadError::Read {
            path: path.to_owned(),
            source,
        })?;
        RecordingReader::of(path, file).read_recording()
    }
}

/// Whether a recording can probably be saved there, as far as can be checked in advance.
///
/// # Errors
/// Something is there that is not to be overwritten, or the folder takes no file.
pub fn check_place(path: &Path, force: bool) -> Result<(), SaveError> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Ok(());
    }
    let path = path.to_owned();
    // A link that leads nowhere is something, too.
    if fs::symlink_metadata(&path).is_err() {
        return match file_beside(&path) {
            Ok(_) => Ok(()),
            Err(source) => Err(cannot_save(&path, source)),
        };
    }
    match is_recording(&path) {
        Ok(true) if force => Ok(()),
        Ok(true) => Err(SaveError::Exists { path }),
        Ok(false) => Err(SaveError::NotARecording { path }),
        Err(source) => Err(cannot_save(&path, source)),
    }
}

/// Whether a file is a recording, be it damaged or of another version.
fn is_recording(path: &Path) -> io::Result<bool> {
    let mut lines = RecordingReader::of(path, File::open(path)?);
    match lines.read_header() {
        Ok(_) | Err(LoadError::Newer { .. } | LoadError::Corrupt { .. }) => Ok(true),
        Err(LoadError::Read { source, .. }) => Err(source),
        Err(_) => Ok(false),
    }
}

fn cannot_save(path: &Path, source: io::Error) -> SaveError {
    SaveError::Write {
        path: path.to_owned(),
        source,
    }
}

/// A new file in the same folder, gone unless it is given a name to stay under.
///
/// # Errors
/// The system refuses it.
pub fn file_beside(path: &Path) -> io::Result<NamedTempFile> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::from(ErrorKind::InvalidFilename))?;
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let mut beside = tempfile::Builder::new();
    #[cfg(unix)]
    beside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    beside
        .prefix(name)
        .suffix(".part")
        .tempfile_in(folder.unwrap_or(Path::new(".")))
}

fn write_line(to: &mut dyn Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *to, line)?;
    to.write_all(b"\n")
}

/// The lines of a file while it is read.
pub(super) struct RecordingReader<'a, R> {
    path: &'a Path,
    from: BufReader<R>,
    number: usize,
}

/// One line as it stands in the file.
struct FileLine {
    bytes: Vec<u8>,
    /// Whether it has its end: the last line of a file that was cut off has not.
    ended: bool,
}

impl<'a, R: Read> RecordingReader<'a, R> {
    pub(super) fn of(path: &'a Path, file: R) -> Self {
        Self {
            path,
            from: BufReader::new(file),
            number: 0,
        }
    }

    pub(super) fn read_recording(mut self) -> Result<Recording, LoadError> {
        let header = self.read_header()?;
        let is_version1 = header.schema == format!("{SCHEMA}1");
        let mut events: Vec<Event> = Vec::new();
        let mut whole = self.number;
        while let Some(line) = self.next_line()? {
            if line.bytes.trim_ascii().is_empty() {
                continue;
            }
            match self.parse_event(&line.bytes) {
                Ok(event) => events.push(event),
                Err(_) if !line.ended => break,
                Err(error) => return Err(error),
            }
            whole = self.number;
        }
        if is_version1 {
            events.iter_mut().for_each(version1::upgrade_event);
        }
        close_outermost_run(&mut events, whole);
        let mut recording = Recording::new(header.machine, events);
        recording.began_s = header.began_s;
        Ok(recording)
    }

    fn next_line(&mut self) -> Result<Option<FileLine>, LoadError> {
        let mut bytes = Vec::new();
        let length = (&mut self.from)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut bytes)
            .map_err(|source| LoadError::Read {
                path: self.path.to_owned(),
                source,
            })?;
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        let ended = bytes.ends_with(b"\n");
        if !ended && length as u64 == LONGEST_LINE {
            return Err(match self.number {
                1 => self.not_recording_error(),
                _ => self.corrupt_error("it is too long"),
            });
        }
        Ok(Some(FileLine { bytes, ended }))
    }

    fn read_header(&mut self) -> Result<RecordingHeader, LoadError> {
        let Some(line) = self.next_line()? else {
            return Err(LoadError::Empty {
                path: self.path.to_owned(),
            });
        };
        let Ok(text) = str::from_utf8(&line.bytes) else {
            return Err(LoadError::NotUtf8 {
                path: self.path.to_owned(),
                line: 1,
            });
        };
        let Ok(json) = serde_json::from_str::<serde_json::Value>(text) else {
            let ours = text.starts_with(&format!(r#"{{"schema":"{SCHEMA}"#));
            return Err(if ours {
                self.corrupt_error("it is cut off")
            } else {
                self.not_recording_error()
            });
        };
        let version = json["schema"]
            .as_str()
            .and_then(|schema| schema.strip_prefix(SCHEMA))
            .and_then(|version| version.parse::<u32>().ok())
            .filter(|version| *version > 0)
            .ok_or_else(|| self.not_recording_error())?;
        if version > VERSION {
            return Err(LoadError::Newer {
                path: self.path.to_owned(),
                version,
                forklore: json["forklore"].as_str().unwrap_or("unknown").to_owned(),
            });
        }
        serde_json::from_value(json).map_err(|error| self.corrupt_error(&without_place(&error)))
    }

    fn parse_event(&self, line: &[u8]) -> Result<Event, LoadError> {
        let text = str::from_utf8(line).map_err(|_| LoadError::NotUtf8 {
            path: self.path.to_owned(),
            line: self.number,
        })?;
        serde_json::from_str(text).map_err(|error| self.corrupt_error(&without_place(&error)))
    }

    fn not_recording_error(&self) -> LoadError {
        LoadError::NotARecording {
            path: self.path.to_owned(),
        }
    }

    fn corrupt_error(&self, why: &str) -> LoadError {
        LoadError::Corrupt {
            path: self.path.to_owned(),
            line: self.number,
            why: why.to_owned(),
        }
    }
}

/// The parser's message, without its line number (always 1 here) and its list of all known values.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    let text = text.split(", expected one of").next().unwrap_or_default();
    text.replace("unknown variant", "no event or kind is called")
}

/// Gives the outermost run an end if the file has none.
fn close_outermost_run(events: &mut Vec<Event>, whole: usize) {
    let ended = events
        .iter()
        .any(|event| event.run == 0 && matches!(event.what, EventKind::RunFinished { .. }));
    if ended {
        return;
    }
    events.push(Event {
        at_ns: events.last().map_or(0, |event| event.at_ns),
        run: 0,
        what: EventKind::RunFinished {
            outcome: RunStatus::Partial(format!("cut off after line {whole}")),
        },
    });
}

/// Opens a file that the user may have put anything in the place of: a pipe or a device might never end.
///
/// # Errors
/// It is neither a file nor a folder, or cannot be read.
pub fn open_plain_file(path: &Path) -> io::Result<File> {
    let kind = fs::metadata(path)?.file_type();
    if !kind.is_file() && !kind.is_dir() {
        let why = "it is not a plain file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    File::open(path)
}

/// Reads a file, as [`open_plain_file`] opens it.
///
/// # Errors
/// As there.
pub fn read_plain_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_plain_file(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}
