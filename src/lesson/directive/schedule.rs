//! `schedule`: workers of a model, whose next step the learner chooses.

use std::{ops::Range, sync::Arc};

use toml::Spanned;

use super::{Block, Directive, read_keys};
use crate::{
    lesson::{
        fence::CodeFence,
        parse::LessonReader,
        source_file::Diagnostics,
        toml_keys::{TextValue, TomlKeys, toml_keys},
    },
    schedule::{Goal, MachineState, Program, ScheduleTask, explore},
};

pub(super) static DIRECTIVE: Directive = Directive {
    name: "schedule",
    about: "a model of two or three workers; the learner chooses which one runs its next step",
    table: ScheduleKeys::TABLE,
    read: |reader, fence| read_schedule(reader, fence).map(|task| Block::Schedule(Arc::new(task))),
};

type TextList = Vec<Spanned<String>>;

toml_keys! {
    "`schedule`": struct ScheduleKeys {
        /// what the learner is to bring about, as a sentence
        task: TextValue = Required, "\"Make worker 2 wait.\"";
        /// when that is so: `VARIABLE == NUMBER` (at the end of all workers), `deadlock`, or `worker NUMBER waits`
        goal: Spanned<TextValue> = Required, "\"worker 2 waits\"";
        /// what the workers share: `variable NAME VALUE`, `lock NAME`, `queue NAME CAPACITY`
        shared: TextList = Required, "[\"lock A\", \"variable x 0\"]";
        /// a listing for each worker: `load VARIABLE`, `add NUMBER`, `store VARIABLE`, `acquire LOCK`, `release LOCK`, `put QUEUE NUMBER`, `get QUEUE`
        workers: Vec<TextList> = Required, "[[\"acquire A\", \"load x\", \"release A\"], [\"acquire A\", \"release A\"]]";
        /// Markdown: why, once the goal is met, or if no schedule meets it
        explain: TextValue = Optional, "\"Worker 1 holds the lock until its third step.\"";
    }
}

fn read_schedule(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) -> Option<ScheduleTask> {
    let keys = read_keys::<ScheduleKeys>(reader, fence);
    let diagnostics = &mut reader.diagnostics;
    let program = read_program(diagnostics, keys.shared?, keys.workers?, fence)?;
    let goal = keys.goal?;
    let parsed = match Goal::parse(goal.get_ref(), &program) {
        Ok(parsed) => parsed,
        Err(error) => {
            diagnostics.error(goal.span(), error.to_string());
            return None;
        }
    };
    if let Err(error) = explore(&program, &MachineState::initial(&program), parsed) {
        diagnostics.error(fence.head.clone(), error.to_string());
        return None;
    }
    Some(ScheduleTask {
        scenario: None,
        task: keys.task?,
        program: Arc::new(program),
        goal: parsed,
        explanation: keys.explain.unwrap_or_default(),
    })
}

/// Parses the program, and reports a mistake at the text that has it.
fn read_program(
    diagnostics: &mut Diagnostics<'_>,
    shared: TextList,
    workers: Vec<TextList>,
    fence: &CodeFence,
) -> Option<Program> {
    let mut lines: Vec<(Range<usize>, String)> = Vec::new();
    let with_range = |line: Spanned<String>| (line.span(), line.into_inner().replace('\n', " "));
    lines.extend(shared.into_iter().map(with_range));
    for listing in workers {
        let head = listing.first().map_or(fence.head.clone(), Spanned::span);
        lines.push((head, "worker".to_owned()));
        lines.extend(listing.into_iter().map(with_range));
    }
    let text: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
    match text.join("\n").parse() {
        Ok(program) => Some(program),
        Err(error) => {
            let at = lines.get(error.line - 1).map(|(range, _)| range.clone());
            diagnostics.error(at.unwrap_or(fence.head.clone()), error.mistake.to_string());
            None
        }
    }
}
