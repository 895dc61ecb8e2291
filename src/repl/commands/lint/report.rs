//! The problems of lessons, as authors and programs read them.

use crate::{
    lesson::{Diagnostic, Severity},
    record::Value,
    report::Table,
    text::format_count,
};

/// Each problem with its place, as compilers print it, and the number of problems.
pub fn list_diagnostics(problems: &[Diagnostic]) -> String {
    if problems.is_empty() {
        return "no problems\n".to_owned();
    }
    let mut lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("{problem}\n"))
        .collect();
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    let warnings = problems.len() - errors;
    lines.push(format!(
        "{}, {}\n",
        format_count(errors, "error", "errors"),
        format_count(warnings, "warning", "warnings")
    ));
    lines.join("\n")
}

/// A row for each problem.
pub fn diagnostics_table(problems: &[Diagnostic]) -> Table {
    let headings = ["file", "line", "column", "severity", "problem", "help"];
    let mut table = Table::new("Problems of the lessons", &headings);
    for problem in problems {
        table.add_row([
            Value::text(&problem.path),
            Value::count(problem.line),
            Value::count(problem.column),
            Value::text(problem.severity.to_string()),
            Value::text(&problem.message),
            problem.help.clone().map_or(Value::Nothing, Value::Text),
        ]);
    }
    table
}
