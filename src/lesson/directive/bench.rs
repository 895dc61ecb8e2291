//! `bench`: a task with processes and threads by hand, and the conditions on what was done.

use std::sync::Arc;

use toml::Spanned;

use super::{Block, Directive, ExerciseCondition, conditions::report_error, read_keys};
use crate::{
    claim::{Condition, ConditionSubject},
    lesson::{
        fence::CodeFence,
        parse::LessonReader,
        source_file::Diagnostics,
        toml_keys::{TableArray, TextValue, TomlKeys, toml_keys},
    },
};

pub(super) static DIRECTIVE: Directive = Directive {
    name: "bench",
    about: "a task at the prompt with real processes and threads; the learner starts and ends them by hand",
    table: BenchKeys::TABLE,
    read: |reader, fence| read_bench(reader, fence).map(|task| Block::Bench(Arc::new(task))),
};

toml_keys! {
    "`bench`": struct BenchKeys {
        /// Markdown: what to do
        task: TextValue = Required, "\"Start a process, kill it, and look at what is left.\"";
        /// commands that do it; where no learner types, they are played
        commands: Vec<Spanned<String>> = Required, "[\"spawn process primes\", \"kill p1\", \"ps\"]";
        /// Markdown: what was to be seen, once it is done
        explain: TextValue = Optional, "\"The zombie keeps the exit code.\"";
        /// what must have been done
        condition: TableArray<BenchConditionKeys> = Required, "";
    }
}

toml_keys! {
    "a condition": struct BenchConditionKeys {
        /// the condition in words
        says: TextValue = Required, "\"a process was killed\"";
        /// the condition itself, over `spawned` (labels `kind`, `work`), `signal` (`signal`), `crash` (`how`), `sent`, `seen` (`state`), `exitcode` (`code`) and `thread_end` (`how`)
        holds_if: Spanned<TextValue> = Required, "\"count('signal', signal='SIGTERM') >= 1\"";
        /// Markdown: what to type if it is not so
        hint: TextValue = Optional, "\"`kill p1` sends the signal.\"";
    }
}

/// What conditions of a bench are about.
const SUBJECT: ConditionSubject<'_> = ConditionSubject {
    demo: "bench",
    backends: &[],
};

/// A task with processes and threads by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchTask {
    /// What to do: Markdown.
    pub task: String,
    /// Commands that do it.
    pub commands: Vec<String>,
    /// What must have been done.
    pub conditions: Vec<ExerciseCondition>,
    /// What was to be seen: Markdown.
    pub explain: Option<String>,
    /// The line that it begins in.
    pub line: usize,
}

fn read_bench(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) -> Option<BenchTask> {
    let keys = read_keys::<BenchKeys>(reader, fence);
    let tables = keys.condition.unwrap_or_default();
    let count = tables.len();
    let conditions: Vec<ExerciseCondition> = tables
        .into_iter()
        .filter_map(|table| read_condition(&mut reader.diagnostics, table.into_inner()))
        .collect();
    let commands = keys.commands?;
    if commands.is_empty() {
        reader
            .diagnostics
            .error(fence.head.clone(), "a bench without commands shows nothing")
            .help("give the commands that do the task: commands = [\"spawn process primes\"]");
        return None;
    }
    if conditions.len() != count {
        return None;
    }
    Some(BenchTask {
        task: keys.task?,
        commands: commands.into_iter().map(Spanned::into_inner).collect(),
        conditions,
        explain: keys.explain,
        line: reader.diagnostics.source.line(fence.head.start),
    })
}

fn read_condition(
    diagnostics: &mut Diagnostics<'_>,
    keys: BenchConditionKeys,
) -> Option<ExerciseCondition> {
    let (says, holds_if) = (keys.says?, keys.holds_if?);
    let condition = Condition::from_text(holds_if.get_ref(), &SUBJECT);
    let condition = report_error(diagnostics, &holds_if, condition)?;
    Some(ExerciseCondition {
        says,
        condition,
        hint: keys.hint,
    })
}
