//! `exercise`: a program to write or to change, and what must be true of its run.

use toml::Spanned;

use super::{Directive, DirectiveSpec, conditions, fields, ids};
use crate::{
    claim::{Condition, Needs, Quantity, Subject},
    lesson::{
        fence::Fence,
        fields::{Fields, InnerTable},
        files,
        model::{Block, Exercise, ExerciseCondition, QuizAnswer},
        nearest::suggestion,
        parse::LessonReader,
        source_file::Diagnostics,
        spec,
    },
    record::Backend,
};

/// What an exercise's program is run as.
const SUBJECT: Subject<'_> = Subject {
    demo: "try",
    backends: &[Backend::Try],
};

/// What is known only where the starter is run as well.
const COMPARED: [&str; 3] = ["starter_wall", "gain", "same_output"];

pub(super) static DIRECTIVE: Directive = Directive {
    spec: DirectiveSpec {
        name: "exercise",
        about: "a program to write or to change, and what must be true of its run",
        table: &spec::EXERCISE,
    },
    read: |reader, fence| {
        let exercise = read(reader, fence).map(Box::new).map(Block::Exercise);
        reader.note_question(exercise)
    },
};

fn read(reader: &mut LessonReader<'_, '_>, fence: &Fence) -> Option<Exercise> {
    let mut fields = fields(reader, &spec::EXERCISE, fence);
    let id = fields.text("id");
    let title = fields.text("title");
    let task = fields.text("task");
    let minutes = fields.optional("minutes");
    let starter = fields.text("starter");
    let solution = fields.text("solution");
    let without_python = fields.text_if_any("without_python");
    let needs = fields.placed::<String>("needs");
    let trials = fields.at_least_one("trials");
    let compares = fields.optional("compares").unwrap_or_default();
    let explain = fields.said("explain");
    let inner = fields.tables("condition");
    fields.finish();

    let inner = inner.unwrap_or_default();
    let asked = inner.len();
    let conditions: Vec<ExerciseCondition> = inner
        .into_iter()
        .filter_map(|inner| condition(&mut reader.diagnostics, inner, compares))
        .collect();
    let needs = needs.map_or(Some(Needs::default()), |text| {
        let read = Needs::read(text.get_ref());
        conditions::report_error(&mut reader.diagnostics, &text, read)
    });
    let starter = starter.and_then(|file| program(reader, file));
    let solution = solution.and_then(|file| program(reader, file));
    if let (Some(starter), Some(solution)) = (&starter, &solution)
        && starter.get_ref() == solution.get_ref()
    {
        reader
            .diagnostics
            .error(solution.span(), "the solution is the starter itself")
            .help("give it a file of its own: \"exercises/q6_four_solution.py\"");
    }
    let id = id?;
    ids::check_question(reader, "an exercise", &id);
    reader.exercises.push(id.clone());
    reader.fallbacks.extend(without_python.clone());
    if conditions.len() != asked {
        return None;
    }
    Some(Exercise {
        id: id.into_inner(),
        title: title?.into_inner(),
        task: task?.into_inner(),
        minutes,
        starter: starter?.into_inner(),
        solution: solution?.into_inner(),
        conditions,
        needs: Needs {
            python: true,
            ..needs?
        },
        trials: trials.unwrap_or(1),
        compares,
        without_python: without_python.map(Spanned::into_inner),
        hints: Vec::new(),
        explain,
        line: reader.diagnostics.source.line(fence.head.start),
    })
}

/// A file that is a Python program of the lessons' folder.
fn program(reader: &mut LessonReader<'_, '_>, file: Spanned<String>) -> Option<Spanned<String>> {
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

fn condition<'s>(
    diagnostics: &mut Diagnostics<'s>,
    inner: InnerTable<'s>,
    compares: bool,
) -> Option<ExerciseCondition> {
    let mut fields = Fields::of(diagnostics, &spec::CONDITION, inner);
    let says = fields.text("says");
    let holds_if = fields.text("holds_if");
    let hint = fields.said("hint");
    fields.finish();
    let (says, holds_if) = (says?, holds_if?);
    let read = Condition::read(holds_if.get_ref(), &SUBJECT);
    let condition = conditions::report_error(diagnostics, &holds_if, read)?;
    if !compares && let Some(name) = compared(&condition) {
        diagnostics
            .error(
                holds_if.span(),
                format!("`{name}` is known only beside the starter"),
            )
            .help("add `compares = true` to the exercise: then the starter is run too");
    }
    Some(ExerciseCondition {
        says: says.into_inner(),
        condition,
        hint,
    })
}

/// What a condition asks that only a run of the starter can tell.
fn compared(condition: &Condition) -> Option<&'static str> {
    let asked = condition.questions();
    let mut asked = asked
        .iter()
        .filter_map(|question| match &question.quantity {
            Quantity::Observed(_, name) | Quantity::Flag(name) | Quantity::Text(name) => {
                COMPARED.into_iter().find(|known| known == name)
            }
            _ => None,
        });
    asked.next()
}

/// Looks the order-the-lines quizzes up that exercises name: they may stand below them.
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
        match suggestion(name, &orders) {
            Some(help) => diagnostic.help(help),
            None => diagnostic.help("add a quiz with `lines` to this lesson, or leave this out"),
        }
    }
}
