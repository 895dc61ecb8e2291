//! TOML, read strictly: every key is asked for by name, and what nobody asked for is a problem at its place.
//!
//! Reading goes on after a problem, so that an author sees all of them at once.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    nearest::suggestion,
    source_file::Diagnostics,
    toml_keys::{Presence, TableSpec},
    value::{FromToml, kind, shifted},
};

/// So many errors of broken TOML are told for one block: whoever gets more has not written TOML.
const MOST_ERRORS: usize = 10;

/// The keys of one table, and where its problems go.
pub(super) struct Fields<'f, 's> {
    diagnostics: &'f mut Diagnostics<'s>,
    /// Which keys there are, and whose they are.
    spec: &'static TableSpec,
    /// What to point at when a key is missing.
    head: Range<usize>,
    /// Where the TOML begins in the file.
    base: usize,
    entries: Vec<TomlEntry<'s>>,
    /// Lines of broken TOML that were reported: what is wrong or missing may only follow from that.
    broken: Vec<usize>,
}

struct TomlEntry<'s> {
    key: String,
    at: Range<usize>,
    value: Spanned<DeValue<'s>>,
}

impl InnerTable<'_> {
    /// Where it begins in the file.
    pub(super) fn head(&self) -> Range<usize> {
        self.head.clone()
    }
}

/// A table inside a table, to be read once the outer one is done.
pub(super) struct InnerTable<'s> {
    table: DeTable<'s>,
    head: Range<usize>,
    base: usize,
    broken: Vec<usize>,
}

impl<'f, 's> Fields<'f, 's> {
    /// Parses the TOML at `body`; what is missing is reported at `head`.
    pub(super) fn parse(
        diagnostics: &'f mut Diagnostics<'s>,
        spec: &'static TableSpec,
        head: Range<usize>,
        body: Range<usize>,
    ) -> Self {
        let base = body.start;
        let text = &diagnostics.source.text[body];
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut broken = Vec::new();
        for error in errors.iter().take(MOST_ERRORS) {
            let span = error.span().unwrap_or_default();
            let at = shifted(span.clone(), base);
            // What follows on the same line is mostly an echo of the first error.
            let line = diagnostics.source.line(at.start);
            if broken.contains(&line) {
                continue;
            }
            broken.push(line);
            match unquoted(text, span) {
                Some(help) => diagnostics
                    .error(at, "bad TOML: text stands in quotes")
                    .help(help),
                None => drop(diagnostics.error(at, format!("bad TOML: {}", error.message()))),
            }
        }
        let inner = InnerTable {
            table: table.into_inner(),
            head,
            base,
            broken,
        };
        Self::of(diagnostics, spec, inner)
    }

    /// The keys of a table inside a table.
    pub(super) fn of(
        diagnostics: &'f mut Diagnostics<'s>,
        spec: &'static TableSpec,
        inner: InnerTable<'s>,
    ) -> Self {
        let base = inner.base;
        let entries = inner.table.into_iter().map(|(key, value)| TomlEntry {
            at: shifted(key.span(), base),
            key: key.into_inner().into_owned(),
            value,
        });
        Self {
            diagnostics,
            spec,
            head: inner.head,
            base,
            entries: entries.collect(),
            broken: inner.broken,
        }
    }

    /// Where a key stands; `None` if it was not given or was read already.
    pub(super) fn place(&self, key: &str) -> Option<Range<usize>> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some(entry.at.clone())
    }

    /// The value of a key that may be left out, with its place.
    pub(super) fn placed<T: FromToml>(&mut self, key: &'static str) -> Option<Spanned<T>> {
        debug_assert!(
            !self.is_required(key),
            "`{key}` is not required of {}",
            self.spec.owner
        );
        self.value(key)
    }

    fn value<T: FromToml>(&mut self, key: &'static str) -> Option<Spanned<T>> {
        let value = self.take(key)?.value;
        let at = shifted(value.span(), self.base);
        match T::read(value, self.base) {
            Ok(value) => Some(Spanned::new(at, value)),
            Err(wrong) => {
                let line = self.diagnostics.source.line(wrong.at.start);
                if !self.broken.contains(&line) {
                    let message = format!("`{key}` must be {}", wrong.expected);
                    self.diagnostics.error(wrong.at, message);
                }
                None
            }
        }
    }

    /// The value of a key that may be left out.
    pub(super) fn optional<T: FromToml>(&mut self, key: &'static str) -> Option<T> {
        self.placed(key).map(Spanned::into_inner)
    }

    /// The value of a key that must be there, with its place.
    pub(super) fn required<T: FromToml>(&mut self, key: &'static str) -> Option<Spanned<T>> {
        debug_assert!(
            self.is_required(key),
            "`{key}` is required of {}",
            self.spec.owner
        );
        if self.place(key).is_none() {
            self.missing(key);
        }
        self.value(key)
    }

    /// A text that must be there and say something.
    pub(super) fn text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let text = self.required(key)?;
        self.says_something(key, text)
    }

    fn says_something(&mut self, key: &str, text: Spanned<String>) -> Option<Spanned<String>> {
        if text.get_ref().trim().is_empty() {
            self.diagnostics
                .error(text.span(), format!("`{key}` says nothing"));
            return None;
        }
        Some(Spanned::new(text.span(), text.get_ref().trim().to_owned()))
    }

    /// A text that may be left out, but says something where it is given.
    pub(super) fn text_if_any(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let text = self.placed(key)?;
        self.says_something(key, text)
    }

    /// The same without its place.
    pub(super) fn said(&mut self, key: &'static str) -> Option<String> {
        self.text_if_any(key).map(Spanned::into_inner)
    }

    /// A number that counts from 1, and may be left out.
    pub(super) fn at_least_one<T>(&mut self, key: &'static str) -> Option<T>
    where
        T: FromToml + Default + PartialEq,
    {
        let number = self.placed::<T>(key)?;
        if *number.get_ref() == T::default() {
            let message = format!("`{key}` must be at least 1");
            self.diagnostics.error(number.span(), message);
            return None;
        }
        Some(number.into_inner())
    }

    /// The tables of `[[key]]`, in order; none if there are none.
    pub(super) fn tables_if_any(&mut self, key: &'static str) -> Vec<InnerTable<'s>> {
        match self.place(key) {
            Some(_) => self.tables(key).unwrap_or_default(),
            None => Vec::new(),
        }
    }

    /// Leaves keys unread, because what is wrong with them was reported already.
    pub(super) fn pass_over(&mut self, keys: &[&str]) {
        self.entries
            .retain(|entry| !keys.contains(&entry.key.as_str()));
    }

    /// The tables of `[[key]]`, in order; `None` if there are none, which is reported.
    pub(super) fn tables(&mut self, key: &'static str) -> Option<Vec<InnerTable<'s>>> {
        let Some(entry) = self.take(key) else {
            self.missing(key);
            return None;
        };
        let head = entry.at.clone();
        let DeValue::Array(items) = entry.value.into_inner() else {
            let message = format!("write each `{key}` as a table of its own");
            self.diagnostics
                .error(head, message)
                .help(format!("begin it with [[{key}]]"));
            return None;
        };
        let mut tables = Vec::new();
        for item in items {
            let at = shifted(item.span(), self.base);
            match item.into_inner() {
                DeValue::Table(table) => tables.push(InnerTable {
                    table,
                    head: at,
                    base: self.base,
                    broken: self.broken.clone(),
                }),
                other => {
                    let message = format!("`{key}` must be a table, not {}", kind(&other));
                    self.diagnostics.error(at, message);
                }
            }
        }
        Some(tables)
    }

    /// The table of `[key]`, if there is one.
    pub(super) fn table(&mut self, key: &'static str) -> Option<InnerTable<'s>> {
        let entry = self.take(key)?;
        let (base, broken) = (self.base, self.broken.clone());
        match entry.value.into_inner() {
            DeValue::Table(table) => Some(InnerTable {
                table,
                head: entry.at,
                base,
                broken,
            }),
            other => {
                let message = format!("`{key}` must be a table, not {}", kind(&other));
                let help = format!("begin it with [{key}], below all other keys");
                self.diagnostics.error(entry.at, message).help(help);
                None
            }
        }
    }

    /// Whether the TOML itself is broken, which was reported.
    pub(super) fn is_broken(&self) -> bool {
        !self.broken.is_empty()
    }

    /// Where problems go.
    pub(super) fn diagnostics(&mut self) -> &mut Diagnostics<'s> {
        self.diagnostics
    }

    /// Reports every key that there is not. The answer is where further problems go.
    pub(super) fn finish(self) -> &'f mut Diagnostics<'s> {
        let (unread, unknown): (Vec<_>, Vec<_>) = self
            .entries
            .into_iter()
            .partition(|entry| self.spec.find_key(&entry.key).is_some());
        debug_assert!(
            unread.is_empty(),
            "nobody reads a key of {}",
            self.spec.owner
        );
        let keys: Vec<&str> = self.spec.keys().map(|key| key.name).collect();
        for entry in unknown {
            let message = format!("unknown key `{}` in {}", entry.key, self.spec.owner);
            let diagnostic = self.diagnostics.error(entry.at, message);
            if let Some(help) = suggestion(&entry.key, &keys) {
                diagnostic.help(help);
            }
        }
        self.diagnostics
    }

    fn is_required(&self, key: &str) -> bool {
        let key = self.spec.find_key(key);
        key.is_some_and(|key| key.presence == Presence::Required)
    }

    fn missing(&mut self, key: &'static str) {
        if self.broken.is_empty() {
            let message = format!("{} lacks `{key}`", self.spec.owner);
            self.diagnostics.error(self.head.clone(), message);
        }
    }

    fn take(&mut self, key: &'static str) -> Option<TomlEntry<'s>> {
        debug_assert!(
            self.spec.find_key(key).is_some(),
            "{} has no `{key}`",
            self.spec.owner
        );
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }
}

/// Help for a word where a value should be: most likely a text whose quotes were forgotten.
fn unquoted(toml: &str, span: Range<usize>) -> Option<String> {
    let word = toml.get(span.clone())?.trim();
    let after_equals = toml.get(..span.start)?.trim_end().ends_with('=');
    let is_word = word.starts_with(char::is_alphabetic) && !word.contains(['"', '\n']);
    (is_word && after_equals).then(|| format!("write \"{word}\""))
}
