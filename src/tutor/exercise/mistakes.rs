//! Explains what went wrong in a learner's program: its errors, and output that differs.

use std::collections::BTreeMap;

use crate::{
    observe,
    record::{Recording, Value},
    report::AdviceItem,
};

use super::{super::show::escape_markdown, check::CheckRound, merge::printed_lines};

/// Advice that does not explain a wrong result: it is about programs that work, or about an error that is shown itself.
const NOT_EXPLAINING: [&str; 9] = [
    "child-failed",
    "start-without-join",
    "joined-too-early",
    "outlived-parent",
    "threads-with-gil",
    "pool-slower-than-serial",
    "apply-one-at-a-time",
    "one-at-a-time",
    "pool-never-closed",
];

/// How many lines of a difference are shown for each side, and how long they may be.
const MOST_LINES: usize = 3;
const LONGEST_LINE: usize = 60;

/// The lines with which Python calls the target of a process or a thread, and takes its arguments.
const TARGET_CALL: &str = "self._target(*self._args, **self._kwargs)";
const TAKES_ARGUMENTS: &str = "self._args = tuple(args)";

/// An exception that a process reported on its error stream.
struct ReportedError<'r> {
    /// The last part of its name: `PicklingError`.
    name: &'r str,
    message: &'r str,
    /// The lines before it: its traceback, and what was printed before.
    before: Vec<&'r str>,
}

/// What went wrong, as Markdown: an error that is explained, or the advice for this run.
pub fn explain_mistake(recording: &Recording) -> Option<String> {
    let errors = reported_errors(recording);
    let explained = errors.iter().find_map(explain_error);
    explained.or_else(|| {
        let advice = observe::collect_advice(&recording.run()).into_iter();
        let mut explaining = advice.filter(|item| !NOT_EXPLAINING.contains(&item.id.as_str()));
        let AdviceItem { says, because, .. } = explaining.next()?;
        let because = because.trim_end_matches('.');
        Some(format!("{}. {says}", escape_markdown(because)))
    })
}

/// The last exception of each process.
fn reported_errors(recording: &Recording) -> Vec<ReportedError<'_>> {
    let mut by_process: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in recording.run().observations("line") {
        if let Value::Text(text) = line.value
            && line.has_labels(&[("stream", "err")])
        {
            let pid = line.labels.get("pid").unwrap_or_default();
            by_process.entry(pid).or_default().push(text);
        }
    }
    let processes = by_process.into_values();
    processes.filter_map(|lines| last_error(&lines)).collect()
}

/// The last line that names an exception: `_pickle.PicklingError: Can't pickle …`.
fn last_error<'r>(lines: &[&'r str]) -> Option<ReportedError<'r>> {
    lines.iter().enumerate().rev().find_map(|(at, line)| {
        let (path, message) = line.split_once(": ")?;
        let name = path.rsplit('.').next()?;
        let is_path = path
            .chars()
            .all(|c| c.is_alphanumeric() || "._".contains(c));
        (is_path && name.ends_with("Error")).then(|| ReportedError {
            name,
            message: message.trim(),
            before: lines[..at].to_vec(),
        })
    })
}

fn explain_error(error: &ReportedError<'_>) -> Option<String> {
    // Python 3.11 and later mark the part of the line.
    let is_marks = |line: &&str| line.trim().chars().all(|c| c == '^' || c == '~');
    let last = error.before.iter().map(|line| line.trim());
    let last = last.rev().find(|line| !is_marks(line)).unwrap_or_default();
    let message = error.message;
    match error.name {
        "SyntaxError" | "IndentationError" | "TabError" => Some(explain_syntax(error)),
        "TypeError" if last == TAKES_ARGUMENTS || message.contains("argument after * must be") => {
            Some(with_own_line(
                error,
                "`args` must be a tuple. `args=(1)` is the number 1 in brackets; the comma makes it a tuple: \
                 `args=(1,)`.",
            ))
        }
        "TypeError" if last == TARGET_CALL => explain_target_call(message),
        "TypeError" if message.contains("required positional argument") && is_from_pool(error) => {
            Some(format!(
                "`{message}`: `map` passes one argument to the function. `starmap` takes tuples, and passes each of \
                 their values as an argument."
            ))
        }
        _ => None,
    }
}

/// An error in the call of a target.
fn explain_target_call(message: &str) -> Option<String> {
    if message.ends_with("object is not callable") {
        return Some(
            "`target` must be the function itself. `target=f(x)` calls `f` at once, in the parent, and passes on what \
             it returns. Write `target=f, args=(x,)`."
                .to_owned(),
        );
    }
    let is_count = message.contains("positional argument") || message.contains("keyword argument");
    is_count.then(|| {
        format!(
            "`{message}`: `args` is a tuple with one value for each argument of the target. For a single one, write \
             `args=(value,)`; without the comma, a text is taken apart into its letters."
        )
    })
}

fn is_from_pool(error: &ReportedError<'_>) -> bool {
    let mut lines = error.before.iter();
    lines.any(|line| line.contains("multiprocessing") && line.contains("pool.py"))
}

/// The line that Python cannot read, and the reason.
fn explain_syntax(error: &ReportedError<'_>) -> String {
    let mut frames = error.before.iter().enumerate().rev();
    let place = frames.find_map(|(at, line)| Some((at, frame_line(line)?)));
    let reason = error.message;
    match place {
        Some((at, number)) => {
            let text = error.before.get(at + 1).map_or("", |line| line.trim());
            format!("Python can't read line {number}: {reason}.\n\n```python\n{text}\n```")
        }
        None => format!("Python can't read the program: {reason}."),
    }
}

/// The text with the learner's line below it that led to the error.
fn with_own_line(error: &ReportedError<'_>, text: &str) -> String {
    let lines = error.before.iter().enumerate().rev();
    let mut own = lines.filter(|(_, line)| frame_line(line).is_some() && !is_library(line));
    let code =
        own.find_map(|(at, line)| Some((frame_line(line)?, error.before.get(at + 1)?.trim())));
    match code {
        Some((number, code)) => format!("{text} Line {number} is\n\n```python\n{code}\n```"),
        None => text.to_owned(),
    }
}

/// The line number of `  File "my.py", line 3, in f`.
fn frame_line(line: &str) -> Option<u32> {
    let (_, rest) = line
        .trim_start()
        .strip_prefix("File ")?
        .split_once(", line ")?;
    let digits = rest.split(',').next()?;
    digits.trim().parse().ok()
}

/// Whether a frame is one of Python's own library.
fn is_library(line: &str) -> bool {
    ["multiprocessing", "threading.py", "concurrent"]
        .iter()
        .any(|part| line.contains(part))
}

/// Where the program's output differs from the starter's, as Markdown; `None` if it does not.
pub fn describe_output_difference(rounds: &[CheckRound]) -> Option<String> {
    let differences = rounds.iter().filter_map(|round| {
        let starter = printed_lines(round.starter.as_ref()?);
        diff_lines(&starter, &printed_lines(&round.program))
    });
    differences.into_iter().next()
}

fn diff_lines(starter: &[&str], yours: &[&str]) -> Option<String> {
    let (missing, extra) = (lines_without(starter, yours), lines_without(yours, starter));
    if missing.is_empty() && extra.is_empty() {
        let differs = starter
            .iter()
            .zip(yours)
            .position(|(one, other)| one != other)?;
        return Some(format!(
            "The lines are the same, but in another order, from line {} on:\n\n```text\n- {}\n+ {}\n```",
            differs + 1,
            shorten(starter[differs]),
            shorten(yours[differs]),
        ));
    }
    let mut shown = Vec::new();
    for (mark, lines) in [('-', missing), ('+', extra)] {
        let first = lines.iter().take(MOST_LINES);
        shown.extend(first.map(|line| format!("{mark} {}", shorten(line))));
        if lines.len() > MOST_LINES {
            shown.push(format!("{mark} … and {} more", lines.len() - MOST_LINES));
        }
    }
    Some(format!(
        "The output differs: `-` lines are missing, `+` lines are not in the starter's output.\n\n```text\n{}\n```",
        shown.join("\n")
    ))
}

/// The lines of one output that another does not have, as often as they are there.
fn lines_without<'l>(lines: &[&'l str], other: &[&str]) -> Vec<&'l str> {
    let mut left = other.to_vec();
    let mut without = Vec::new();
    for line in lines {
        match left.iter().position(|known| known == line) {
            Some(at) => drop(left.swap_remove(at)),
            None => without.push(*line),
        }
    }
    without
}

fn shorten(line: &str) -> String {
    if line.chars().count() <= LONGEST_LINE {
        return line.to_owned();
    }
    let start: String = line.chars().take(LONGEST_LINE).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(text: &str) -> Option<String> {
        let lines: Vec<&str> = text.lines().collect();
        explain_error(&last_error(&lines)?)
    }

    #[test]
    fn a_syntax_error_names_its_line_and_its_text() {
        let said = explained(
            "  File \"q6_four.py\", line 2\n    def tell(n)\n               ^\nSyntaxError: expected ':'",
        );
        assert_eq!(
            said.as_deref(),
            Some("Python can't read line 2: expected ':'.\n\n```python\ndef tell(n)\n```")
        );
    }

    #[test]
    fn arguments_that_are_no_tuple_are_explained_with_the_line() {
        let said = explained(
            "Traceback (most recent call last):\n  File \"/home/ada/q6.py\", line 7, in <module>\n    \
             p = Process(target=tell, args=(1))\n  File \"/usr/lib/python3.11/multiprocessing/process.py\", line 91, \
             in __init__\n    self._args = tuple(args)\n                 ^^^^^^^^^^^\nTypeError: 'int' object is not \
             iterable",
        );
        let said = said.expect("explained");
        assert!(
            said.contains("`args=(1,)`") && said.contains("Line 7 is"),
            "{said}"
        );
        assert!(
            said.contains("p = Process(target=tell, args=(1))"),
            "{said}"
        );
        let of_thread = explained(
            "  File \"t.py\", line 1, in run\n    self._target(*self._args, **self._kwargs)\nTypeError: \
             __main__.f() argument after * must be an iterable, not int",
        );
        assert!(of_thread.expect("explained").contains("`args=(1,)`"));
    }

    #[test]
    fn a_target_that_cannot_be_called_so_is_explained() {
        let call = |message: &str| {
            explained(&format!(
                "  File \"process.py\", line 108, in run\n    {TARGET_CALL}\nTypeError: {message}"
            ))
        };
        let too_many = call("tell() takes 1 positional argument but 3 were given");
        assert!(
            too_many
                .expect("explained")
                .contains("taken apart into its letters")
        );
        let missing = call("tell() missing 1 required positional argument: 'n'");
        assert!(missing.expect("explained").contains("`args=(value,)`"));
        let result = call("'int' object is not callable");
        assert!(result.expect("explained").contains("`target=f, args=(x,)`"));
        // The target's own errors are in its traceback.
        let own = explained(&format!(
            "    {TARGET_CALL}\n  File \"q6.py\", line 4, in tell\n    add(1)\nTypeError: add() missing 1 required \
             positional argument: 'b'"
        ));
        assert_eq!(own, None);
    }

    #[test]
    fn output_that_differs_is_a_short_difference() {
        let starter = ["one", "two", "three", "two"];
        assert_eq!(diff_lines(&starter, &starter), None);
        let said = diff_lines(&starter, &["one", "two", "tree"]).expect("differs");
        assert!(
            said.ends_with("```text\n- three\n- two\n+ tree\n```"),
            "{said}"
        );
        let said = diff_lines(&["one", "two"], &["two", "one"]).expect("differs");
        assert!(said.contains("another order, from line 1 on"), "{said}");
        let many: Vec<String> = (0..9).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(
            diff_lines(&many, &[])
                .expect("differs")
                .contains("- … and 6 more")
        );
    }
}
