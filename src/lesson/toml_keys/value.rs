//! The types that a key's value may have.

use std::{fmt::Display, marker::PhantomData, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    TableSpec, TomlKeys, ValueType,
    table::{TableReader, shift_range},
};
use crate::lesson::source_file::{Diagnostics, is_unwanted};

/// A parsed value, with its range in the TOML.
type TomlValue<'s> = Spanned<DeValue<'s>>;

/// The type of a key's value.
pub(in crate::lesson) trait ReadValue {
    /// The Rust type of the value.
    type Value;
    /// Its type in the guide.
    const TYPE: ValueType;

    /// Reads a value; `None` if it is wrong, which has been reported.
    fn read<'s>(value: TomlValue<'s>, reader: &mut ValueReader<'_, 's>) -> Option<Self::Value>;
}

/// The context for reading a value.
pub(in crate::lesson) struct ValueReader<'d, 's> {
    pub(super) diagnostics: &'d mut Diagnostics<'s>,
    pub(super) key: &'static str,
    pub(super) key_at: Range<usize>,
    pub(super) base: usize,
    pub(super) broken_lines: &'d [usize],
}

impl<'s> ValueReader<'_, 's> {
    fn range_of(&self, value: &TomlValue<'_>) -> Range<usize> {
        shift_range(value.span(), self.base)
    }

    /// Reports what is wrong with a value.
    fn fail<T>(&mut self, at: Range<usize>, what: &str) -> Option<T> {
        self.diagnostics.error(at, format!("`{}` {what}", self.key));
        None
    }

    /// Reports a wrong value, unless its line has a syntax error anyway.
    fn fail_expected<T>(&mut self, at: Range<usize>, expected: impl Display) -> Option<T> {
        let line = self.diagnostics.source.line(at.start);
        if self.broken_lines.contains(&line) {
            return None;
        }
        self.fail(at, &format!("must be {expected}"))
    }

    /// Reports a value of another type.
    fn fail_type<T>(&mut self, value: &TomlValue<'_>, expected: &str) -> Option<T> {
        let actual = name_type(value.get_ref());
        let at = self.range_of(value);
        self.fail_expected(at, format!("{expected}, not {actual}"))
    }

    fn open_table(
        &mut self,
        spec: &'static TableSpec,
        table: DeTable<'s>,
        head: Range<usize>,
    ) -> TableReader<'_, 's> {
        let (base, broken_lines) = (self.base, self.broken_lines);
        TableReader::new(self.diagnostics, spec, table, head, base, broken_lines)
    }
}

/// Any text.
impl ReadValue for String {
    type Value = Self;
    const TYPE: ValueType = ValueType::Text;

    fn read<'s>(value: TomlValue<'s>, reader: &mut ValueReader<'_, 's>) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(text) if text.chars().any(is_unwanted) => {
                let at = reader.range_of(&value);
                reader.fail_expected(at, "text without control characters")
            }
            DeValue::String(text) => Some(text.replace("\r\n", "\n")),
            _ => reader.fail_type(&value, "text in quotes"),
        }
    }
}

/// A text that is not blank, without surrounding white space.
pub(in crate::lesson) struct TextValue;

impl ReadValue for TextValue {
    type Value = String;
    const TYPE: ValueType = ValueType::Text;

    fn read<'s>(value: TomlValue<'s>, reader: &mut ValueReader<'_, 's>) -> Option<String> {
        let at = reader.range_of(&value);
        let text = String::read(value, reader)?;
        match text.trim() {
            "" => reader.fail(at, "says nothing"),
            words => Some(words.to_owned()),
        }
    }
}

impl ReadValue for bool {
    type Value = Self;
    const TYPE: ValueType = ValueType::Flag;

    fn read<'s>(value: TomlValue<'s>, reader: &mut ValueReader<'_, 's>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => reader.fail_type(&value, "true or false"),
        }
    }
}

impl ReadValue for f64 {
    type Value = Self;
    const TYPE: ValueType = ValueType::Number;

    fn read<'s>(value: TomlValue<'s>, reader: &mut ValueReader<'_, 's>) -> Option<Self> {
        let digits = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return reader.fail_type(&value, "a number"),
        };
        match digits.replace('_', "").parse::<Self>() {
            Ok(number) if number.is_finite() => Some(number),
            _ => reader.fail_expected(reader.range_of(&value), "a number that is finite"),
        }
    }
}

impl ReadValue for u64 {
    type Value = Self;
    const TYPE: ValueType = ValueType::Whole;

    fn read<'s>(value: TomlValue<'s>, reader: &mut ValueReader<'_, 's>) -> Option<Self> {
        let DeValue::Integer(number) = value.get_ref() else {
            return reader.fail_type(&value, "a whole number");
        };
        match Self::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Some(number),
            Err(_) => reader.fail_expected(reader.range_of(&value), "a whole number, 0 or more"),
        }
    }
}

impl ReadValue for u32 {
    type Value = Self;
    const TYPE: ValueType = ValueType::Whole;

    fn read<'s>(value: TomlValue<'s>, reader: &mut ValueReader<'_, 's>) -> Option<Self> {
        let at = reader.range_of(&value);
        match Self::try_from(u64::read(value, reader)?) {
            Ok(number) => Some(number),
            Err(_) => reader.fail_expected(at, format!("at most {}", Self::MAX)),
        }
    }
}

/// A number of at least 1.
pub(in crate::lesson) struct AtLeastOne<T>(PhantomData<T>);

impl<T: ReadValue<Value: Default + PartialEq>> ReadValue for AtLeastOne<T> {
    type Value = T::Value;
    const TYPE: ValueType = T::TYPE;

    fn read<'s>(value: TomlValue<'s>, reader: &mut ValueReader<'_, 's>) -> Option<T::Value> {
        let at = reader.range_of(&value);
        let number = T::read(value, reader)?;
        if number == T::Value::default() {
            return reader.fail(at, "must be at least 1");
        }
        Some(number)
    }
}

impl<T: ReadValue> ReadValue for Spanned<T> {
    type Value = Spanned<T::Value>;
    const TYPE: ValueType = T::TYPE;

    fn read<'s>(value: TomlValue<'s>, reader: &mut ValueReader<'_, 's>) -> Option<Self::Value> {
        let at = reader.range_of(&value);
        Some(Spanned::new(at, T::read(value, reader)?))
    }
}

impl<T: ReadValue> ReadValue for Vec<T> {
    type Value = Vec<T::Value>;
    const TYPE: ValueType = ValueType::List(&T::TYPE);

    fn read<'s>(value: TomlValue<'s>, reader: &mut ValueReader<'_, 's>) -> Option<Self::Value> {
        if !matches!(value.get_ref(), DeValue::Array(_)) {
            return reader.fail_type(&value, "a list in [ ]");
        }
        let DeValue::Array(items) = value.into_inner() else {
            return None;
        };
        items
            .into_iter()
            .map(|item| T::read(item, reader))
            .collect()
    }
}

/// The table `[key]`.
pub(in crate::lesson) struct InnerTable<K>(PhantomData<K>);

impl<K: TomlKeys> ReadValue for InnerTable<K> {
    type Value = K;
    const TYPE: ValueType = ValueType::Table(K::TABLE);

    fn read<'s>(value: TomlValue<'s>, reader: &mut ValueReader<'_, 's>) -> Option<K> {
        let (key, head) = (reader.key, reader.key_at.clone());
        match value.into_inner() {
            DeValue::Table(table) => Some(K::read(reader.open_table(K::TABLE, table, head))),
            other => {
                let message = format!("`{key}` must be a table, not {}", name_type(&other));
                let help = format!("begin it with [{key}], below all other keys");
                reader.diagnostics.error(head, message).help(help);
                None
            }
        }
    }
}

/// The tables `[[key]]`, in order.
pub(in crate::lesson) struct TableArray<K>(PhantomData<K>);

impl<K: TomlKeys> ReadValue for TableArray<K> {
    type Value = Vec<Spanned<K>>;
    const TYPE: ValueType = ValueType::Tables(K::TABLE);

    fn read<'s>(value: TomlValue<'s>, reader: &mut ValueReader<'_, 's>) -> Option<Self::Value> {
        let key = reader.key;
        let DeValue::Array(items) = value.into_inner() else {
            let message = format!("write each `{key}` as a table of its own");
            let help = format!("begin it with [[{key}]]");
            reader
                .diagnostics
                .error(reader.key_at.clone(), message)
                .help(help);
            return None;
        };
        let mut tables = Vec::new();
        for item in items {
            let at = reader.range_of(&item);
            match item.into_inner() {
                DeValue::Table(table) => {
                    let keys = K::read(reader.open_table(K::TABLE, table, at.clone()));
                    tables.push(Spanned::new(at, keys));
                }
                other => {
                    let message = format!("`{key}` must be a table, not {}", name_type(&other));
                    reader.diagnostics.error(at, message);
                }
            }
        }
        Some(tables)
    }
}

/// The type of a value, as messages name it.
fn name_type(value: &DeValue<'_>) -> &'static str {
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
