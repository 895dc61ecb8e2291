//! The table of directives is what is read.

use std::fmt::Write as _;

use super::*;
use crate::lesson::{DIRECTIVES, DirectiveSpec, KeySpec, TableSpec};

const KINDS: [&str; 3] = ["choices", "number", "order"];

/// What a directive asks of its surroundings.
const BEFORE: &str = "\n```forklore demo\nrun = \"parallel\"\n```\n\n```forklore quiz\nid = \"q6-order\"\nquestion = \"Q\"\n\
    lines = [\"a\", \"b\", \"c\"]\nwhy = \"W\"\n```\n\n```forklore quiz\nid = \"q1-locks-above\"\nquestion = \"Q\"\n\
    answer = 1\nwhy = \"W\"\n```\n";
const AFTER: &str = "\n```forklore demo\nrun = \"parallel\"\n```\n";

/// A directive with its keys, as the examples of the table write them.
fn written(directive: &DirectiveSpec, keeps: impl Fn(&TableSpec, &KeySpec) -> bool) -> String {
    let mut text = format!(
        "## Start\n\nWords.\n{BEFORE}\n```forklore {}\n",
        directive.name
    );
    for table in directive.tables {
        let keys: Vec<&KeySpec> = table.keys().filter(|key| keeps(table, key)).collect();
        if !table.path.is_empty() {
            let name = table.path.trim_matches(['[', ']']);
            let own = directive.tables[0].keys().find(|key| key.name == name);
            if !own.is_some_and(|key| keeps(directive.tables[0], key)) {
                continue;
            }
            let _ = writeln!(text, "{}", table.path);
        }
        for key in keys.into_iter().filter(|key| !key.example.is_empty()) {
            let _ = writeln!(text, "{} = {}", key.name, key.example);
        }
        if table.path == "[[choice]]" {
            text.push_str("[[choice]]\ntext = \"Another\"\nwhy = \"No.\"\n");
        }
    }
    // The id that `of` names.
    text.push_str("```\n");
    text.replace("of = \"q1-locks\"", "of = \"q1-locks-above\"") + AFTER
}

fn any_demo(text: &str) -> String {
    shown(&parse("any.md", &format!("{FRONT}{text}"), &KnownDemos::anything()).1)
}

fn is_of(kind: &str, key: &KeySpec) -> bool {
    key.kinds.is_empty() || key.kinds.contains(&kind)
}

#[test]
fn every_key_may_be_written_as_its_example() {
    for directive in DIRECTIVES.iter().filter(|one| !one.name.is_empty()) {
        for kind in KINDS {
            for form in ["right", "right_if"] {
                let other = if form == "right" { "right_if" } else { "right" };
                let measured = directive.name == "predict";
                let text = written(directive, |_, key| {
                    is_of(kind, key) && !(measured && key.name == other)
                });
                assert_eq!(any_demo(&text), "", "{text}");
            }
        }
    }
}

#[test]
fn what_is_required_is_missed_and_nothing_else() {
    for directive in DIRECTIVES.iter().filter(|one| !one.name.is_empty()) {
        for kind in KINDS {
            let required = written(directive, |_, key| {
                is_of(kind, key)
                    && (key.need == crate::lesson::Presence::Required || key.name == "right")
            });
            let text = required.replace("with = ", "");
            assert_eq!(any_demo(&text), "", "{text}");
        }
        let bare = format!(
            "## Start\n\nWords.\n{BEFORE}\n```forklore {}\n```\n{AFTER}",
            directive.name
        );
        let told = any_demo(&bare);
        let keys = directive.tables[0].keys();
        for key in
            keys.filter(|key| key.need == crate::lesson::Presence::Required && key.kinds.is_empty())
        {
            assert!(
                told.contains(&format!("lacks `{}`", key.name)),
                "{}: {told}",
                key.name
            );
        }
    }
}

#[test]
fn every_key_says_what_it_is_for() {
    for table in DIRECTIVES.iter().flat_map(|directive| directive.tables) {
        for key in table.keys() {
            assert!(
                !key.about.is_empty() && !key.about.ends_with('.'),
                "{}",
                key.name
            );
            let is_table = matches!(
                key.holds,
                crate::lesson::ValueType::Table | crate::lesson::ValueType::Tables
            );
            assert_eq!(key.example.is_empty(), is_table, "{}", key.name);
        }
    }
}
