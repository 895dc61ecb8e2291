//! A task with processes and threads by hand: what is still to be done, and the demonstration of it.

use std::{io, sync::Arc};

use super::{
    exercise::meets_condition,
    renderer::{LessonPorts, LessonRenderer},
    runner::BenchDemonstration,
};
use crate::{lesson::BenchTask, record::Recording};

/// A task, and which of its conditions are met.
#[derive(Debug, Clone)]
pub struct BenchProgress {
    task: Arc<BenchTask>,
    met: Vec<bool>,
    /// How much of the bench's history is from before the task.
    since: Option<usize>,
}

impl BenchProgress {
    /// A task before anything was done.
    pub fn new(task: &Arc<BenchTask>) -> Self {
        Self {
            task: Arc::clone(task),
            met: vec![false; task.conditions.len()],
            since: None,
        }
    }

    /// The same, drawn for the learner who is to do it.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn begin(task: &Arc<BenchTask>, page: &mut dyn LessonRenderer) -> io::Result<Self> {
        let progress = Self::new(task);
        progress.draw_start(page)?;
        Ok(progress)
    }

    /// Whether something was done for it.
    pub fn has_begun(&self) -> bool {
        self.since.is_some()
    }

    /// The beginning of the task in the bench's history: `now`, if nothing was done for it before.
    pub fn begin_at(&mut self, now: usize) -> usize {
        *self.since.get_or_insert(now)
    }

    /// Whether all conditions are met.
    pub fn is_done(&self) -> bool {
        self.met.iter().all(|met| *met)
    }

    /// Draws the task and its conditions.
    fn draw_start(&self, page: &mut dyn LessonRenderer) -> io::Result<()> {
        page.draw_markdown(&format!(
            "**Try it (real workers).** {}\n\n{}\n\nType the commands at this prompt; `hint` and `solution` help, Enter \
             goes on with the lesson.",
            self.task.task,
            self.list_conditions()
        ))
    }

    /// Judges what was done since the beginning. Draws what is met now and was not before.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn check(&mut self, done: &Recording, page: &mut dyn LessonRenderer) -> io::Result<()> {
        let was_done = self.is_done();
        let mut news = Vec::new();
        for (condition, met) in self.task.conditions.iter().zip(&mut self.met) {
            if !*met && meets_condition(condition, done) {
                *met = true;
                news.push(format!("- ✓ {}", condition.says));
            }
        }
        if news.is_empty() {
            return Ok(());
        }
        page.draw_markdown(&news.join("\n"))?;
        if self.is_done() && !was_done {
            page.draw_markdown(&self.describe_success())?;
        }
        Ok(())
    }

    /// The hint to the first condition that is not met, as Markdown.
    pub fn next_hint(&self) -> String {
        let mut open = self
            .task
            .conditions
            .iter()
            .zip(&self.met)
            .filter(|(_, met)| !**met);
        let Some((condition, _)) = open.next() else {
            return "All of it is done: Enter goes on.".to_owned();
        };
        let hint = condition.hint.clone();
        hint.unwrap_or_else(|| {
            format!(
                "Still to do: {}. `solution` shows the commands.",
                condition.says
            )
        })
    }

    /// The commands that do the task, as Markdown.
    pub fn describe_solution(&self) -> String {
        let commands = self
            .task
            .commands
            .iter()
            .map(|command| format!("- `{command}`"));
        let commands: Vec<String> = commands.collect();
        format!("These commands do it:\n\n{}", commands.join("\n"))
    }

    fn list_conditions(&self) -> String {
        let conditions = self.task.conditions.iter();
        let lines: Vec<String> = conditions
            .map(|condition| format!("- {}", condition.says))
            .collect();
        lines.join("\n")
    }

    fn describe_success(&self) -> String {
        let explain = self.task.explain.as_deref().unwrap_or_default();
        format!("**Done.** {explain}")
    }
}

/// Plays the commands of a task where no learner types, and draws what each shows. Returns whether the user stopped it.
///
/// # Errors
/// The output cannot be written.
pub(super) fn show_demonstration(
    ports: &mut LessonPorts<'_>,
    task: &Arc<BenchTask>,
) -> io::Result<BenchDemonstration> {
    ports.page.draw_markdown(&format!(
        "**A demonstration (real workers).** {}",
        task.task
    ))?;
    let played = ports.runner.demonstrate(&task.commands);
    for step in &played.steps {
        let text = format!("> {}\n{}", step.command, step.shown);
        ports.page.draw_code(text.trim_end(), "text")?;
    }
    let mut progress = BenchProgress::new(task);
    if let Some(recording) = &played.recording {
        progress.check(recording, ports.page)?;
    }
    Ok(played)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        claim::{Condition, ConditionSubject},
        lesson::ExerciseCondition,
        record::{Event, EventKind, Value},
        tutor::testing::{DrawnPage, machine},
    };

    fn task(holds_if: &[&str]) -> Arc<BenchTask> {
        let subject = ConditionSubject {
            demo: "bench",
            backends: &[],
        };
        let condition = |text: &&str| ExerciseCondition {
            says: (*text).to_owned(),
            condition: Condition::from_text(text, &subject).expect("a condition"),
            hint: None,
        };
        Arc::new(BenchTask {
            task: "Do it.".to_owned(),
            commands: vec!["ps".to_owned()],
            conditions: holds_if.iter().map(condition).collect(),
            explain: Some("It was done.".to_owned()),
            line: 1,
        })
    }

    /// A recording in which these signals were sent.
    fn signals(sent: &[&str]) -> Recording {
        let events = sent.iter().map(|signal| EventKind::Observed {
            name: "signal".to_owned(),
            labels: [("signal", *signal)].into_iter().collect(),
            value: Value::text(*signal),
        });
        let events = events.map(|what| Event {
            at_ns: 0,
            run: 0,
            what,
        });
        Recording::new(machine(), events.collect())
    }

    #[test]
    fn each_condition_is_told_once_and_the_end_after_the_last() {
        let both = [
            "count('signal', signal='SIGTERM') >= 1",
            "count('signal', signal='SIGKILL') == 1",
        ];
        let mut progress = BenchProgress::new(&task(&both));
        let mut page = DrawnPage::default();
        progress.check(&signals(&[]), &mut page).expect("drawn");
        assert!(page.text.is_empty() && !progress.is_done());
        assert!(progress.next_hint().contains("SIGTERM"));
        progress
            .check(&signals(&["SIGTERM"]), &mut page)
            .expect("drawn");
        assert!(
            page.text.contains("✓ count('signal', signal='SIGTERM')"),
            "{}",
            page.text
        );
        assert!(!page.text.contains("Done"), "{}", page.text);
        page.text.clear();
        progress
            .check(&signals(&["SIGTERM", "SIGKILL"]), &mut page)
            .expect("drawn");
        assert!(!page.text.contains("SIGTERM"), "{}", page.text);
        assert!(
            page.text.contains("**Done.** It was done."),
            "{}",
            page.text
        );
        assert!(progress.is_done());
    }

    #[test]
    fn a_task_begins_with_its_first_command() {
        let mut progress = BenchProgress::new(&task(&["count('signal') >= 1"]));
        assert_eq!((progress.begin_at(7), progress.begin_at(9)), (7, 7));
    }
}
