//! Transcripts: what is typed at the prompt and what the screen shows then, one file per flow in
//! `tests/transcripts/prompt`.
//!
//! A line with a prompt is typed, and the lines below it are what it shows. Before the output, brackets name what ran;
//! after it, they name the exit code that the command line gives for the same error. `-- ` begins a comment, and `== `
//! sets up what a user has or does apart from typing: see [`Stage::set_up`]. The home folder is written as `~`.
//!
//! `INSTA_UPDATE=always cargo test transcripts` writes what the screen shows now.

use std::{fmt::Write as _, fs};

use super::stage::{Stage, transcripts_folder as folder};
use crate::expected_file::{assert_file, trim_lines};

macro_rules! transcripts {
    ($($name:ident),* $(,)?) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                replay(stringify!($name));
            }
        )*
    };
}

transcripts! {
    claims_of_lessons,
    commands_not_understood,
    lessons_played,
    lessons_step_by_step,
    lessons_that_are_edited,
    lists_and_help,
    predictions_and_measurements,
    predictions_before_demos,
    progress_of_a_learner,
    questions_of_every_kind,
    questions_to_review,
    runs_and_results,
    schedules_by_hand,
    schedules_of_lessons,
    watched_programs,
    workers_by_hand,
}

#[test]
fn every_transcript_is_replayed() {
    for entry in fs::read_dir(folder()).expect("the transcripts") {
        let path = entry.expect("a file").path();
        let name = path.file_stem().expect("a name").display().to_string();
        assert!(NAMES.contains(&name.as_str()), "{name}");
    }
}

/// Types each line of a transcript, and compares the screen with it.
fn replay(name: &str) {
    let path = folder().join(name).with_extension("txt");
    let expected = fs::read_to_string(&path).expect("a transcript");
    let mut stage = Stage::new();
    let mut shown = String::new();
    for line in expected.lines() {
        if line.starts_with("-- ") || line.is_empty() && shown.is_empty() {
            let _ = writeln!(shown, "{line}");
        } else if let Some(scene) = line.strip_prefix("== ") {
            let _ = writeln!(shown, "{line}");
            shown += &stage.set_up(scene);
        } else if let Some(typed) = typed_after_prompt(line) {
            let _ = writeln!(shown, "{}{typed}", stage.session.prompt_text());
            shown += &stage.type_line(typed);
        }
    }
    assert_file(&path, &trim_lines(&shown));
}

/// What is typed in this line, if it begins with a prompt.
fn typed_after_prompt(line: &str) -> Option<&str> {
    let begins = ["forklore", "lesson ", "step ", "review ?"];
    if !begins.iter().any(|place| line.starts_with(place)) {
        return None;
    }
    let (_, typed) = line.split_once(" ❯").or_else(|| line.split_once(" >"))?;
    Some(typed.trim_start())
}
