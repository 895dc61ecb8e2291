//! A runner that starts nothing, for tests: it returns prepared recordings, and logs what it was asked for.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    BenchDemonstration, DemonstrationStep, LessonProgram, LessonRenderer, ProgramOutput,
    RunOptions, RunOutcome, Runner, StopCondition,
};
use crate::{
    catalog::DemoSpec,
    observe::{ObserveError, ObservedProgram},
    python::Pythons,
    record::{Event, EventKind, Machine, Params, Recording, RunStatus, testing::test_machine},
    render::Format,
    report::{Report, Table},
    schedule::ScheduleRun,
};

/// The demos that were run, with their settings and time limits.
pub(crate) type DemoLog = Arc<Mutex<Vec<(&'static str, Params, Duration)>>>;

/// The programs that were watched, with their time limits.
pub(crate) type ProgramLog = Arc<Mutex<Vec<(ObservedProgram, Duration)>>>;

/// The files of the lessons' programs that were run, with the words for their Python.
pub(crate) type LessonProgramLog = Arc<Mutex<Vec<(String, Vec<String>)>>>;

/// Returns the recording of a watched program; `None` if the learner stopped it.
type WatchProgram<'t> = Box<dyn FnMut(&ObservedProgram) -> Option<Recording> + 't>;

/// Runs nothing, and returns the prepared results.
pub(crate) struct PreparedRunner<'t> {
    pub machine: Machine,
    pub pythons: Pythons,
    pub available_cores: Option<f64>,
    /// What each demo records between its start and its end.
    pub events: Vec<EventKind>,
    /// What the demo of this recording returns, instead of such a recording.
    pub recording: Option<Recording>,
    /// How each run ends.
    pub status: RunStatus,
    pub is_interrupted: bool,
    pub output: ProgramOutput,
    /// Runs a learner's program; without it, each one ends as the demos do.
    pub watch: Option<WatchProgram<'t>>,
    pub demos: DemoLog,
    pub programs: ProgramLog,
    pub lesson_programs: LessonProgramLog,
}

impl PreparedRunner<'_> {
    /// Everything ends well, and nothing is measured.
    pub fn new() -> Self {
        Self {
            machine: machine(),
            pythons: Pythons::none(),
            available_cores: None,
            events: Vec::new(),
            recording: None,
            status: RunStatus::Complete,
            is_interrupted: false,
            output: ProgramOutput::Missing("There is no Python here.".to_owned()),
            watch: None,
            demos: DemoLog::default(),
            programs: ProgramLog::default(),
            lesson_programs: LessonProgramLog::default(),
        }
    }

    /// Each run fails.
    pub fn failing(why: &str) -> Self {
        let status = RunStatus::Partial(why.to_owned());
        Self {
            status,
            ..Self::new()
        }
    }

    /// The user stops each run.
    pub fn interrupted() -> Self {
        Self {
            is_interrupted: true,
            ..Self::failing("interrupted by Ctrl-C")
        }
    }

    fn finish_run(&self, demo: &str, params: Params) -> RunOutcome {
        if let Some(recording) = &self.recording
            && recording.run().demo() == demo
        {
            return RunOutcome {
                recording: Arc::new(recording.clone()),
                is_interrupted: self.is_interrupted,
            };
        }
        let started = EventKind::RunStarted {
            demo: demo.to_owned(),
            params: params.into(),
            interpreter: None,
        };
        let finished = EventKind::RunFinished {
            outcome: self.status.clone(),
        };
        let events = std::iter::once(started)
            .chain(self.events.iter().cloned())
            .chain([finished]);
        let events = events.zip(0..).map(|(what, at_ns)| Event {
            at_ns,
            run: 0,
            what,
        });
        RunOutcome {
            recording: Arc::new(Recording::new(self.machine.clone(), events.collect())),
            is_interrupted: self.is_interrupted,
        }
    }
}

impl Runner for PreparedRunner<'_> {
    fn machine(&mut self) -> &Machine {
        &self.machine
    }

    fn find_pythons(&mut self, _: &[String]) -> Option<Pythons> {
        Some(self.pythons.clone())
    }

    fn available_cores(&mut self) -> Option<f64> {
        self.available_cores
    }

    fn run_demo(
        &mut self,
        demo: &'static DemoSpec,
        params: Params,
        options: RunOptions,
    ) -> RunOutcome {
        let mut demos = self.demos.lock().expect("the log");
        demos.push((demo.name, params.clone(), options.limit));
        drop(demos);
        self.finish_run(demo.name, params)
    }

    fn run_program(
        &mut self,
        program: LessonProgram<'_>,
        pythons: &[String],
        _: RunOptions,
    ) -> ProgramOutput {
        let mut programs = self.lesson_programs.lock().expect("the log");
        programs.push((program.file.to_owned(), pythons.to_vec()));
        self.output.clone()
    }

    fn demonstrate(&mut self, commands: &[String]) -> BenchDemonstration {
        let step = |command: &String| DemonstrationStep {
            command: command.clone(),
            shown: "(what it shows)".to_owned(),
        };
        BenchDemonstration {
            steps: commands.iter().map(step).collect(),
            recording: Some(self.finish_run("bench", Params::default()).recording),
            is_interrupted: self.is_interrupted,
        }
    }

    fn watch_program(
        &mut self,
        program: ObservedProgram,
        options: RunOptions,
        _: StopCondition,
    ) -> Result<RunOutcome, ObserveError> {
        let prepared = self.watch.as_mut().map(|watch| watch(&program));
        let mut programs = self.programs.lock().expect("the log");
        programs.push((program, options.limit));
        drop(programs);
        let outcome = self.finish_run("try", Params::default());
        Ok(match prepared {
            None => outcome,
            Some(None) => RunOutcome {
                is_interrupted: true,
                ..outcome
            },
            Some(Some(recording)) => RunOutcome {
                recording: Arc::new(recording),
                is_interrupted: false,
            },
        })
    }
}

/// A machine that lets two of its four cores be used.
pub(crate) fn machine() -> Machine {
    Machine {
        cores_why: Some("affinity".to_owned()),
        memory_bytes: Some(8 << 30),
        ..test_machine(4, 2)
    }
}

/// The usual options of a run.
pub(crate) fn run_options() -> RunOptions {
    RunOptions {
        limit: Duration::from_mins(1),
        format: Format::Text,
        shows_lines: true,
    }
}

/// A page that keeps what is drawn, as Markdown.
#[derive(Default)]
pub(crate) struct DrawnPage {
    pub text: String,
}

impl LessonRenderer for DrawnPage {
    fn draw_markdown(&mut self, text: &str) -> io::Result<()> {
        self.text += text;
        self.text += "\n";
        Ok(())
    }

    fn draw_code(&mut self, text: &str, _: &str) -> io::Result<()> {
        self.draw_markdown(text)
    }

    fn draw_table(&mut self, table: &Table) -> io::Result<()> {
        self.draw_markdown(&table.title)
    }

    fn draw_machine(&mut self, _: &ScheduleRun) -> io::Result<()> {
        Ok(())
    }

    fn draw_report(&mut self, _: &Report) -> io::Result<()> {
        Ok(())
    }

    fn show_error(&mut self, message: &str) -> io::Result<()> {
        self.draw_markdown(message)
    }

    fn flush_output(&mut self) -> io::Result<()> {
        Ok(())
    }
}
