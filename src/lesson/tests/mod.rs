//! Examples of how lessons are read.

mod bench_tasks;
mod claims;
mod exercises;
mod front;
mod library;
mod parsing;
mod problems;
mod properties;
mod questions;
mod schedules;
mod spec;
mod steps;

use std::fmt::Write as _;

use super::{Diagnostic, Lesson, parse_lesson};
use crate::{catalog::DemoSpec, record::Backend};

/// A valid front matter, for tests of the text after it.
const FRONT: &str = "\
+++
number = 6
slug = \"four-processes\"
title = \"Four processes\"
question = \"How do four processes print a number each?\"
minutes = 15
summary = \"Start, join, and see who is first.\"
+++
";

/// Two demos with settings of their own.
fn known() -> [&'static DemoSpec; 2] {
    static NUMBERS: DemoSpec = DemoSpec {
        name: "numbers",
        summary: "",
        settings: &["workers", "repeat", "unbuffered"],
        workloads: &[],
        backends: &[],
        python: None,
        observations: None,
        ..DemoSpec::EMPTY
    };
    static PARALLEL: DemoSpec = DemoSpec {
        name: "parallel",
        settings: &["workers", "trials", "size", "workload", "backends", "seed"],
        workloads: &["primes", "matmul"],
        backends: &[Backend::Serial, Backend::Threads, Backend::Processes],
        ..NUMBERS
    };
    [&NUMBERS, &PARALLEL]
}

/// A step with one directive.
fn directive(name: &str, toml: &str) -> String {
    format!("## Start\n\nWords.\n\n```forklore {name}\n{toml}\n```\n")
}

fn read(body: &str) -> (Lesson, Vec<Diagnostic>) {
    parse_lesson("lessons/q6.md", &format!("{FRONT}{body}"), &known())
}

/// The lesson, which must have no problems.
fn good(body: &str) -> Lesson {
    let (lesson, problems) = read(body);
    assert!(problems.is_empty(), "{}", shown(&problems));
    lesson
}

/// The displayed problems of a lesson.
fn bad(body: &str) -> String {
    shown(&read(body).1)
}

fn shown(problems: &[Diagnostic]) -> String {
    problems.iter().fold(String::new(), |mut all, problem| {
        let _ = writeln!(all, "{problem}");
        all
    })
}
