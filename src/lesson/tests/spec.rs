//! The table of directives matches what is read.

use std::fmt::Write as _;

use super::*;
use crate::lesson::{Directive, KeySpec, Presence, all_directives};

const KINDS: [&str; 3] = ["choices", "number", "order"];

/// The blocks that a directive needs before it.
const BEFORE: &str = "\n```forklore demo\nrun = \"parallel\"\n```\n\n```forklore quiz\nid = \"q6-order\"\nquestion = \"Q\"\n\
    lines = [\"a\", \"b\", \"c\"]\nwhy = \"W\"\n```\n\n```forklore quiz\nid = \"q1-locks-above\"\nquestion = \"Q\"\n\
    answer = 1\nwhy = \"W\"\n```\n";
const AFTER: &str = "\n```forklore demo\nrun = \"parallel\"\n```\n";

/// Every directive, without the front matter.
fn directives() -> impl Iterator<Item = &'static Directive> {
    all_directives().filter(|directive| !directive.name.is_empty())
}

/// A directive with its keys, written as in the table's examples.
fn written(directive: &Directive, keeps: impl Fn(&KeySpec) -> bool) -> String {
    let mut text = format!(
        "## Start\n\nWords.\n{BEFORE}\n```forklore {}\n",
        directive.name
    );
    let own: Vec<&KeySpec> = directive.table.keys().filter(|key| keeps(key)).collect();
    for key in own.iter().filter(|key| !key.example.is_empty()) {
        let _ = writeln!(text, "{} = {}", key.name, key.example);
    }
    for (path, table) in own.iter().filter_map(|key| key.inner_table()) {
        let _ = writeln!(text, "{path}");
        for key in table.keys().filter(|key| keeps(key)) {
            let _ = writeln!(text, "{} = {}", key.name, key.example);
        }
        if path == "[[choice]]" {
            text.push_str("[[choice]]\ntext = \"Another\"\nwhy = \"No.\"\n");
        }
    }
    // The question whose id `of` names.
    text.push_str("```\n");
    text.replace("of = \"q1-locks\"", "of = \"q1-locks-above\"") + AFTER
}

/// The problems of a lesson whose demo takes every setting.
fn any_demo(text: &str) -> String {
    static DEMO: DemoSpec = DemoSpec {
        name: "parallel",
        summary: "",
        settings: &[
            "workers",
            "trials",
            "size",
            "workload",
            "repeat",
            "unbuffered",
            "order",
            "scheduler",
            "backends",
            "python",
            "start_method",
            "seed",
        ],
        workloads: &["primes"],
        usual_workers: None,
        usual_trials: None,
        backends: &Backend::ALL,
        python: None,
        observations: None,
        ..DemoSpec::EMPTY
    };
    shown(&parse_lesson("any.md", &format!("{FRONT}{text}"), &[&DEMO]).1)
}

fn is_of(kind: &str, key: &KeySpec) -> bool {
    key.kinds.is_empty() || key.kinds.contains(&kind)
}

#[test]
fn every_key_may_be_written_as_its_example() {
    for directive in directives() {
        for kind in KINDS {
            for form in ["right", "right_if"] {
                let other = if form == "right" { "right_if" } else { "right" };
                let measured = directive.name == "predict";
                let text = written(directive, |key| {
                    is_of(kind, key) && !(measured && key.name == other)
                });
                assert_eq!(any_demo(&text), "", "{text}");
            }
        }
    }
}

#[test]
fn what_is_required_is_missed_and_nothing_else() {
    for directive in directives() {
        for kind in KINDS {
            let required = written(directive, |key| {
                is_of(kind, key) && (key.presence == Presence::Required || key.name == "right")
            });
            assert_eq!(any_demo(&required), "", "{required}");
        }
        let bare = format!(
            "## Start\n\nWords.\n{BEFORE}\n```forklore {}\n```\n{AFTER}",
            directive.name
        );
        let message = any_demo(&bare);
        let keys = directive.table.keys();
        for key in keys.filter(|key| key.presence == Presence::Required && key.kinds.is_empty()) {
            assert!(
                message.contains(&format!("lacks `{}`", key.name)),
                "{}: {message}",
                key.name
            );
        }
    }
}

#[test]
fn every_key_says_what_it_is_for() {
    for directive in all_directives() {
        let inner = directive.table.keys().filter_map(KeySpec::inner_table);
        let inner = inner.flat_map(|(_, table)| table.keys());
        for key in directive.table.keys().chain(inner) {
            assert!(
                !key.about.is_empty() && !key.about.ends_with('.'),
                "{}",
                key.name
            );
            let is_table = key.inner_table().is_some();
            assert_eq!(key.example.is_empty(), is_table, "{}", key.name);
        }
    }
}
