//! The keys of a TOML table, each defined once. From one list, [`toml_keys!`] makes both the struct that a
//! directive reads and the table that `directives` and the guide show.

mod table;
mod value;

use std::fmt;

pub(super) use table::TableReader;
pub(super) use value::{AtLeastOne, InnerTable, ReadValue, TableArray, TextValue};

/// Defines the keys of one TOML table, and the table's name in messages.
///
/// A key is written as `name: type = presence, example;`. Its doc comment is its description in the guide. The
/// type is anything that implements [`ReadValue`]; `Spanned<…>` keeps the value's position in the file. Each
/// field of the struct is an `Option`: a value that is missing or wrong has been reported.
///
/// `for ["a", "b"]` limits a key to some kinds of the directive (see [`TableReader::kind`]). A last line
/// `..name: Keys` adds the keys of another such struct.
macro_rules! toml_keys {
    (
        $owner:literal: struct $name:ident {
            $(
                $(#[doc = $about:literal])+
                $key:ident: $type:ty = $presence:ident $(($default:literal))?, $example:literal
                    $(, for [$($kind:literal),+])?;
            )*
            $(..$rest:ident: $rest_type:ty)?
        }
    ) => {
        pub(in crate::lesson) struct $name {
            $($key: Option<<$type as $crate::lesson::toml_keys::ReadValue>::Value>,)*
            $($rest: $rest_type,)?
        }

        impl $crate::lesson::toml_keys::TomlKeys for $name {
            const KEYS: &'static [$crate::lesson::toml_keys::KeySpec] = &[
                $($crate::lesson::toml_keys::KeySpec {
                    name: stringify!($key),
                    value_type: <$type as $crate::lesson::toml_keys::ReadValue>::TYPE,
                    presence: $crate::lesson::toml_keys::Presence::$presence $(($default))?,
                    kinds: &[$($($kind),+)?],
                    about: concat!($($about),+).trim_ascii(),
                    example: $example,
                },)*
            ];
            const TABLE: &'static $crate::lesson::toml_keys::TableSpec =
                &$crate::lesson::toml_keys::TableSpec {
                    owner: $owner,
                    lists: &[Self::KEYS, $(<$rest_type>::KEYS)?],
                };

            fn take(table: &mut $crate::lesson::toml_keys::TableReader<'_, '_>) -> Self {
                Self {
                    $($key: table.take_value::<$type>(stringify!($key)),)*
                    $($rest: <$rest_type>::take(table),)?
                }
            }
        }
    };
}
pub(super) use toml_keys;

/// A struct of keys, as [`toml_keys!`] defines it.
pub(super) trait TomlKeys: Sized {
    /// The keys themselves.
    const KEYS: &'static [KeySpec];
    /// The table of these keys.
    const TABLE: &'static TableSpec;

    /// Takes the values of these keys from a table.
    fn take(table: &mut TableReader<'_, '_>) -> Self;

    /// Reads a table that has these keys and no others.
    fn read(mut table: TableReader<'_, '_>) -> Self {
        let keys = Self::take(&mut table);
        table.report_unknown_keys();
        keys
    }
}

/// The keys of one TOML table.
#[derive(Debug)]
pub struct TableSpec {
    /// The table's name in messages: "a choice".
    pub owner: &'static str,
    /// The keys, in lists that other tables can share.
    pub lists: &'static [&'static [KeySpec]],
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct KeySpec {
    /// Its name.
    pub name: &'static str,
    /// The type of its value.
    pub value_type: ValueType,
    /// Whether the key is required.
    pub presence: Presence,
    /// The kinds of the directive that have it; empty for all.
    pub kinds: &'static [&'static str],
    /// Its purpose.
    pub about: &'static str,
    /// An example value, as it is written; empty for tables.
    pub example: &'static str,
}

/// The type of a value.
#[derive(Debug, Clone, Copy)]
pub enum ValueType {
    /// Text in quotes.
    Text,
    /// A whole number.
    Whole,
    /// Any finite number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A list of such values.
    List(&'static ValueType),
    /// A nested table.
    Table(&'static TableSpec),
    /// One or more nested tables.
    Tables(&'static TableSpec),
}

/// Whether a key is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Without it, the directive has an error.
    Required,
    /// It may be omitted.
    Optional,
    /// It may be omitted, and then has this value.
    Default(&'static str),
}

impl TableSpec {
    /// Its keys, in the order of the guide.
    pub fn keys(&self) -> impl Iterator<Item = &'static KeySpec> {
        self.lists.iter().copied().flatten()
    }

    /// Finds a key by its name.
    pub(super) fn find_key(&self, name: &str) -> Option<&'static KeySpec> {
        self.keys().find(|key| key.name == name)
    }
}

impl KeySpec {
    /// The nested table that is its value, with the line that begins it: `[[choice]]`.
    pub fn inner_table(&self) -> Option<(String, &'static TableSpec)> {
        match self.value_type {
            ValueType::Table(table) => Some((format!("[{}]", self.name), table)),
            ValueType::Tables(table) => Some((format!("[[{}]]", self.name), table)),
            _ => None,
        }
    }

    /// Whether a directive of this kind has it.
    pub(super) fn is_for(&self, kind: Option<&str>) -> bool {
        self.kinds.is_empty() || kind.is_some_and(|kind| self.kinds.contains(&kind))
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Whole => f.write_str("whole number"),
            Self::Number => f.write_str("number"),
            Self::Flag => f.write_str("true or false"),
            Self::List(Self::List(of)) => write!(f, "list of lists of {of}s"),
            Self::List(of) => write!(f, "list of {of}s"),
            Self::Table(_) => f.write_str("table"),
            Self::Tables(_) => f.write_str("tables"),
        }
    }
}
