//! Reads one TOML table: its entries are taken by key, and the remaining ones are reported.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    KeySpec, Presence, TableSpec,
    value::{ReadValue, ValueReader},
};
use crate::{lesson::source_file::Diagnostics, text::suggest_name};

/// At most this many errors of broken TOML are reported for one block: with more, the block is not TOML at all.
const MAX_SYNTAX_ERRORS: usize = 10;

/// Reads the entries of one table. Reading continues after an error, so that an author sees all of them at
/// once.
pub(in crate::lesson) struct TableReader<'d, 's> {
    diagnostics: &'d mut Diagnostics<'s>,
    spec: &'static TableSpec,
    /// The kind of the directive, if it has kinds: keys of other kinds are neither read nor required.
    pub(in crate::lesson) kind: Option<&'static str>,
    /// The range where a missing key is reported.
    head: Range<usize>,
    /// The position of the TOML in the file.
    base: usize,
    entries: Vec<TomlEntry<'s>>,
    /// Lines whose syntax errors were reported. Other errors on them may only be consequences.
    broken_lines: Vec<usize>,
}

struct TomlEntry<'s> {
    key: String,
    at: Range<usize>,
    value: Spanned<DeValue<'s>>,
}

impl<'d, 's> TableReader<'d, 's> {
    /// Parses the TOML at `body`.
    pub(in crate::lesson) fn parse(
        diagnostics: &'d mut Diagnostics<'s>,
        spec: &'static TableSpec,
        head: Range<usize>,
        body: Range<usize>,
    ) -> Self {
        let base = body.start;
        let text = &diagnostics.source.text[body];
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut broken_lines = Vec::new();
        for error in errors.iter().take(MAX_SYNTAX_ERRORS) {
            let span = error.span().unwrap_or_default();
            let at = shift_range(span.clone(), base);
            // A further error on the same line is most likely a consequence of the first.
            let line = diagnostics.source.line(at.start);
            if broken_lines.contains(&line) {
                continue;
            }
            broken_lines.push(line);
            match suggest_quotes(text, span) {
                Some(help) => diagnostics
                    .error(at, "bad TOML: text stands in quotes")
                    .help(help),
                None => drop(diagnostics.error(at, format!("bad TOML: {}", error.message()))),
            }
        }
        Self::new(
            diagnostics,
            spec,
            table.into_inner(),
            head,
            base,
            &broken_lines,
        )
    }

    /// Creates a reader for a parsed table.
    pub(super) fn new(
        diagnostics: &'d mut Diagnostics<'s>,
        spec: &'static TableSpec,
        table: DeTable<'s>,
        head: Range<usize>,
        base: usize,
        broken_lines: &[usize],
    ) -> Self {
        let entries = table.into_iter().map(|(key, value)| TomlEntry {
            at: shift_range(key.span(), base),
            key: key.into_inner().into_owned(),
            value,
        });
        Self {
            diagnostics,
            spec,
            kind: None,
            head,
            base,
            entries: entries.collect(),
            broken_lines: broken_lines.to_vec(),
        }
    }

    /// The position of a key; `None` if it does not exist or was taken already.
    pub(in crate::lesson) fn key_range(&self, key: &str) -> Option<Range<usize>> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some(entry.at.clone())
    }

    /// Whether the TOML has syntax errors, which were reported.
    pub(in crate::lesson) fn is_broken(&self) -> bool {
        !self.broken_lines.is_empty()
    }

    /// The diagnostics that errors are added to.
    pub(in crate::lesson) fn diagnostics(&mut self) -> &mut Diagnostics<'s> {
        self.diagnostics
    }

    /// Takes the value of a key. If it is wrong, or missing and required, that is reported.
    pub(in crate::lesson) fn take_value<T: ReadValue>(&mut self, name: &str) -> Option<T::Value> {
        let key = self.spec.find_key(name)?;
        let index = self.entries.iter().position(|entry| entry.key == name);
        let entry = index.map(|index| self.entries.remove(index));
        if !key.is_for(self.kind) {
            return None;
        }
        let Some(entry) = entry else {
            self.report_missing(key);
            return None;
        };
        let mut reader = ValueReader {
            diagnostics: self.diagnostics,
            key: key.name,
            key_at: entry.at,
            base: self.base,
            broken_lines: &self.broken_lines,
        };
        T::read(entry.value, &mut reader)
    }

    fn report_missing(&mut self, key: &KeySpec) {
        if key.presence == Presence::Required && !self.is_broken() {
            let message = format!("{} lacks `{}`", self.spec.owner, key.name);
            self.diagnostics.error(self.head.clone(), message);
        }
    }

    /// Reports every remaining entry as an unknown key.
    pub(super) fn report_unknown_keys(self) {
        let keys: Vec<&str> = self.spec.keys().map(|key| key.name).collect();
        for entry in self.entries {
            let message = format!("unknown key `{}` in {}", entry.key, self.spec.owner);
            let diagnostic = self.diagnostics.error(entry.at, message);
            if let Some(help) = suggest_name(&entry.key, &keys) {
                diagnostic.help(help);
            }
        }
    }
}

/// Converts a range of the TOML to a range of the file.
pub(super) fn shift_range(span: Range<usize>, base: usize) -> Range<usize> {
    base + span.start..base + span.end
}

/// Help for a bare word in place of a value: most likely the quotes of a text are missing.
fn suggest_quotes(toml: &str, span: Range<usize>) -> Option<String> {
    let word = toml.get(span.clone())?.trim();
    let after_equals = toml.get(..span.start)?.trim_end().ends_with('=');
    let is_word = word.starts_with(char::is_alphabetic) && !word.contains(['"', '\n']);
    (is_word && after_equals).then(|| format!("write \"{word}\""))
}
