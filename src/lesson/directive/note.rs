//! `note`: a note to instructors.

use super::{Block, Directive, read_keys};
use crate::lesson::{
    fence::CodeFence,
    parse::LessonReader,
    toml_keys::{TextValue, TomlKeys, toml_keys},
};

pub(super) static DIRECTIVE: Directive = Directive {
    name: "note",
    about: "a word to instructors, hidden from students",
    table: NoteKeys::TABLE,
    read: |reader, fence| read_note(reader, fence).map(Block::Note),
};

toml_keys! {
    "`note`": struct NoteKeys {
        /// how long to plan for this part
        minutes: u32 = Optional, "5";
        /// Markdown: a word to instructors
        text: TextValue = Required, "\"Let the class vote before the demo runs.\"";
    }
}

/// A note to instructors, hidden from students unless they ask for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstructorNote {
    /// How long to plan for this part, in minutes.
    pub minutes: Option<u32>,
    /// Markdown.
    pub text: String,
}

fn read_note(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) -> Option<InstructorNote> {
    let keys = read_keys::<NoteKeys>(reader, fence);
    Some(InstructorNote {
        minutes: keys.minutes,
        text: keys.text?,
    })
}
