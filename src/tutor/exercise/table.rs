//! A check as tables, and as JSON for other programs.

use serde::Serialize;

use crate::{
    lesson::Exercise,
    record::{Backend, Recording, Value, metrics::Metric},
    report::{Table, stats},
};

use super::finding::{CheckResult, ExerciseState, RequirementFinding};

/// Version of the JSON object that a check renders to.
pub const CHECK_SCHEMA: &str = "forklore.check/1";

/// Each requirement with its state and the measurement.
pub fn findings_table(exercise: &Exercise, checked: &CheckResult) -> Table {
    let title = format!("Exercise {}: {}", exercise.id, exercise.title);
    let mut table = Table::new(title, &["state", "condition", "measured"]);
    for finding in &checked.findings {
        let standing = finding.standing;
        table.add_row([
            Value::text(format!("{} {standing}", standing.mark())),
            Value::text(&finding.says),
            Value::text(&finding.measured),
        ]);
    }
    table
}

/// The starter and the learner's program side by side, if the exercise compares them.
pub fn difference_table(exercise: &Exercise, checked: &CheckResult) -> Option<Table> {
    let starters: Option<Vec<&Recording>> = checked
        .rounds
        .iter()
        .map(|round| round.starter.as_ref())
        .collect();
    let starters = starters.filter(|starters| !starters.is_empty())?;
    let yours: Vec<&Recording> = checked.rounds.iter().map(|round| &round.program).collect();
    let title = format!("{}, before and after", exercise.title);
    let mut table = Table::new(title, &["program", "wall", "cores used", "processor time"]);
    for (name, recordings) in [("the starter", &starters), ("yours", &yours)] {
        let median = |metric: Metric, kind: fn(f64) -> Value| {
            let of_run = |one: &&Recording| metric.values(one.run(), Backend::Try);
            let values: Vec<f64> = recordings.iter().flat_map(of_run).collect();
            stats::median(&values).map_or(Value::Nothing, kind)
        };
        table.add_row([
            Value::text(name),
            median(Metric::Total, Value::Seconds),
            median(Metric::CoresUsed, Value::Ratio),
            median(Metric::Cpu, Value::Seconds),
        ]);
    }
    let runs = checked.rounds.len();
    table.add_note(match runs {
        1 => "One run of each.".to_owned(),
        runs => format!("Medians of {runs} runs of each, in turns."),
    });
    Some(table)
}

/// A check for other programs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckReport {
    /// [`CHECK_SCHEMA`].
    pub schema: &'static str,
    /// The exercise's name.
    pub exercise: String,
    /// Its lesson.
    pub lesson: u32,
    /// Its title.
    pub title: String,
    /// The file that was checked.
    pub file: String,
    /// The Python that ran it: `3.11`.
    pub python: Option<String>,
    /// Whether it is solved.
    pub solved: bool,
    /// The state: `solved`, `not yet`, `too noisy to tell`, `cannot be shown here`.
    pub state: ExerciseState,
    /// The number of runs.
    pub runs: usize,
    /// Each requirement.
    pub conditions: Vec<RequirementFinding>,
    /// The problem of the program itself.
    pub trouble: Option<String>,
    /// What went wrong, explained: Markdown.
    pub mistake: Option<String>,
    /// Where the output differs from the starter's: Markdown.
    pub output_difference: Option<String>,
    /// The next hint.
    pub hint: Option<String>,
    /// The starter compared with the program, if the exercise compares them.
    pub difference: Option<Table>,
}

impl CheckReport {
    /// The report of a check of this file.
    pub fn new(
        (lesson, exercise): (u32, &Exercise),
        file: String,
        checked: &CheckResult,
        hint: Option<&str>,
    ) -> Self {
        let python = checked.last_run().and_then(|run| run.run().interpreter());
        let state = checked.state();
        Self {
            schema: CHECK_SCHEMA,
            exercise: exercise.id.clone(),
            lesson,
            title: exercise.title.clone(),
            file,
            python: python.map(|python| python.name.clone()),
            solved: state == ExerciseState::Solved,
            state,
            runs: checked.rounds.len(),
            conditions: checked.findings.clone(),
            trouble: checked.trouble.clone(),
            mistake: checked.mistake.clone(),
            output_difference: checked.output_difference.clone(),
            hint: hint.map(str::to_owned),
            difference: difference_table(exercise, checked),
        }
    }
}
