//! A session: its settings, the learner's position, the last recording; and the execution of each line.
//!
//! It writes to a [`Screen`] and runs demos through a [`Runner`], so that every command is tested without a
//! terminal and without a process. The line editor is a thin loop around [`Session::execute`].

use std::{path::PathBuf, sync::Arc};

use anyhow::Result;

use super::{
    bench_output::BenchOutput,
    commands::{
        self,
        bench::PythonVariable,
        exercise::{self, CurrentExercise},
        program,
        review::QuizReview,
    },
    editor::CompletionContext,
    idle_wait::{self, WaitEnd},
    language::{
        command_error::CommandError,
        prompt_line::{self, ParsedLine, PromptLine},
        shared_command::{CommandOptions, SharedCommand},
    },
    progress_recorder::ProgressRecorder,
    saves::EditedLessons,
    screen::Screen,
    settings::Settings,
};
use crate::{
    bench::WorkerBench,
    lesson::Library,
    mp,
    record::Recording,
    report::ClaimReport,
    signals::{RunSequence, Signals},
    tutor::{
        ChoiceStyle, LessonSession, ProvenExercises, Runner, ScheduleStepper, TrustedPrograms,
        progress::{NextStep, ProgressStore},
    },
};

/// The effect of a line on the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionFlow {
    /// The session goes on.
    Continue,
    /// The session ends.
    Quit,
}

/// A session.
pub struct Session {
    /// The settings for every run.
    pub settings: Settings,
    /// The screen.
    pub screen: Screen,
    /// The folder of the lessons, if they are not the built-in ones.
    pub lessons_folder: Option<PathBuf>,
    /// The lessons.
    pub library: Arc<Library>,
    /// Runs demos and programs.
    pub runner: Box<dyn Runner>,
    /// The signals of the process.
    pub signals: Signals,
    /// Whether lessons wait for Enter; otherwise they play without a stop.
    pub steps: bool,
    /// The current lesson.
    pub visit: Option<LessonSession>,
    /// The question of an earlier lesson that waits for an answer.
    pub review: Option<QuizReview>,
    /// The schedule that is chosen step by step.
    pub stepper: Option<ScheduleStepper>,
    /// What its last answer has beyond the screen, for the next Enter.
    pub stepper_rest: Vec<Vec<u8>>,
    /// The place where Enter resumes, if that was offered to the learner.
    pub resume: Option<NextStep>,
    /// The learner's progress.
    pub progress_recorder: ProgressRecorder,
    /// The programs of other people's lessons that may run.
    pub trust: TrustedPrograms,
    /// The exercises that `lint` has proven.
    pub proven: ProvenExercises,
    /// The last recording.
    pub last: Option<Arc<Recording>>,
    /// The claims that the last recording decided in a lesson.
    pub claims: Vec<ClaimReport>,
    /// The current exercise.
    pub exercise: Option<CurrentExercise>,
    /// The processes and threads that the learner started by hand.
    pub bench: WorkerBench,
    /// The variables of Python's words that hold them.
    pub variables: Vec<PythonVariable>,
    /// Shows what they print.
    pub bench_output: BenchOutput,
    /// Reports when the author of the current lesson has saved it.
    pub edited: Option<EditedLessons>,
}

impl Session {
    /// A session at its start.
    pub fn new(
        library: Arc<Library>,
        screen: Screen,
        runner: Box<dyn Runner>,
        signals: Signals,
    ) -> Self {
        let bench_output = BenchOutput::new(screen.style);
        let bench = WorkerBench::new(mp::Launcher::from_current_exe(), bench_output.printer());
        Self {
            bench,
            bench_output,
            variables: Vec::new(),
            settings: Settings::default(),
            screen,
            lessons_folder: None,
            library,
            runner,
            signals,
            steps: true,
            visit: None,
            review: None,
            stepper: None,
            stepper_rest: Vec::new(),
            resume: None,
            progress_recorder: ProgressRecorder::new(ProgressStore::default(), false),
            trust: TrustedPrograms::default(),
            proven: ProvenExercises::default(),
            last: None,
            claims: Vec::new(),
            exercise: None,
            edited: None,
        }
    }

    /// How choices are marked: for a class, with the letters of the lesson's author; otherwise in the learner's own
    /// order.
    pub fn choice_style(&self, for_class: bool) -> ChoiceStyle {
        ChoiceStyle {
            numbered: self.screen.style.accessible,
            seed: self.progress_recorder.choice_seed.filter(|_| !for_class),
        }
    }

    /// Treats the following runs as one for Ctrl-C, until the returned value is dropped.
    pub fn begin_sequence(&self) -> RunSequence {
        self.signals.begin_sequence()
    }

    /// Waits until `is_over` says so, or until Ctrl-C.
    pub fn wait_until(&self, is_over: &dyn Fn() -> bool) -> WaitEnd {
        idle_wait::wait_until(&self.signals, "stopped watching", is_over)
    }

    /// Waits until the bench is in a state, or until Ctrl-C, which shows the message.
    pub fn wait_for_bench(
        &self,
        message: &'static str,
        is_over: &dyn Fn(&WorkerBench) -> bool,
    ) -> WaitEnd {
        idle_wait::wait_until(&self.signals, message, &|| is_over(&self.bench))
    }

    /// Replaces the lessons, stays at the same step, and shows the step again.
    pub fn replace_library(&mut self, library: Arc<Library>) {
        self.library = library;
        (self.review, self.stepper, self.resume) = (None, None, None);
        if let Some(visit) = self.visit.take()
            && let Err(error) = commands::lessons::resume_reloaded_lesson(self, &visit)
        {
            self.screen.write_error(&error);
        }
    }

    /// Whether it began with a command that goes on at the prompt.
    pub fn has_begun(&self) -> bool {
        self.visit.is_some() || self.stepper.is_some() || self.edited.is_some()
    }

    /// Executes one line.
    ///
    /// # Errors
    /// A line that was not understood, or a command that failed. The session goes on in both cases.
    pub fn execute_line(&mut self, line: &str) -> Result<SessionFlow> {
        if commands::lessons::is_answer(self, line) {
            commands::lessons::answer_question(self, line)?;
            return Ok(SessionFlow::Continue);
        }
        let parsed = prompt_line::parse_line(line).map_err(|error| {
            let answer = commands::lessons::explain_unclear_answer(self, line);
            answer.map_or(error, CommandError::usage)
        })?;
        match parsed {
            ParsedLine::Nothing => {}
            ParsedLine::Enter => commands::lessons::handle_enter(self)?,
            ParsedLine::Help(text) => self
                .screen
                .write_long(|_, to| writeln!(to, "{}", text.trim_end()))?,
            ParsedLine::Python(statement) => commands::bench::run_statement(self, statement)?,
            ParsedLine::Command(line) => {
                let PromptLine { options, command } = *line;
                let settings = self.settings_with(&options);
                return commands::run_prompt_command(self, command, &settings);
            }
        }
        Ok(SessionFlow::Continue)
    }

    /// Executes one command of the command line.
    ///
    /// # Errors
    /// The command failed.
    pub fn run_command(&mut self, command: SharedCommand, options: &CommandOptions) -> Result<()> {
        let settings = self.settings_with(options);
        commands::run_shared_command(self, command, &settings)
    }

    /// The prompt: `forklore`, or `lesson 6 · 2/5`, with a question mark while a question is open.
    pub fn prompt_text(&self) -> String {
        let scenario = self
            .stepper
            .as_ref()
            .and_then(|stepper| stepper.task().scenario);
        let place = match &self.visit {
            _ if scenario.is_some() => format!("step {}", scenario.unwrap_or_default()),
            _ if self.review.is_some() => "review ?".to_owned(),
            Some(visit) if visit.is_asking() => format!("{} ?", visit.cursor()),
            Some(visit) => visit.cursor().to_string(),
            None => "forklore".to_owned(),
        };
        if self.screen.style.ascii {
            return format!("{} > ", place.replace('·', "-"));
        }
        format!("{place} ❯ ")
    }

    /// A command as the user types it: at the prompt as it is, in a shell after `forklore`.
    pub fn command_text(&self, command: &str) -> String {
        if self.steps {
            return command.to_owned();
        }
        format!("forklore {command}")
    }

    /// The state of the session, for completion.
    pub fn completion_context(&self) -> CompletionContext {
        CompletionContext {
            lessons: self
                .library
                .lessons()
                .iter()
                .map(|lesson| lesson.number)
                .collect(),
            exercises: exercise::all_exercises(&self.library)
                .map(|(_, exercise)| exercise.id.clone())
                .collect(),
            programs: program::program_names(&self.library),
            workers: self.bench.names(),
            steps: self
                .visit
                .as_ref()
                .map_or(0, |visit| visit.cursor().step_position().1),
            demo: self.visit.as_ref().is_some_and(LessonSession::demo_waits),
            more: self.has_more_text(),
            question: self
                .visit
                .as_ref()
                .is_some_and(|visit| visit.answer_instructions().is_some() && !visit.is_locked())
                || self.review.is_some(),
            resume: self.resume.as_ref().is_some_and(|next| next.step > 1),
            begins: self.lesson_to_begin(),
            last_end: self
                .visit
                .as_ref()
                .is_some_and(LessonSession::is_at_last_end),
            locked: self.review.is_none()
                && self.visit.as_ref().is_some_and(LessonSession::is_locked),
        }
    }

    /// Whether Enter shows more of a text that did not fit on the screen.
    fn has_more_text(&self) -> bool {
        if self.stepper.is_some() {
            return !self.stepper_rest.is_empty();
        }
        let visit = self.visit.as_ref();
        !self.screen.rest.is_empty() || visit.is_some_and(LessonSession::has_more_text)
    }

    /// The lesson that Enter begins, where it does.
    fn lesson_to_begin(&self) -> Option<u32> {
        if let Some(visit) = &self.visit {
            return visit.lesson_to_begin().map(|lesson| lesson.number);
        }
        let next = self.resume.as_ref()?;
        (next.step == 1).then_some(next.lesson)
    }

    /// The session's settings, overridden by the flags of one command.
    fn settings_with(&self, options: &CommandOptions) -> Settings {
        let mut settings = self.settings.clone();
        settings.format = options.format.unwrap_or(settings.format);
        settings.all |= options.all;
        settings.picture |= options.picture;
        settings.timeout = options.timeout.or(settings.timeout);
        settings.defaults.seed = options.seed.or(settings.defaults.seed);
        settings
    }
}
