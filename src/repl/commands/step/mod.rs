//! `step`: schedules of the model by hand, replayed, or all at once.

mod documents;

use std::sync::Arc;

use anyhow::Result;

use super::lessons;
use crate::{
    record::Value,
    render::FormatReader,
    repl::{
        language::{command_error::CommandError, shared_command::StepArgs},
        session::Session,
        settings::Settings,
    },
    report::{Document, Table},
    schedule::{MachineState, SCENARIOS, Schedule, ScheduleTask, explore, find_scenario},
    text::describe_unknown,
    tutor::ScheduleStepper,
};
use documents::{ScheduleSearch, ScheduleTrace};

/// `step [SCENARIO]`.
pub fn step_command(session: &mut Session, asked: &StepArgs, settings: &Settings) -> Result<()> {
    let Some(name) = &asked.scenario else {
        return list_scenarios(session, settings);
    };
    let task = find_task(name)?;
    if asked.find {
        return search_schedules(session, &task, settings);
    }
    if !asked.schedule.is_empty() {
        return replay_schedule(session, &task, &asked.schedule.join(" "), settings);
    }
    let is_own = settings.format == session.settings.format;
    if !is_own || settings.format.reader() == FormatReader::Program {
        let format = settings.format;
        let message = format!("`--format {format}` takes `--schedule` or `--find`");
        return Err(CommandError::usage(message).into());
    }
    let stepper = ScheduleStepper::new(&Arc::new(task), false);
    lessons::on_page(session, |page| stepper.draw_start(page))?;
    session.review = None;
    session.stepper = Some(stepper);
    Ok(())
}

/// Whether a line is for the stepper.
pub fn is_key(session: &Session, line: &str) -> bool {
    let stepper = session.stepper.as_ref();
    stepper.is_some_and(|stepper| line.trim() == "q" || stepper.is_key(line))
}

/// Passes a line to the stepper.
pub fn press_key(session: &mut Session, line: &str) -> Result<()> {
    let Some(mut stepper) = session.stepper.take() else {
        return Ok(());
    };
    if line.trim() == "q" {
        lessons::on_page(session, |page| stepper.draw_end(page))?;
        return Ok(());
    }
    let drawn = lessons::on_page(session, |page| stepper.press_key(line, page));
    session.stepper = Some(stepper);
    drawn?;
    Ok(())
}

/// `solution`: shows the shortest schedule that meets the goal.
pub fn show_solution(session: &mut Session) -> Result<()> {
    let solution = session
        .stepper
        .as_ref()
        .map(ScheduleStepper::describe_solution);
    lessons::on_page(session, |page| {
        page.draw_markdown(&solution.unwrap_or_default())
    })?;
    Ok(())
}

fn find_task(name: &str) -> Result<ScheduleTask, CommandError> {
    let scenario = find_scenario(name).ok_or_else(|| {
        let names = SCENARIOS.each_ref().map(|scenario| scenario.name);
        CommandError::usage(describe_unknown("scenario", name, &names))
    })?;
    let task = scenario.build_task();
    task.map_err(|error| CommandError::failed(error.to_string()))
}

fn list_scenarios(session: &mut Session, settings: &Settings) -> Result<()> {
    let mut table = Table::new("Scenarios of the model", &["scenario", "what happens"]);
    for scenario in &SCENARIOS {
        table.add_row([scenario.name, scenario.summary].map(Value::text));
    }
    table.add_note("`step race` begins the first.");
    session.screen.write_tables(&[table], settings.format)?;
    Ok(())
}

/// `step SCENARIO --schedule …`.
fn replay_schedule(
    session: &mut Session,
    task: &ScheduleTask,
    words: &str,
    settings: &Settings,
) -> Result<()> {
    let usage = |error: &dyn std::error::Error| CommandError::usage(error.to_string());
    let schedule: Schedule = words.parse().map_err(|error| usage(&error))?;
    let trace = ScheduleTrace::build(task, &schedule).map_err(|error| usage(&error))?;
    let document = Document {
        data: Some(&trace),
        ..Document::from_tables(vec![trace.to_table(task)])
    };
    session.screen.write_document(&document, settings.format)?;
    Ok(())
}

/// `step SCENARIO --find`.
fn search_schedules(session: &mut Session, task: &ScheduleTask, settings: &Settings) -> Result<()> {
    let found = explore(
        &task.program,
        &MachineState::initial(&task.program),
        task.goal,
    )?;
    let search = ScheduleSearch::new(task, &found);
    let document = Document {
        data: Some(&search),
        ..Document::from_tables(vec![search.to_table(task)])
    };
    session.screen.write_document(&document, settings.format)?;
    Ok(())
}
