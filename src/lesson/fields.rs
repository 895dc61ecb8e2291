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
    source::{Findings, is_unwanted},
};

/// So many errors of broken TOML are told for one block: whoever gets more has not written TOML.
const MOST_ERRORS: usize = 10;

/// The keys of one table, and where its problems go.
pub(super) struct Fields<'f, 's> {
    findings: &'f mut Findings<'s>,
    /// Whose keys these are, as messages name it: "`demo`".
    owner: &'static str,
    /// What to point at when a key is missing.
    head: Range<usize>,
    /// Where the TOML begins in the file.
    base: usize,
    entries: Vec<Entry<'s>>,
    asked: Vec<&'static str>,
    /// Lines of broken TOML that were reported: what is wrong or missing may only follow from that.
    broken: Vec<usize>,
}

struct Entry<'s> {
    key: String,
    at: Range<usize>,
    value: Spanned<DeValue<'s>>,
}

impl Inner<'_> {
    /// Where it begins in the file.
    pub(super) fn head(&self) -> Range<usize> {
        self.head.clone()
    }
}

/// A table inside a table, to be read once the outer one is done.
pub(super) struct Inner<'s> {
    table: DeTable<'s>,
    head: Range<usize>,
    base: usize,
    broken: Vec<usize>,
}

impl<'f, 's> Fields<'f, 's> {
    /// Parses the TOML at `body`; what is missing is reported at `head`.
    pub(super) fn parse(
        findings: &'f mut Findings<'s>,
        owner: &'static str,
        head: Range<usize>,
        body: Range<usize>,
    ) -> Self {
        let base = body.start;
        let text = &findings.source.text[body];
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut broken = Vec::new();
        for error in errors.iter().take(MOST_ERRORS) {
            let span = error.span().unwrap_or_default();
            let at = shifted(span.clone(), base);
            // What follows on the same line is mostly an echo of the first error.
            let line = findings.source.line(at.start);
            if broken.contains(&line) {
                continue;
            }
            broken.push(line);
            match unquoted(text, span) {
                Some(help) => findings
                    .error(at, "bad TOML: text stands in quotes")
                    .help(help),
                None => drop(findings.error(at, format!("bad TOML: {}", error.message()))),
            }
        }
        let inner = Inner {
            table: table.into_inner(),
            head,
            base,
            broken,
        };
        Self::of(findings, owner, inner)
    }

    /// The keys of a table inside a table.
    pub(super) fn of(
        findings: &'f mut Findings<'s>,
        owner: &'static str,
        inner: Inner<'s>,
    ) -> Self {
        let base = inner.base;
        let entries = inner.table.into_iter().map(|(key, value)| Entry {
            at: shifted(key.span(), base),
            key: key.into_inner().into_owned(),
            value,
        });
        Self {
            findings,
            owner,
            head: inner.head,
            base,
            entries: entries.collect(),
            asked: Vec::new(),
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
        let value = self.take(key)?.value;
        let at = shifted(value.span(), self.base);
        match T::read(value, self.base) {
            Ok(value) => Some(Spanned::new(at, value)),
            Err(wrong) => {
                let line = self.findings.source.line(wrong.at.start);
                if !self.broken.contains(&line) {
                    let message = format!("`{key}` must be {}", wrong.expected);
                    self.findings.error(wrong.at, message);
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
        if self.place(key).is_none() {
            self.missing(key);
        }
        self.placed(key)
    }

    /// A text that must be there and say something.
    pub(super) fn text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let text = self.required::<String>(key)?;
        if text.get_ref().trim().is_empty() {
            self.findings
                .error(text.span(), format!("`{key}` says nothing"));
            return None;
        }
        Some(Spanned::new(text.span(), text.get_ref().trim().to_owned()))
    }

    /// A text that may be left out, but says something where it is given.
    pub(super) fn text_if_any(&mut self, key: &'static str) -> Option<Spanned<String>> {
        self.place(key)?;
        self.text(key)
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
            self.findings.error(number.span(), message);
            return None;
        }
        Some(number.into_inner())
    }

    /// The tables of `[[key]]`, in order; none if there are none.
    pub(super) fn tables_if_any(&mut self, key: &'static str) -> Vec<Inner<'s>> {
        match self.place(key) {
            Some(_) => self.tables(key).unwrap_or_default(),
            None => Vec::new(),
        }
    }

    /// Leaves a key unread that was reported already.
    pub(super) fn pass_over(&mut self, key: &'static str) {
        let _ = self.take(key);
    }

    /// The tables of `[[key]]`, in order; `None` if there are none, which is reported.
    pub(super) fn tables(&mut self, key: &'static str) -> Option<Vec<Inner<'s>>> {
        let Some(entry) = self.take(key) else {
            self.missing(key);
            return None;
        };
        let head = entry.at.clone();
        let DeValue::Array(items) = entry.value.into_inner() else {
            let message = format!("write each `{key}` as a table of its own");
            self.findings
                .error(head, message)
                .help(format!("begin it with [[{key}]]"));
            return None;
        };
        let mut tables = Vec::new();
        for item in items {
            let at = shifted(item.span(), self.base);
            match item.into_inner() {
                DeValue::Table(table) => tables.push(Inner {
                    table,
                    head: at,
                    base: self.base,
                    broken: self.broken.clone(),
                }),
                other => {
                    let message = format!("`{key}` must be a table, not {}", kind(&other));
                    self.findings.error(at, message);
                }
            }
        }
        Some(tables)
    }

    /// The table of `[key]`, if there is one.
    pub(super) fn table(&mut self, key: &'static str) -> Option<Inner<'s>> {
        let entry = self.take(key)?;
        let (base, broken) = (self.base, self.broken.clone());
        match entry.value.into_inner() {
            DeValue::Table(table) => Some(Inner {
                table,
                head: entry.at,
                base,
                broken,
            }),
            other => {
                let message = format!("`{key}` must be a table, not {}", kind(&other));
                let help = format!("begin it with [{key}], below all other keys");
                self.findings.error(entry.at, message).help(help);
                None
            }
        }
    }

    /// Whether the TOML itself is broken, which was reported.
    pub(super) fn is_broken(&self) -> bool {
        !self.broken.is_empty()
    }

    /// Where problems go.
    pub(super) fn findings(&mut self) -> &mut Findings<'s> {
        self.findings
    }

    /// Reports every key that nobody asked for. The answer is where further problems go.
    pub(super) fn finish(self) -> &'f mut Findings<'s> {
        for entry in self.entries {
            let message = format!("unknown key `{}` in {}", entry.key, self.owner);
            let problem = self.findings.error(entry.at, message);
            if let Some(help) = suggestion(&entry.key, &self.asked) {
                problem.help(help);
            }
        }
        self.findings
    }

    fn missing(&mut self, key: &'static str) {
        if self.broken.is_empty() {
            let message = format!("{} lacks `{key}`", self.owner);
            self.findings.error(self.head.clone(), message);
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Entry<'s>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }
}

/// A value of the wrong kind.
pub(super) struct Wrong {
    at: Range<usize>,
    expected: String,
}

/// Help for a word where a value should be: most likely a text whose quotes were forgotten.
fn unquoted(toml: &str, span: Range<usize>) -> Option<String> {
    let word = toml.get(span.clone())?.trim();
    let after_equals = toml.get(..span.start)?.trim_end().ends_with('=');
    let is_word = word.starts_with(char::is_alphabetic) && !word.contains(['"', '\n']);
    (is_word && after_equals).then(|| format!("write \"{word}\""))
}

/// A place in the TOML as a place in the file.
fn shifted(span: Range<usize>, base: usize) -> Range<usize> {
    base + span.start..base + span.end
}

/// A value that a key may have.
pub(super) trait FromToml: Sized {
    /// The value, or what was expected in its place; `base` is where the TOML begins in the file.
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, Wrong>;
}

fn wrong<T>(value: &Spanned<DeValue<'_>>, base: usize, expected: &str) -> Result<T, Wrong> {
    Err(Wrong {
        at: shifted(value.span(), base),
        expected: format!("{expected}, not {}", kind(value.get_ref())),
    })
}

impl FromToml for String {
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, Wrong> {
        match value.get_ref() {
            DeValue::String(text) if text.chars().any(is_unwanted) => {
                let at = shifted(value.span(), base);
                let expected = "text without control characters".to_owned();
                Err(Wrong { at, expected })
            }
            DeValue::String(text) => Ok(text.replace("\r\n", "\n")),
            _ => wrong(&value, base, "text in quotes"),
        }
    }
}

impl FromToml for bool {
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, Wrong> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Ok(*flag),
            _ => wrong(&value, base, "true or false"),
        }
    }
}

impl FromToml for f64 {
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, Wrong> {
        let digits = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return wrong(&value, base, "a number"),
        };
        let number = digits.replace('_', "").parse().ok();
        number
            .filter(|number: &Self| number.is_finite())
            .ok_or_else(|| Wrong {
                at: shifted(value.span(), base),
                expected: "a number that is finite".to_owned(),
            })
    }
}

impl FromToml for u64 {
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, Wrong> {
        let DeValue::Integer(number) = value.get_ref() else {
            return wrong(&value, base, "a whole number");
        };
        Self::from_str_radix(number.as_str(), number.radix()).map_err(|_| Wrong {
            at: shifted(value.span(), base),
            expected: "a whole number, 0 or more".to_owned(),
        })
    }
}

impl FromToml for u32 {
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, Wrong> {
        let at = shifted(value.span(), base);
        Self::try_from(u64::read(value, base)?).map_err(|_| Wrong {
            at,
            expected: format!("at most {}", Self::MAX),
        })
    }
}

impl<T: FromToml> FromToml for Vec<Spanned<T>> {
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, Wrong> {
        if !matches!(value.get_ref(), DeValue::Array(_)) {
            return wrong(&value, base, "a list in [ ]");
        }
        let DeValue::Array(items) = value.into_inner() else {
            return Ok(Self::new());
        };
        let read = |item: Spanned<DeValue<'_>>| {
            let at = shifted(item.span(), base);
            Ok(Spanned::new(at, T::read(item, base)?))
        };
        items.into_iter().map(read).collect()
    }
}

/// What a value is, in words.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
