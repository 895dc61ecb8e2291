//! A demo's parts: what Forklore ran itself, and what each Python ran.
//!
//! Each part is a run of its own and has the same kinds of figures, so a report treats them alike and only adds
//! what they were measured under.

use super::Table;
use crate::record::{Backend, Interpreter, Run, RunStatus, Value};

/// The cell for rows that no Python ran.
pub(super) const NATIVE: &str = "Rust";
/// The world of threads under the model of the GIL.
pub const GIL_MODEL: &str = "GIL model";
/// The heading of the column that names the part.
pub const UNDER: &str = "under";

/// One part of a demo: its own run, or what one Python ran of it.
#[derive(Debug, Clone, Copy)]
pub struct DemoPart<'a> {
    /// The recorded run.
    pub run: Run<'a>,
}

impl<'a> DemoPart<'a> {
    /// The Python that ran it; `None` for the native part.
    pub fn interpreter(self) -> Option<&'a Interpreter> {
        self.run.interpreter()
    }

    /// What it ran under: `Rust`, `CPython 3.11`, `CPython 3.13t, no GIL`.
    pub fn environment_name(self) -> String {
        self.interpreter()
            .map_or_else(|| NATIVE.to_owned(), short_name)
    }

    /// The world of this part's workers: threads under the model of the GIL are a world of their own.
    pub fn world_of(self, backend: &str) -> String {
        if backend == Backend::GilThreads.name() {
            return GIL_MODEL.to_owned();
        }
        self.environment_name()
    }

    /// The short form: `Rust`, `3.11`, `3.13t`.
    pub fn short_label(self) -> &'a str {
        self.interpreter()
            .map_or(NATIVE, |interpreter| interpreter.name.as_str())
    }

    /// A full description of the Python that ran it: version, GIL and start method; and why its part is
    /// incomplete, if it is.
    pub fn interpreter_line(self) -> Option<String> {
        let line = describe_interpreter(self.interpreter()?);
        match (self.run.recording.run().status(), self.run.status()) {
            (RunStatus::Complete, RunStatus::Partial(why)) => {
                Some(format!("{line} Its part is incomplete: {why}."))
            }
            _ => Some(line),
        }
    }

    /// A table's title, with the Python that it belongs to.
    pub fn table_title(self, title: &str) -> String {
        match self.interpreter() {
            None => title.to_owned(),
            Some(interpreter) => format!("{}: {}", short_name(interpreter), lowercase_first(title)),
        }
    }
}

/// The parts of a demo: the native one, then one per Python, in the order in which they ran.
pub fn demo_parts<'a>(run: &Run<'a>) -> Vec<DemoPart<'a>> {
    std::iter::once(*run)
        .chain(run.python_runs())
        .map(|run| DemoPart { run })
        .collect()
}

/// A Python's name next to its figures.
pub fn short_name(interpreter: &Interpreter) -> String {
    let name = full_name(interpreter);
    match (interpreter.free_threaded, interpreter.gil) {
        (true, false) => format!("{name}, no GIL"),
        (true, true) => format!("{name}, GIL on"),
        (false, _) => name,
    }
}

/// The implementation and the name: `CPython 3.13t`, `PyPy 3.11`.
pub(super) fn full_name(interpreter: &Interpreter) -> String {
    let implementation = interpreter.implementation.as_str();
    let prefix = implementation.to_lowercase();
    let name = interpreter.name.as_str();
    // `pypy3.10` contains the implementation already.
    let name = name.strip_prefix(&prefix).unwrap_or(name);
    format!("{implementation} {name}")
}

/// One line per Python that took part: its name, whether it has a GIL, how it starts processes.
pub fn interpreter_lines(run: &Run) -> Vec<String> {
    let pythons = run.python_runs().into_iter();
    pythons
        .filter_map(|run| DemoPart { run }.interpreter_line())
        .collect()
}

/// A longer name distinguishes two otherwise equal Pythons: then the line begins with it.
fn describe_interpreter(interpreter: &Interpreter) -> String {
    let plain = interpreter.name.trim_end_matches('t');
    let plain = plain.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    if interpreter.version.starts_with(plain) {
        format!("{interpreter}.")
    } else {
        format!("{}: {interpreter}.", short_name(interpreter))
    }
}

/// Makes the first letter lower-case for use after a colon. A first word in capitals is kept.
fn lowercase_first(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(next)) if first.is_uppercase() && next.is_uppercase() => {
            title.to_owned()
        }
        (Some(first), _) => first.to_lowercase().chain(letters).collect(),
        (None, _) => String::new(),
    }
}

/// A table with rows from several parts. If a Python took part, its second column says what a row was measured
/// under; otherwise there is no such column.
pub struct TableByInterpreter {
    table: Table,
    said: bool,
}

impl TableByInterpreter {
    /// An empty table with the native part's headings.
    pub fn new(run: &Run, title: impl Into<String>, headings: &[&str]) -> Self {
        let said = !run.python_runs().is_empty();
        let mut headings = headings.to_vec();
        if said {
            headings.insert(1.min(headings.len()), UNDER);
        }
        Self {
            table: Table::new(title, &headings),
            said,
        }
    }

    /// Adds a row that was measured in this part.
    pub fn add_row(&mut self, part: DemoPart, cells: impl IntoIterator<Item = Value>) {
        let mut cells: Vec<Value> = cells.into_iter().collect();
        if self.said {
            cells.insert(1.min(cells.len()), part.environment_name().into());
        }
        self.table.add_row(cells);
    }

    /// Adds a sentence below the table.
    pub fn add_note(&mut self, text: impl Into<String>) {
        self.table.add_note(text);
    }

    /// The number of figures in a row, without the column for the part.
    pub fn column_count(&self) -> usize {
        self.table.columns.len() - usize::from(self.said)
    }

    /// The table, with a line per Python below it.
    pub fn with_interpreters(mut self, run: &Run) -> Table {
        for line in interpreter_lines(run) {
            self.table.add_note(line);
        }
        self.table
    }

    /// The table.
    pub fn into_table(self) -> Table {
        self.table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interpreter(implementation: &str, name: &str) -> Interpreter {
        Interpreter {
            implementation: implementation.to_owned(),
            name: name.to_owned(),
            gil: true,
            ..Interpreter::default()
        }
    }

    #[test]
    fn a_python_is_named_by_what_tells_it_from_the_others() {
        let with_gil = interpreter("CPython", "3.11");
        let free = Interpreter {
            free_threaded: true,
            gil: false,
            ..interpreter("CPython", "3.13t")
        };
        let free_with_gil = Interpreter {
            gil: true,
            ..free.clone()
        };
        assert_eq!(short_name(&with_gil), "CPython 3.11");
        assert_eq!(short_name(&free), "CPython 3.13t, no GIL");
        assert_eq!(short_name(&free_with_gil), "CPython 3.13t, GIL on");
        assert_eq!(short_name(&interpreter("PyPy", "pypy3.10")), "PyPy 3.10");
    }

    #[test]
    fn a_title_goes_on_after_a_name() {
        assert_eq!(lowercase_first("What it costs"), "what it costs");
        assert_eq!(lowercase_first("IPC"), "IPC");
        assert_eq!(lowercase_first("4 tasks"), "4 tasks");
        assert_eq!(lowercase_first(""), "");
    }
}
