//! `exercise`: a program to write or to change, and the conditions that its run must meet.

use std::sync::Arc;

use toml::Spanned;

use super::{
    Block, Directive, QuizAnswer,
    conditions::{read_needs, report_error},
    ids, read_keys,
};
use crate::{
    claim::{Condition, ConditionSubject, Needs},
    lesson::{
        fence::CodeFence,
        files,
        parse::LessonReader,
        source_file::Diagnostics,
        toml_keys::{AtLeastOne, TableArray, TextValue, TomlKeys, toml_keys},
    },
    record::Backend,
    text::suggest_name,
};

pub(super) static DIRECTIVE: Directive = Directive {
    name: "exercise",
    about: "a program to write or to change, and what must be true of its run",
    table: ExerciseKeys::TABLE,
    read: |reader, fence| {
        let exercise = read_exercise(reader, fence)
            .map(Arc::new)
            .map(Block::Exercise);
        reader.note_question(exercise)
    },
};

toml_keys! {
    "`exercise`": struct ExerciseKeys {
        /// its name, unique in the library, and among the questions of the lesson: a-z, 0-9 and hyphens
        id: Spanned<TextValue> = Required, "\"q6-four\"";
        /// a short title
        title: TextValue = Required, "\"Four numbers\"";
        /// Markdown: what to do
        task: TextValue = Required, "\"Let each child print a number of its own.\"";
        /// how long to plan for it
        minutes: u32 = Optional, "10";
        /// the program to begin with: a `.py` file of the folder
        starter: Spanned<TextValue> = Required, "\"exercises/q6_four.py\"";
        /// a program that meets every condition; nobody is shown it unasked
        solution: Spanned<TextValue> = Required, "\"exercises/q6_four_solution.py\"";
        /// the quiz of this lesson that asks for lines in order, for those who have no Python: its id
        without_python: Spanned<TextValue> = Optional, "\"q6-order\"";
        /// as for a claim; a Python is implied
        needs: Spanned<String> = Optional, "\"cores >= 2\"";
        /// how often the program is run to tell
        trials: AtLeastOne<u32> = Default("1"), "3";
        /// whether the starter is run too: then `gain`, `same_output` and `starter_wall` are known
        compares: bool = Default("false"), "true";
        /// Markdown that everybody is shown once it is solved
        explain: TextValue = Optional, "\"Both took turns on one core.\"";
        /// what must be true of a run
        condition: TableArray<ConditionKeys> = Required, "";
    }
}

toml_keys! {
    "a condition": struct ConditionKeys {
        /// the condition in words
        says: TextValue = Required, "\"four child processes\"";
        /// the condition itself, over what `try` observes
        holds_if: Spanned<TextValue> = Required, "\"count('process', kind='child') == 4\"";
        /// Markdown: what to look at if it is not so
        hint: TextValue = Optional, "\"How often is `start` called?\"";
    }
}

/// A program to write or to change, and the conditions that its run must meet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exercise {
    /// Its name, unique over all lessons.
    pub id: String,
    /// A short title.
    pub title: String,
    /// The task: Markdown.
    pub task: String,
    /// How long to plan for it, in minutes.
    pub minutes: Option<u32>,
    /// The initial program: a path inside the lessons' folder.
    pub starter: String,
    /// A program that meets every condition: a path inside the lessons' folder. No command shows it unasked.
    pub solution: String,
    /// The conditions on a run.
    pub conditions: Vec<ExerciseCondition>,
    /// What a machine must have to check it.
    pub needs: Needs,
    /// How often the program is run for a check: more than once if times are compared.
    pub trials: u32,
    /// Whether the starter is run too, for comparison.
    pub compares: bool,
    /// The id of the order-the-lines quiz of this lesson to offer if there is no Python.
    pub without_python: Option<String>,
    /// Hints, shown one at a time, apart from the solution; Markdown.
    pub hints: Vec<String>,
    /// Shown once it is solved: Markdown.
    pub explain: Option<String>,
    /// The line that it begins in.
    pub line: usize,
}

/// One condition on the run of an exercise's program.
#[derive(Debug, Clone, PartialEq)]
pub struct ExerciseCondition {
    /// In words: "four child processes".
    pub says: String,
    /// As a condition on what `try` observes.
    pub condition: Condition,
    /// What to look at if it is not met: Markdown.
    pub hint: Option<String>,
}

/// The subject of an exercise's conditions.
const SUBJECT: ConditionSubject<'_> = ConditionSubject {
    demo: "try",
    backends: &[Backend::Try],
};

/// Figures that exist only if the starter is run too.
const COMPARED: [&str; 3] = ["starter_wall", "gain", "same_output"];

fn read_exercise(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) -> Option<Exercise> {
    let keys = read_keys::<ExerciseKeys>(reader, fence);
    let compares = keys.compares.unwrap_or_default();
    let tables = keys.condition.unwrap_or_default();
    let count = tables.len();
    let conditions: Vec<ExerciseCondition> = tables
        .into_iter()
        .filter_map(|table| read_condition(&mut reader.diagnostics, table.into_inner(), compares))
        .collect();
    let needs = read_needs(&mut reader.diagnostics, keys.needs.as_ref());
    let starter = keys.starter.and_then(|file| check_program(reader, file));
    let solution = keys.solution.and_then(|file| check_program(reader, file));
    if let (Some(starter), Some(solution)) = (&starter, &solution)
        && starter.get_ref() == solution.get_ref()
    {
        reader
            .diagnostics
            .error(solution.span(), "the solution is the starter itself")
            .help("give it a file of its own: \"exercises/q6_four_solution.py\"");
    }
    let id = keys.id?;
    ids::check_question(reader, "an exercise", &id);
    reader.exercises.push(id.clone());
    reader.fallbacks.extend(keys.without_python.clone());
    if conditions.len() != count {
        return None;
    }
    Some(Exercise {
        id: id.into_inner(),
        title: keys.title?,
        task: keys.task?,
        minutes: keys.minutes,
        starter: starter?.into_inner(),
        solution: solution?.into_inner(),
        conditions,
        needs: Needs {
            python: true,
            ..needs?
        },
        trials: keys.trials.unwrap_or(1),
        compares,
        without_python: keys.without_python.map(Spanned::into_inner),
        hints: Vec::new(),
        explain: keys.explain,
        line: reader.diagnostics.source.line(fence.head.start),
    })
}

/// Checks that a file is a Python program of the lessons' folder.
fn check_program(
    reader: &mut LessonReader<'_, '_>,
    file: Spanned<String>,
) -> Option<Spanned<String>> {
    if !files::check_inside(&mut reader.diagnostics, &file) {
        return None;
    }
    if !files::is_python(file.get_ref()) {
        reader
            .diagnostics
            .error(file.span(), "an exercise is a Python program")
            .help("name a file that ends in `.py`");
        return None;
    }
    reader.shown.push(file.clone());
    Some(file)
}

fn read_condition(
    diagnostics: &mut Diagnostics<'_>,
    keys: ConditionKeys,
    compares: bool,
) -> Option<ExerciseCondition> {
    let (says, holds_if) = (keys.says?, keys.holds_if?);
    let condition = Condition::from_text(holds_if.get_ref(), &SUBJECT);
    let condition = report_error(diagnostics, &holds_if, condition)?;
    if !compares && let Some(name) = find_compared(&condition) {
        diagnostics
            .error(
                holds_if.span(),
                format!("`{name}` is known only beside the starter"),
            )
            .help("add `compares = true` to the exercise: then the starter is run too");
    }
    Some(ExerciseCondition {
        says,
        condition,
        hint: keys.hint,
    })
}

/// The first figure in a condition that requires a run of the starter.
fn find_compared(condition: &Condition) -> Option<&'static str> {
    let mut asked = condition.questions().into_iter();
    asked.find_map(|question| {
        let name = question.quantity.observation()?;
        COMPARED.into_iter().find(|known| *known == name)
    })
}

/// Checks the order-the-lines quizzes that exercises name: they may come after the exercises.
pub(super) fn check_fallbacks(reader: &mut LessonReader<'_, '_>) {
    let quizzes = reader.steps.iter().flat_map(|step| &step.blocks);
    let orders: Vec<&str> = quizzes
        .filter_map(|block| match block {
            Block::Quiz(quiz) if matches!(quiz.answer, QuizAnswer::Order(_)) => {
                Some(quiz.id.as_str())
            }
            _ => None,
        })
        .collect();
    for id in std::mem::take(&mut reader.fallbacks) {
        let name = id.get_ref();
        if orders.contains(&name.as_str())
            || (reader.has_unread_question && !reader.questions.contains_key(name))
        {
            continue;
        }
        let message = if reader.questions.contains_key(name) {
            format!("`{name}` is no quiz that puts lines in order")
        } else {
            format!("no quiz of this lesson is called `{name}`")
        };
        let diagnostic = reader.diagnostics.error(id.span(), message);
        match suggest_name(name, &orders) {
            Some(help) => diagnostic.help(help),
            None => diagnostic.help("add a quiz with `lines` to this lesson, or leave this out"),
        }
    }
}
