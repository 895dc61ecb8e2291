//! A schedule by hand: the learner chooses which worker runs next, until the goal is met.

mod question;
mod words;

pub use question::{FreshQuestion, draw_fresh_question};
pub use words::{describe_next, describe_step, describe_waits};

use std::{io, sync::Arc};

use super::renderer::LessonRenderer;
use crate::{
    schedule::{
        Exploration, MachineState, Scenario, Schedule, ScheduleRun, ScheduleTask, StepError,
        explore, find_scenario,
    },
    text::{capitalize, format_count, join_words, units::group_thousands},
};

/// A task whose schedule the learner chooses.
#[derive(Debug, Clone)]
pub struct ScheduleStepper {
    task: Arc<ScheduleTask>,
    run: ScheduleRun,
    /// Whether Enter goes on with the lesson; otherwise it explains.
    in_lesson: bool,
}

impl ScheduleStepper {
    /// A task before its first step.
    pub fn new(task: &Arc<ScheduleTask>, in_lesson: bool) -> Self {
        Self {
            task: Arc::clone(task),
            run: ScheduleRun::new(Arc::clone(&task.program)),
            in_lesson,
        }
    }

    /// The task.
    pub fn task(&self) -> &ScheduleTask {
        &self.task
    }

    /// Whether a line is for it: workers, `u`, `r` or `e`.
    pub fn is_key(&self, line: &str) -> bool {
        matches!(line.trim(), "u" | "r" | "e") || parse_steps(line).is_some()
    }

    /// Does what a line asks for. What does not fit on the screen is for [`LessonRenderer::show_rest`].
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn press_key(&mut self, line: &str, page: &mut dyn LessonRenderer) -> io::Result<()> {
        page.begin_item();
        let drawn = self.answer_key(line, page);
        page.end_item(false)?;
        drawn
    }

    fn answer_key(&mut self, line: &str, page: &mut dyn LessonRenderer) -> io::Result<()> {
        match line.trim() {
            "u" => match self.run.undo() {
                Some(worker) => self.draw(
                    &format!("The last step of worker {worker} is undone."),
                    page,
                ),
                None => page.draw_markdown("This is the start: there is nothing to undo."),
            },
            "r" => {
                self.run.restart();
                self.draw("From the start again.", page)
            }
            "e" => self.draw_explanation(page),
            _ => self.run_steps(&parse_steps(line).unwrap_or_default(), page),
        }
    }

    /// Draws the task, the machine and the keys.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn draw_start(&self, page: &mut dyn LessonRenderer) -> io::Result<()> {
        self.draw(&self.list_keys(), page)
    }

    /// Draws what each worker would do next, and how many schedules still lead to the goal.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn draw_explanation(&self, page: &mut dyn LessonRenderer) -> io::Result<()> {
        self.draw(
            &format!("{}\n\n{}", self.describe_choices(), self.list_keys()),
            page,
        )
    }

    /// The next step of each worker, and the number of schedules from here, as Markdown.
    pub fn describe_choices(&self) -> String {
        let (program, state) = (self.run.program(), self.run.state());
        let mut lines: Vec<String> = program
            .workers()
            .map(|worker| format!("- {}", describe_next(program, state, worker)))
            .collect();
        if state.is_deadlock(program) {
            lines.push("- No worker can run: this is a deadlock.".to_owned());
        } else if !self.is_met()
            && !state.is_complete(program)
            && let Some(found) = self.explore_from(state)
        {
            lines.push(format!("- From here, {}.", describe_count(&found)));
        }
        lines.join("\n")
    }

    /// The shortest schedule that meets the goal, as Markdown.
    pub fn describe_solution(&self) -> String {
        let start = MachineState::initial(&self.task.program);
        let Some(found) = self.explore_from(&start) else {
            return "There are too many schedules to search.".to_owned();
        };
        match found.shortest {
            Some(shortest) => format!("The shortest schedule that meets the goal: `{shortest}`"),
            None => format!("No schedule meets the goal.\n\n{}", self.task.explanation),
        }
    }

    /// Draws the shortest schedule that meets the goal, step by step, or says that there is none.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn draw_solution(&mut self, page: &mut dyn LessonRenderer) -> io::Result<()> {
        let start = MachineState::initial(&self.task.program);
        match self.explore_from(&start).and_then(|found| found.shortest) {
            Some(shortest) => self.run_steps(&shortest, page),
            None => self.draw(&self.describe_solution(), page),
        }
    }

    fn run_steps(&mut self, schedule: &Schedule, page: &mut dyn LessonRenderer) -> io::Result<()> {
        let was_met = self.is_met();
        let mut lines = Vec::new();
        for worker in &schedule.0 {
            match self.run.step(*worker) {
                Ok(outcome) => {
                    let (program, state) = (self.run.program(), self.run.state());
                    lines.push(describe_step(program, state, *worker, outcome));
                }
                Err(error @ StepError::UnknownWorker { .. }) => {
                    return page.draw_markdown(&format!("{error}."));
                }
            }
        }
        let steps = match &lines[..] {
            [only] => format!("{only} "),
            several => format!("- {}\n\n", several.join("\n- ")),
        };
        let schedule = self.run.schedule().to_string();
        let so_far = match schedule.as_str() {
            "" => format!("{steps}No worker has run yet."),
            schedule => format!("{steps}Schedule so far: `{schedule}`"),
        };
        self.draw(&so_far, page)?;
        let state = self.run.state();
        if self.is_met() && !was_met {
            page.draw_markdown(&self.describe_success())
        } else if !self.is_met() && state.runnable_workers(self.run.program()).next().is_none() {
            page.draw_markdown(&self.describe_failure())
        } else {
            Ok(())
        }
    }

    /// The goal on top, the machine, and a text below it.
    fn draw(&self, text: &str, page: &mut dyn LessonRenderer) -> io::Result<()> {
        page.draw_markdown(&format!("**Goal (a model).** {}", self.task.task))?;
        page.draw_machine(&self.run)?;
        page.draw_markdown(text)
    }

    fn is_met(&self) -> bool {
        let program = self.run.program();
        self.run
            .states()
            .any(|state| self.task.goal.is_met(program, state))
    }

    fn explore_from(&self, state: &MachineState) -> Option<Exploration> {
        explore(&self.task.program, state, self.task.goal).ok()
    }

    fn describe_success(&self) -> String {
        let (program, state) = (self.run.program(), self.run.state());
        let schedule = self.run.schedule();
        let steps = format_count(schedule.0.len(), "step", "steps");
        let again = self.task.scenario.map_or_else(String::new, |name| {
            format!(" (again: `step {name} --schedule {schedule}`)")
        });
        let mut waits = describe_waits(program, state);
        if !waits.is_empty() {
            waits = format!(" {}.", capitalize(&waits));
        }
        format!(
            "**Goal met** in {steps}{again}.{waits}\n\n{}",
            self.describe_background()
        )
    }

    /// The end of a schedule that does not meet the goal.
    fn describe_failure(&self) -> String {
        let (program, state) = (self.run.program(), self.run.state());
        let end = if state.is_deadlock(program) {
            format!("No worker can run: {}.", describe_waits(program, state))
        } else {
            "All workers have ended.".to_owned()
        };
        let back = "The goal is not met. `u` goes back, `r` restarts.";
        match self.explore_from(&MachineState::initial(program)) {
            Some(found) if found.meeting == 0 => format!(
                "{end} The goal is not met, and no schedule meets it.\n\n{}",
                self.describe_background()
            ),
            Some(found) => {
                format!("{end} {back} {}.", capitalize(&describe_count(&found)))
            }
            None => format!("{end} {back}"),
        }
    }

    /// Why, and what to run next.
    fn describe_background(&self) -> String {
        let scenario = self.task.scenario.and_then(find_scenario);
        let real = scenario.map_or_else(String::new, |scenario| {
            format!("\n\n{}", describe_next_run(scenario))
        });
        format!("{}{real}", self.task.explanation)
    }

    /// Draws what to run next, unless that stands below the goal that was met.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn draw_end(&self, page: &mut dyn LessonRenderer) -> io::Result<()> {
        match self.task.scenario.and_then(find_scenario) {
            Some(scenario) if !self.is_met() => page.draw_markdown(&describe_next_run(scenario)),
            _ => Ok(()),
        }
    }

    fn list_keys(&self) -> String {
        let workers = self.run.program().workers();
        let workers: Vec<String> = workers.map(|worker| format!("`{worker}`")).collect();
        let workers: Vec<&str> = workers.iter().map(String::as_str).collect();
        let workers = join_words(&workers, "or");
        let rest = if self.in_lesson {
            "`e` explains, Enter goes on with the lesson."
        } else {
            "Enter explains, `q` leaves."
        };
        format!("Type {workers} for a step of that worker, `u` to go back, `r` to restart; {rest}")
    }
}

/// Where real workers do it, and the next scenario.
fn describe_next_run(scenario: &Scenario) -> String {
    let (command, next) = (scenario.real_command, scenario.next);
    format!("This was a model. Next: `{command}` with real workers, or `step {next}`.")
}

/// How many of the schedules meet the goal.
fn describe_count(found: &Exploration) -> String {
    let (meeting, complete) = (found.meeting, group_thousands(&found.complete.to_string()));
    match (meeting, found.complete) {
        (0, 1) => "the only schedule does not meet the goal".to_owned(),
        (_, 1) => "the only schedule meets the goal".to_owned(),
        (0, _) => format!("none of {complete} schedules meets the goal"),
        (1, _) => format!("1 of {complete} schedules meets the goal"),
        _ => format!(
            "{} of {complete} schedules meet the goal",
            group_thousands(&meeting.to_string())
        ),
    }
}

/// The workers of a line that names at least one.
fn parse_steps(line: &str) -> Option<Schedule> {
    let schedule = line.trim().parse::<Schedule>().ok();
    schedule.filter(|schedule| !schedule.0.is_empty())
}
