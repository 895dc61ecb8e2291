//! Describes the observations of a program to its author.

use crate::{
    claim::{
        AggregateKind, AnswerValues, Condition, ConditionQuestion, Evidence, MeasuredFigure,
        MeasuredQuantity, Needs,
    },
    record::{Backend, Recording, Value, WorkerKind, metrics::Metric},
    text::{capitalize, keep_distinct},
};

use super::{check::timed_out, evidence::ProgramEvidence};

/// This many last lines of the error stream are quoted.
const LAST_LINES: usize = 6;

/// The maximum number of different lines that are quoted, and of characters of each.
const MOST_QUOTED: usize = 3;
const LONGEST_QUOTE: usize = 60;

/// Compares the condition's figures with the observed ones: one sentence per figure.
pub fn describe_evidence(
    condition: &Condition,
    figures: &[MeasuredFigure],
    tried: &ProgramEvidence<'_>,
) -> String {
    let questions = condition.questions().into_iter();
    let sentences = questions.map(|question| describe_question(question, figures, tried));
    keep_distinct(sentences).join(" ")
}

fn describe_question(
    question: &ConditionQuestion,
    figures: &[MeasuredFigure],
    tried: &ProgramEvidence<'_>,
) -> String {
    let figure = figures.iter().find(|figure| figure.name == question.text);
    let number = figure.map(MeasuredFigure::format_with_range);
    let text = match (&question.quantity, number) {
        _ if tried.has_none_of(kind_name(question)) => {
            format!("no {} was started", kind_of(question, true))
        }
        (MeasuredQuantity::Observed(pick, name), Some(number)) => {
            describe_observation(*pick, name, question, &number)
        }
        (MeasuredQuantity::Metric(Metric::CoresUsed), Some(number)) => {
            format!("{number} cores used")
        }
        (MeasuredQuantity::Metric(Metric::Total | Metric::Work), Some(number)) => {
            format!("it took {number}")
        }
        (MeasuredQuantity::Metric(Metric::Cpu), Some(number)) => {
            format!("{number} of processor time")
        }
        (MeasuredQuantity::Flag(name), _) => {
            describe_flag(name, question, answer_truths(question, tried).as_deref())
        }
        (MeasuredQuantity::Text(name), _) => {
            describe_texts(name, question, &answer_texts(question, tried))
        }
        (_, Some(number)) => format!("{}: {number}", name_question(question)),
        (MeasuredQuantity::Observed(_, name), None) if name == "gain" => {
            "it failed, so its time is not compared with the starter's".to_owned()
        }
        (_, None) => format!("nothing of the kind: {}", name_question(question)),
    };
    let ends = [".”", "!”", "?”"];
    let is_ended = ends.iter().any(|end| text.ends_with(end));
    let stop = if is_ended { "" } else { "." };
    format!("{}{stop}", capitalize(&text))
}

fn describe_observation(
    pick: AggregateKind,
    name: &str,
    question: &ConditionQuestion,
    number: &str,
) -> String {
    use AggregateKind::{Count, Distinct, Least, Most, Sum};
    let is_one = number == "1";
    let whose = kind_suffix(question);
    let of = |one, many| String::from(if is_one { one } else { many });
    match (pick, name) {
        (Count | Distinct, "process") => {
            format!("{number} {}", kind_of(question, is_one))
        }
        (Distinct, "pid") => {
            let pids = of("PID", "different PIDs");
            format!("{number} {pids} among {}", kind_of(question, false))
        }
        (Count, "thread") => {
            format!("{number} {}", of("thread started", "threads started"))
        }
        (Count, "line") => {
            format!("{number} {}{}", of("line", "lines"), name_output(question))
        }
        (Distinct, "line") => {
            let lines = of("distinct line", "different lines");
            format!("{number} {lines}{}", name_output(question))
        }
        (Least, "lines") => format!("the fewest lines that one of them printed: {number}"),
        (Most, "lines") => format!("the most lines that one of them printed: {number}"),
        (_, "exitcode") => match kind_name(question) {
            Some("main") => format!("the program ended with exit code {number}"),
            _ => format!("{}{whose}: {number}", name_aggregate(pick, "exit code"))
                .replace("greatest", "highest")
                .replace("least", "lowest"),
        },
        (_, "outlived") => format!(
            "{number} {} lived on after the program's end",
            of("process", "processes")
        ),
        (_, "run_in_parent") => format!(
            "run() was called {number} {} in place of start()",
            of("time", "times")
        ),
        (_, "at_once") => format!("at most {number} {} at once", kind_of(question, is_one)),
        (_, "pools") => format!("{number} {}", of("pool made", "pools made")),
        (Most, "tasks") => format!(
            "the busiest pool worker did {number} {}",
            of("task", "tasks")
        ),
        (Least, "tasks") => format!(
            "the idlest pool worker did {number} {}",
            of("task", "tasks")
        ),
        (Sum, "tasks") => {
            format!("{number} {} done by pool workers", of("task", "tasks"))
        }
        (_, "gain") => format!("{number} times as fast as the starter"),
        (_, "starter_wall") => format!("the starter took {number}"),
        (_, "wall") => format!("it took {number}"),
        (_, "cpu") => format!("{number} of processor time"),
        (Count, "advice") => format!("{number} {} of advice", of("piece", "pieces")),
        _ => format!("{}: {number}", name_question(question)),
    }
}

fn describe_flag(name: &str, question: &ConditionQuestion, truths: Option<&[bool]>) -> String {
    let Some(truths) = truths else {
        return match name {
            "joined" | "started_before_join" => "no process was started".to_owned(),
            _ => format!("nothing of the kind: {}", name_question(question)),
        };
    };
    let yes = truths.iter().filter(|truth| **truth).count();
    let all = yes == truths.len();
    match name {
        "joined" if all && yes == 1 => "the process was joined".to_owned(),
        "joined" if all => format!("all {yes} processes were joined"),
        "joined" => format!("{yes} of {} processes joined", truths.len()),
        "started_before_join" if all => "all were started before the first join".to_owned(),
        "started_before_join" => "the first was joined before the last was started".to_owned(),
        "same_output" if all => "it prints what the starter prints".to_owned(),
        "same_output" => "its output differs from the starter's".to_owned(),
        "timed_out" if yes > 0 => "it did not end in time".to_owned(),
        "timed_out" => "it ended in time".to_owned(),
        _ => format!(
            "{}: {}",
            name_question(question),
            if all { "yes" } else { "no" }
        ),
    }
}

fn describe_texts(name: &str, question: &ConditionQuestion, texts: &[String]) -> String {
    let different = keep_distinct(texts.iter().map(String::as_str));
    let listed = different.join(", ");
    match (name, &different[..]) {
        ("last_by", []) => "nothing was printed".to_owned(),
        ("line", []) => match kind_name(question) {
            Some(_) => format!("{} printed nothing", kind_of(question, false)),
            None => "nothing was printed".to_owned(),
        },
        ("start_method", []) => "no process was started".to_owned(),
        ("line", lines) => match kind_name(question) {
            Some(_) => format!(
                "{} printed {}",
                kind_of(question, false),
                quote_lines(lines)
            ),
            None => format!("printed: {}", quote_lines(lines)),
        },
        (_, []) => format!("nothing of the kind: {}", name_question(question)),
        ("last_by", ["main"]) => "the main process printed the last line".to_owned(),
        ("last_by", _) => format!("the last line came from: {listed}"),
        ("start_method", _) => format!("start method: {listed}"),
        _ => format!("{}: {listed}", name_question(question)),
    }
}

/// The first few lines in quotes, and the number of further ones.
fn quote_lines(lines: &[&str]) -> String {
    let first = lines.iter().take(MOST_QUOTED);
    let first: Vec<String> = first
        .map(|line| format!("“{}”", shorten_line(line)))
        .collect();
    let more = lines.len().saturating_sub(MOST_QUOTED);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{more}", first.join(", "))
}

fn shorten_line(line: &str) -> String {
    if line.chars().count() <= LONGEST_QUOTE {
        return line.to_owned();
    }
    let start: String = line.chars().take(LONGEST_QUOTE).collect();
    format!("{start}…")
}

/// `busy (kind: child)`, for questions without a text of their own.
fn name_question(question: &ConditionQuestion) -> String {
    let name = match &question.quantity {
        MeasuredQuantity::Observed(pick, name) => name_aggregate(*pick, &name.replace('_', " ")),
        MeasuredQuantity::Flag(name) | MeasuredQuantity::Text(name) => name.replace('_', " "),
        _ => question.text.clone(),
    };
    question.add_labels(name)
}

fn name_aggregate(pick: AggregateKind, name: &str) -> String {
    match pick {
        AggregateKind::Median => name.to_owned(),
        AggregateKind::P95 => format!("95th percentile of {name}"),
        AggregateKind::Least => format!("least {name}"),
        AggregateKind::Most => format!("greatest {name}"),
        AggregateKind::Sum => format!("sum of {name}"),
        AggregateKind::Count => format!("number of {name}"),
        AggregateKind::Distinct => format!("different values of {name}"),
    }
}

fn name_output(question: &ConditionQuestion) -> String {
    let errors = question.label("stream") == Some("err");
    let to = if errors { " on the error stream" } else { "" };
    match kind_name(question) {
        None => format!("{to} printed"),
        Some(_) => format!("{to} printed by {}", kind_of(question, false)),
    }
}

fn kind_suffix(question: &ConditionQuestion) -> String {
    match kind_name(question) {
        None => String::new(),
        Some(_) => format!(" of {}", kind_of(question, false)),
    }
}

fn kind_name(question: &ConditionQuestion) -> Option<&str> {
    question.label("kind")
}

/// The processes in a question: `child process`, `pool workers`.
fn kind_of(question: &ConditionQuestion, is_one: bool) -> String {
    let (one, many) = match kind_name(question) {
        Some("main") => ("main process", "the main process"),
        Some("child") => ("child process", "child processes"),
        Some("pool") => ("pool worker", "pool workers"),
        Some("helper") => ("helper process", "helper processes"),
        Some("fork") => ("child of `os.fork`", "children of `os.fork`"),
        Some("program") => ("other program", "other programs"),
        _ => ("process", "processes"),
    };
    let named = question.label("name");
    let named = named.map(|name| format!(" called {name}"));
    format!(
        "{}{}",
        if is_one { one } else { many },
        named.unwrap_or_default()
    )
}

fn answer_truths(question: &ConditionQuestion, tried: &ProgramEvidence<'_>) -> Option<Vec<bool>> {
    match tried
        .answer_question(question, &Needs::default())
        .ok()?
        .values
    {
        AnswerValues::Truths(truths) => Some(truths),
        _ => None,
    }
}

fn answer_texts(question: &ConditionQuestion, tried: &ProgramEvidence<'_>) -> Vec<String> {
    let answer = tried.answer_question(question, &Needs::default());
    match answer.map(|answer| answer.values) {
        Ok(AnswerValues::Texts(texts)) => texts,
        _ => Vec::new(),
    }
}

/// The problem of the program itself, with its last lines: it hung, or it ended with an error.
pub fn describe_trouble(recording: &Recording) -> Option<String> {
    let run = recording.run();
    let workers = run.workers(Backend::Try);
    let main = workers
        .iter()
        .find(|worker| worker.kind == WorkerKind::Main);
    let code = main.and_then(|main| main.exitcode);
    let what = match code {
        _ if timed_out(recording) => "The program did not end in time, and was ended.".to_owned(),
        Some(0) | None => return None,
        Some(code) if code < 0 => format!("The program was ended by signal {}.", -code),
        Some(code) => format!("The program ended with exit code {code}."),
    };
    Some(with_last_errors(&what, recording, &[]))
}

/// The exception of a child process whose program ended well.
pub fn describe_child_trouble(recording: &Recording) -> Option<String> {
    let run = recording.run();
    let is_error = |code: &Value| !matches!(code, Value::Count(0));
    let failed = run.observations("exitcode").into_iter().find(|seen| {
        let pid = seen.labels.get("pid").unwrap_or_default();
        let printed = error_lines(recording, &[("pid", pid)]);
        is_error(seen.value)
            && seen.has_labels(&[("kind", "child")])
            && printed.iter().any(|line| line.starts_with("Traceback "))
    })?;
    let label = |key: &str| failed.labels.get(key).unwrap_or_default();
    let what = match failed.value {
        Value::Count(code) => format!("{} ended with exit code {code}.", label("name")),
        _ => format!("{} failed.", label("name")),
    };
    Some(with_last_errors(&what, recording, &[("pid", label("pid"))]))
}

/// A sentence, and below it the last lines of the error output with these labels.
fn with_last_errors(what: &str, recording: &Recording, labels: &[(&str, &str)]) -> String {
    let errors = without_library(&error_lines(recording, labels));
    let last = &errors[errors.len().saturating_sub(LAST_LINES)..];
    if last.is_empty() {
        return what.to_owned();
    }
    format!(
        "{what} The last lines of its error output:\n{}",
        last.join("\n")
    )
}

fn error_lines<'r>(recording: &'r Recording, labels: &[(&str, &str)]) -> Vec<&'r str> {
    let errors = recording.run().observations("line").into_iter();
    errors
        .filter(|line| line.has_labels(&[("stream", "err")]) && line.has_labels(labels))
        .filter_map(|line| match line.value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

/// A traceback without the frames of Python's own library.
fn without_library<'l>(lines: &[&'l str]) -> Vec<&'l str> {
    let is_frame = |line: &str| line.starts_with("  File ");
    let mut in_library = false;
    let mut kept = Vec::new();
    for line in lines {
        if is_frame(line) {
            in_library = line.contains("/lib/python") || line.contains("/lib/pypy");
        } else if !line.starts_with("    ") {
            in_library = false;
        }
        if !in_library {
            kept.push(*line);
        }
    }
    kept
}
