//! `doctor`: the features of this machine, and the needs of each lesson.

use std::sync::Arc;

use anyhow::Result;

use super::python;
use crate::{
    lesson::{Block, Lesson},
    record::{Machine, Value},
    render::Style,
    repl::{python_choice, session::Session, settings::Settings},
    report::Table,
};

/// `doctor`.
pub fn show_doctor(session: &mut Session, settings: &Settings) -> Result<()> {
    super::lessons::show_skipped(session);
    let machine = session.runner.machine().clone();
    let words = &settings.defaults.python;
    let pythons = python_choice::find_all_pythons(&mut *session.runner, words)?;
    let pythons = python::python_tables(&pythons, words);
    let has_python = pythons
        .iter()
        .any(|table| table.title == python::TITLE && !table.rows.is_empty());
    let mut tables = vec![machine_table(&machine, &session.screen.style)];
    tables.extend(pythons);
    tables.push(lessons_table(
        session.library.lessons(),
        &machine,
        has_python,
    ));
    session.screen.write_tables(&tables, settings.format)?;
    Ok(())
}

fn machine_table(machine: &Machine, style: &Style) -> Table {
    let mut table = Table::new("This machine", &["what", "found", "remark"]);
    let mut row =
        |what: &str, found: Value, remark: Value| table.add_row([Value::text(what), found, remark]);
    row(
        "cores",
        Value::count(machine.cores as usize),
        Value::Nothing,
    );
    row(
        "usable cores",
        Value::count(machine.cores_usable as usize),
        cores_remark(machine),
    );
    row(
        "memory",
        machine
            .memory_bytes
            .map_or(Value::missing("not reported"), Value::Bytes),
        Value::Nothing,
    );
    row("processor", machine.cpu.clone().into(), Value::Nothing);
    row("system", Value::text(&machine.os), Value::Nothing);
    row(
        "build",
        Value::text(machine.build.to_string()),
        build_remark(machine),
    );
    row(
        "terminal",
        Value::text(describe_terminal(style)),
        Value::Nothing,
    );
    table
}

fn cores_remark(machine: &Machine) -> Value {
    match (&machine.cores_why, machine.cores_usable) {
        (Some(why), _) => Value::text(format!("fewer than the machine has: {why}")),
        (None, 1) => Value::text("on one core nothing can be shown to run in parallel"),
        (None, _) => Value::Nothing,
    }
}

fn build_remark(machine: &Machine) -> Value {
    if !machine.is_optimised() {
        return Value::text("slow: figures are not worth comparing");
    }
    Value::Nothing
}

fn describe_terminal(style: &Style) -> String {
    let colour = if style.color { "colour" } else { "no colour" };
    let characters = if style.ascii { "ASCII" } else { "Unicode" };
    format!("{} columns, {colour}, {characters}", style.width)
}

fn lessons_table(lessons: &[Arc<Lesson>], machine: &Machine, has_python: bool) -> Table {
    let mut table = Table::new(
        "What each lesson needs",
        &["lesson", "title", "demos", "needs"],
    );
    for lesson in lessons {
        table.add_row([
            Value::count(lesson.number as usize),
            Value::text(&lesson.title),
            Value::text(lesson_demos(lesson).join(", ")),
            Value::text(describe_needs(lesson, machine, has_python)),
        ]);
    }
    table
}

fn describe_needs(lesson: &Lesson, machine: &Machine, has_python: bool) -> String {
    let mut needs = Vec::new();
    let shows_speed = lesson_demos(lesson)
        .iter()
        .any(|demo| matches!(*demo, "parallel" | "scaling" | "compare"));
    if shows_speed && machine.cores_usable < 2 {
        needs.push("two usable cores: here its speed-up cannot be shown");
    }
    let shows_python = lesson_blocks(lesson)
        .any(|block| matches!(block, Block::Program(program) if is_python(&program.file)));
    if shows_python && !has_python {
        needs.push("Python 3, to run its programs");
    }
    if needs.is_empty() {
        return "ready".to_owned();
    }
    needs.join("; ")
}

fn is_python(file: &str) -> bool {
    std::path::Path::new(file)
        .extension()
        .is_some_and(|ending| ending == "py")
}

fn lesson_demos(lesson: &Lesson) -> Vec<&str> {
    let mut demos: Vec<&str> = Vec::new();
    for block in lesson_blocks(lesson) {
        if let Block::Demo(demo) = block
            && !demos.contains(&demo.spec.name)
        {
            demos.push(demo.spec.name);
        }
    }
    demos
}

fn lesson_blocks(lesson: &Lesson) -> impl Iterator<Item = &Block> {
    lesson.steps.iter().flat_map(|step| &step.blocks)
}
