//! What authors may write: every directive with every key.
//!
//! Directives are read through this table ([`super::fields::Fields`]): a key that is not in it cannot be read, and a
//! key that is in it is read as what it says here. So `directives` and the guide, which are made from it, cannot
//! tell anything else than what is.

mod keys;
mod lists;
mod questions;

pub use lists::DIRECTIVES;
pub(super) use lists::{
    CHOICE, CLAIM, CONDITION, DEMO, EXERCISE, FORETOLD, FRONT, HINT, MISPLACED, NOTE, PREDICT,
    PROGRAM, QUIZ, SLIP, TABLE, WITH,
};

/// A directive: what it is for, and its tables of keys.
#[derive(Debug)]
pub struct DirectiveSpec {
    /// Its name, as it stands after `forklore`; empty for the front matter.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its own keys, and then those of each table inside it.
    pub tables: &'static [&'static TableSpec],
}

/// The keys of one TOML table.
#[derive(Debug)]
pub struct TableSpec {
    /// Whose keys they are, as messages name it: "a choice".
    pub owner: &'static str,
    /// How it is written inside of its directive: `[[choice]]`; empty for the directive itself.
    pub path: &'static str,
    /// In lists, so that directives can share some.
    pub lists: &'static [&'static [KeySpec]],
}

/// One key.
#[derive(Debug)]
pub struct KeySpec {
    /// Its name.
    pub name: &'static str,
    /// What its value is.
    pub holds: ValueType,
    /// Whether it must be there.
    pub need: Presence,
    /// For which kinds of the directive it is; empty for all.
    pub kinds: &'static [&'static str],
    /// What it is for.
    pub about: &'static str,
    /// A value, as it is written; empty for tables.
    pub example: &'static str,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// A table of its own.
    Table,
    /// One or more tables of their own.
    Tables,
}

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Without it, the directive is in error.
    Required,
    /// It may be left out.
    Optional,
    /// It may be left out, and then counts as this.
    Default(&'static str),
}

impl TableSpec {
    /// Its keys, in the order in which they are told.
    pub fn keys(&self) -> impl Iterator<Item = &'static KeySpec> {
        self.lists.iter().copied().flatten()
    }

    /// The key of that name.
    pub(super) fn key(&self, name: &str) -> Option<&'static KeySpec> {
        self.keys().find(|key| key.name == name)
    }
}

impl std::fmt::Display for ValueType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Whole => f.write_str("whole number"),
            Self::Number => f.write_str("number"),
            Self::Flag => f.write_str("true or false"),
            Self::List(Self::List(of)) => write!(f, "list of lists of {of}s"),
            Self::List(of) => write!(f, "list of {of}s"),
            Self::Table => f.write_str("table"),
            Self::Tables => f.write_str("tables"),
        }
    }
}
