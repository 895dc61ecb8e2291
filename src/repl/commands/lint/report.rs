//! The problems of lessons, as authors and programs read them.

use crate::{
    lesson::{Diagnostic, Severity},
    record::Value,
    repl::session::Session,
    report::Table,
    text::format_count,
};

/// Each problem with its place, as compilers print it, and the number of problems.
pub fn show_diagnostics(session: &mut Session, problems: &[Diagnostic]) -> std::io::Result<()> {
    for problem in problems {
        session.screen.write_line(&format!("{problem}\n"))?;
    }
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    let warnings = problems.len() - errors;
    let sum = format!(
        "{}, {}",
        format_count(errors, "error", "errors"),
        format_count(warnings, "warning", "warnings")
    );
    session.screen.write_line(if problems.is_empty() {
        "no problems"
    } else {
        &sum
    })
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
