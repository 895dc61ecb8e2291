//! Recordings as files: JSON Lines, a header and then one event a line.
//!
//! A file under its final name is always whole: it is written beside and renamed. What others wrote, or
//! what a crash cut off, is read as far as it goes and no further.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Event, Machine, Outcome, Recording, What};

/// What the schema is called, without its version.
const SCHEMA: &str = "forklore.recording/";

/// The newest version of the schema that this program reads, and the one that it writes.
const VERSION: u32 = 1;

/// No line is longer: what is, is not ours, and must not fill the memory.
const LONGEST_LINE: u64 = 64 << 20;

/// Why a recording could not be saved.
#[derive(Debug, Error)]
#[error("cannot save the recording to {path}: {source}", path = path.display())]
pub struct SaveError {
    /// Where to.
    pub path: PathBuf,
    /// What the system answered.
    pub source: io::Error,
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
    /// A line is no event that this version knows.
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
struct Header {
    schema: String,
    forklore: String,
    machine: Machine,
}

impl Recording {
    /// Saves it: written beside and renamed, so that the name never shows half a file.
    ///
    /// What is not a plain file (a device, a named pipe) is written to and never replaced.
    pub fn save(&self, path: &Path) -> Result<(), SaveError> {
        let written = match fs::metadata(path) {
            Ok(found) if !found.is_file() => self.write_into(path),
            // A link stays a link: what it points to is replaced.
            Ok(_) => fs::canonicalize(path).and_then(|path| self.replace(&path)),
            Err(_) => self.replace(path),
        };
        written.map_err(|source| SaveError {
            path: path.to_owned(),
            source,
        })
    }

    /// Writes it as JSON Lines.
    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let header = Header {
            schema: format!("{SCHEMA}{VERSION}"),
            forklore: env!("CARGO_PKG_VERSION").to_owned(),
            machine: self.machine.clone(),
        };
        write_line(to, &header)?;
        self.events
            .iter()
            .try_for_each(|event| write_line(to, event))
    }

    fn write_into(&self, path: &Path) -> io::Result<()> {
        let mut file = BufWriter::new(fs::OpenOptions::new().write(true).open(path)?);
        self.write(&mut file)?;
        file.flush()
    }

    fn replace(&self, path: &Path) -> io::Result<()> {
        let name = path
            .file_name()
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?;
        let mut beside = name.to_owned();
        beside.push(format!(".{}.part", std::process::id()));
        let beside = path.with_file_name(beside);
        let replaced = self
            .write_new(&beside)
            .and_then(|()| fs::rename(&beside, path));
        if replaced.is_err() {
            // Nothing more can be done if even this fails; the first error is the one to tell.
            let _ = fs::remove_file(&beside);
        }
        replaced
    }

    fn write_new(&self, path: &Path) -> io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        self.write(&mut file)?;
        file.flush()?;
        // Some file systems report a full disk only here.
        file.get_ref().sync_all()
    }

    /// Loads one. A file that was cut off loads as far as it goes, and its run is partial.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let file = File::open(path).map_err(|source| LoadError::Read {
            path: path.to_owned(),
            source,
        })?;
        Lines {
            path,
            from: BufReader::new(file),
            number: 0,
        }
        .recording()
    }
}

fn write_line(to: &mut dyn Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *to, line)?;
    to.write_all(b"\n")
}

/// The lines of a file while it is read.
struct Lines<'a> {
    path: &'a Path,
    from: BufReader<File>,
    number: usize,
}

/// One line as it stands in the file.
struct Line {
    bytes: Vec<u8>,
    /// Whether it has its end: the last line of a file that was cut off has not.
    ended: bool,
}

impl Lines<'_> {
    fn recording(mut self) -> Result<Recording, LoadError> {
        let header = self.header()?;
        let mut events: Vec<Event> = Vec::new();
        let mut whole = self.number;
        while let Some(line) = self.next()? {
            if line.bytes.trim_ascii().is_empty() {
                continue;
            }
            match self.event(&line.bytes) {
                Ok(event) => events.push(event),
                Err(_) if !line.ended => break,
                Err(error) => return Err(error),
            }
            whole = self.number;
        }
        finish(&mut events, whole);
        Ok(Recording::new(header.machine, events))
    }

    fn next(&mut self) -> Result<Option<Line>, LoadError> {
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
                1 => self.not_a_recording(),
                _ => self.corrupt("it is too long"),
            });
        }
        Ok(Some(Line { bytes, ended }))
    }

    fn header(&mut self) -> Result<Header, LoadError> {
        let Some(line) = self.next()? else {
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
                self.corrupt("it is cut off")
            } else {
                self.not_a_recording()
            });
        };
        let version = json["schema"]
            .as_str()
            .and_then(|schema| schema.strip_prefix(SCHEMA))
            .and_then(|version| version.parse::<u32>().ok())
            .filter(|version| *version > 0)
            .ok_or_else(|| self.not_a_recording())?;
        if version > VERSION {
            return Err(LoadError::Newer {
                path: self.path.to_owned(),
                version,
                forklore: json["forklore"].as_str().unwrap_or("unknown").to_owned(),
            });
        }
        serde_json::from_value(json).map_err(|error| self.corrupt(&without_place(&error)))
    }

    fn event(&self, line: &[u8]) -> Result<Event, LoadError> {
        let text = str::from_utf8(line).map_err(|_| LoadError::NotUtf8 {
            path: self.path.to_owned(),
            line: self.number,
        })?;
        serde_json::from_str(text).map_err(|error| self.corrupt(&without_place(&error)))
    }

    fn not_a_recording(&self) -> LoadError {
        LoadError::NotARecording {
            path: self.path.to_owned(),
        }
    }

    fn corrupt(&self, why: &str) -> LoadError {
        LoadError::Corrupt {
            path: self.path.to_owned(),
            line: self.number,
            why: why.to_owned(),
        }
    }
}

/// The parser's words without its own count of lines (always 1 here) and its list of all that it knows.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    let text = text.split(", expected one of").next().unwrap_or_default();
    text.replace("unknown variant", "no event or kind is called")
}

/// Gives the outermost run an end if the file has none.
fn finish(events: &mut Vec<Event>, whole: usize) {
    let ended = events
        .iter()
        .any(|event| event.run == 0 && matches!(event.what, What::RunFinished { .. }));
    if ended {
        return;
    }
    events.push(Event {
        at_ns: events.last().map_or(0, |event| event.at_ns),
        run: 0,
        what: What::RunFinished {
            outcome: Outcome::Partial(format!("cut off after line {whole}")),
        },
    });
}
