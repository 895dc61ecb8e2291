//! The programs of other people's lessons that the user has allowed to run.
//!
//! A program is known by its text, so one that was changed is asked about again.

use std::{collections::HashSet, fs, io, path::PathBuf};

use super::state_file::append_to_file;
use crate::lesson;

/// The allowed programs: a file with their texts, one JSON string a line.
#[derive(Debug, Default)]
pub struct TrustedPrograms {
    file: Option<PathBuf>,
    /// Whether every program may run.
    pub trusts_all: bool,
    /// The folder whose programs may run for the rest of the session, also once they have changed.
    pub allowed_folder: Option<PathBuf>,
}

impl TrustedPrograms {
    /// Keeps the texts in this file; without one, they are not kept.
    pub fn new(file: Option<PathBuf>, trusts_all: bool) -> Self {
        Self {
            file,
            trusts_all,
            allowed_folder: None,
        }
    }

    /// Those of these programs (paths and texts) that the user has to be asked about.
    pub fn find_unknown<'p>(
        &self,
        programs: impl IntoIterator<Item = (&'p str, &'p str)>,
    ) -> Vec<(&'p str, &'p str)> {
        if self.trusts_all {
            return Vec::new();
        }
        let foreign = programs
            .into_iter()
            .filter(|(_, text)| !lesson::is_built_in_program(text));
        let mut foreign: Vec<_> = foreign.collect();
        if !foreign.is_empty() {
            let known = self.read_texts();
            foreign.retain(|(_, text)| !known.contains(*text));
        }
        foreign
    }

    /// Allows these programs from now on.
    ///
    /// # Errors
    /// If they cannot be kept.
    pub fn remember(&self, programs: &[(&str, &str)]) -> io::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let mut lines = String::new();
        for (_, text) in programs {
            lines.push_str(&serde_json::to_string(text)?);
            lines.push('\n');
        }
        append_to_file(file, &lines)
    }

    /// A file that cannot be read allows nothing.
    fn read_texts(&self) -> HashSet<String> {
        let file = self.file.as_ref().filter(|file| file.is_file());
        let text = file.and_then(|file| fs::read_to_string(file).ok());
        let text = text.unwrap_or_default();
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_known_by_its_text_alone() {
        let folder = tempfile::tempdir().unwrap();
        let open = || TrustedPrograms::new(Some(folder.path().join("state/trusted")), false);
        let [one, two] = [("a.py", "print('å')\n"), ("b.py", "print(2)")];
        assert_eq!(open().find_unknown([one, two]), [one, two]);
        open().remember(&[one]).unwrap();
        assert_eq!(open().find_unknown([("moved.py", one.1), two]), [two]);
        let changed = ("a.py", "print('å')\n\n");
        assert_eq!(open().find_unknown([changed]), [changed]);
    }

    #[test]
    fn programs_of_the_built_in_lessons_are_known() {
        let library = lesson::Library::load_embedded();
        let trusted = TrustedPrograms::new(None, false);
        assert!(library.programs().count() > 10);
        assert_eq!(trusted.find_unknown(library.programs()), []);
    }
}
