//! Conditions with mistakes, and what is said of each: the pairs of lines in `tests/claims/mistakes.txt`.
//!
//! `DEMO: CONDITION` stands above the marked part, the message and the help. `-- ` begins a comment.
//! `INSTA_UPDATE=always cargo test mistakes` writes the present messages.

use std::{fmt::Write as _, fs, path::Path};

use super::*;
use crate::expected_file::assert_file;

/// The marked part of the condition, the message and the help.
fn describe_mistake(demo: &str, text: &str) -> String {
    let subject = ConditionSubject {
        demo,
        backends: &[],
    };
    let Err(wrong) = Condition::from_text(text, &subject) else {
        return "no mistake".to_owned();
    };
    let place = &text[wrong.at.start.min(text.len())..wrong.at.end.min(text.len())];
    let help = wrong.help.map(|help| format!("; {help}"));
    format!("[{place}] {}{}", wrong.message, help.unwrap_or_default())
}

#[test]
fn a_mistake_is_pointed_at_and_explained() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/claims/mistakes.txt");
    let expected = fs::read_to_string(&path).expect("conditions");
    let mut shown = String::new();
    for line in expected.lines().filter(|line| !line.starts_with("    ")) {
        let _ = writeln!(shown, "{line}");
        if !line.starts_with("-- ") {
            let (demo, text) = line.split_once(':').expect("a demo and a condition");
            let _ = writeln!(shown, "    {}", describe_mistake(demo, text.trim_start()));
        }
    }
    assert_file(&path, &shown);
}
