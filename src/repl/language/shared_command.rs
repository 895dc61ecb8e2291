//! The commands and flags that the prompt and the command line have in common.
//!
//! The prompt adds its own (`next`, `set`, …) in [`super::line`], the command line those that only make sense
//! there. Help, completion and "did you mean" are all made from these definitions.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Subcommand};

use super::{
    exercise_args::{CheckArgs, ExerciseArgs, LintArgs, ProgramArgs},
    help,
    run_args::{OutputArgs, RunArgs, RunFlags, SaveArgs},
    values,
};
use crate::{record::BuiltinRecording, render::Format, repl::settings::Settings};

/// Flags that the prompt takes too, for one command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options for every command")]
pub struct CommandOptions {
    /// How to show results.
    #[arg(long, value_name = "FORMAT", global = true, value_parser = values::format_parser())]
    pub format: Option<Format>,
    /// Stop a demo after so many seconds (default: 60; for `try`, 600).
    #[arg(long, value_name = "SECS", global = true, allow_negative_numbers = true, value_parser = values::parse_seconds)]
    pub timeout: Option<u64>,
    /// Show all that was measured, and not only the table that decides.
    #[arg(long, global = true)]
    pub all: bool,
    /// Draw the result of a run below its table.
    #[arg(long, global = true)]
    pub picture: bool,
    /// Seed for everything that is random.
    #[arg(long, value_name = "N", global = true, allow_negative_numbers = true, value_parser = values::parse_seed)]
    pub seed: Option<u64>,
}

/// The commands that the command line and the prompt have in common.
#[derive(Debug, Clone, Subcommand)]
pub enum SharedCommand {
    /// Take a lesson, step by step.
    #[command(before_help = help::LESSON, after_help = "Next: lesson 1")]
    Lesson(LessonArgs),
    /// List the lessons.
    #[command(after_help = "Next: lesson 1")]
    Lessons,
    /// Show how far you are in every lesson, or what you did in one.
    #[command(before_help = help::PROGRESS, after_help = "Next: review, at the prompt")]
    Progress {
        /// The lesson's number.
        #[arg(value_name = "N")]
        lesson: Option<String>,
    },
    /// Forget what you did in one lesson (asks first).
    #[command(before_help = help::FORGET, after_help = "Next: progress")]
    Forget(ForgetArgs),
    /// Forget all of your progress (asks first).
    #[command(after_help = "Next: progress")]
    Reset {
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Launch a demo and show what it measured.
    #[command(before_help = help::RUN, after_help = help::RUN_NEXT)]
    Run(RunArgs),
    /// Choose which worker of a model runs next: make a race, a deadlock, a full queue; or search every schedule.
    #[command(before_help = help::STEP, after_help = "Next: run race")]
    Step(StepArgs),
    /// Run your own script and watch it: processes, threads, time, memory, output, and what to change.
    #[command(before_help = help::TRY, after_help = help::TRY_NEXT)]
    Try(TryArgs),
    /// Copy a program of the lessons into your folder; without a name, list them.
    #[command(before_help = help::PROGRAM, after_help = "Next: try forklore-exercises/hello.py")]
    Program(ProgramArgs),
    /// List the exercises, and which you have solved.
    #[command(after_help = "Next: exercise 3")]
    Exercises,
    /// Begin an exercise: its task, and a program to change in your own folder and editor.
    #[command(before_help = help::EXERCISE, after_help = "Next: check")]
    Exercise(ExerciseArgs),
    /// Run your program and say which of its exercise's requirements hold, with one hint.
    #[command(before_help = help::CHECK, after_help = help::CHECK_NEXT)]
    Check(CheckArgs),
    /// List the demos and the flags that each takes.
    #[command(after_help = "Next: run parallel")]
    Demos,
    /// Threads and processes side by side, every row measured now.
    #[command(after_help = "Next: lesson 2")]
    Compare(CompareArgs),
    /// Test every claim of the lessons on this machine: which hold here, and by which figures.
    #[command(before_help = help::CLAIMS, after_help = "Next: lesson 2")]
    Claims(ClaimsArgs),
    /// Show a saved recording again; nothing is run.
    #[command(before_help = help::REPLAY, after_help = "Next: demos")]
    Replay {
        /// The recording: a file that `--save` or `save` wrote.
        #[arg(value_name = "FILE", required_unless_present = "builtin", value_hint = clap::ValueHint::FilePath)]
        file: Option<PathBuf>,
        /// A recording that came with the lessons; without a name, list them.
        #[arg(long, value_name = "NAME", conflicts_with = "file", value_parser = values::recording_parser())]
        #[expect(
            clippy::option_option,
            reason = "the name of a flag that may stand alone"
        )]
        builtin: Option<Option<&'static BuiltinRecording>>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Check lesson files and point at every mistake; prove that each exercise can be solved, and is not yet.
    #[command(before_help = help::LINT, after_help = "Next: lessons --lessons DIR")]
    Lint(LintArgs),
    /// Make a lesson of your own to begin with: a folder with one that plays.
    #[command(before_help = help::NEW, after_help = "Next: lint DIR")]
    New(NewArgs),
    /// List what lessons are written with: directives and their keys, or the figures of a demo.
    #[command(before_help = help::DIRECTIVES, after_help = "Next: new lesson DIR")]
    Directives {
        /// List what conditions may ask of this demo instead; `try` and `bench` work too.
        #[arg(long, value_name = "DEMO")]
        measures: Option<String>,
    },
    /// Show what this machine offers, and what each lesson needs.
    #[command(after_help = "Next: run scaling")]
    Doctor(PythonArgs),
    /// List the Pythons of this machine, and which of them demos use.
    #[command(before_help = help::PYTHONS, after_help = "Next: run parallel")]
    Pythons(PythonArgs),
}

/// `lesson N`.
#[derive(Debug, Clone, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct LessonArgs {
    /// Its number (`lessons` lists them).
    #[arg(value_name = "N")]
    pub number: String,
    /// Play it straight through, without waiting for Enter.
    #[arg(long)]
    pub play: bool,
    /// Play only its questions and predictions, without answers: nothing is run.
    #[arg(long, conflicts_with = "notes")]
    pub questions: bool,
    /// Show the instructor's notes too.
    #[arg(long)]
    pub notes: bool,
    /// Let demos run without a guess before them.
    #[arg(long)]
    pub no_gate: bool,
    /// Read the lesson again whenever it is saved (for authors, with `--lessons DIR`).
    #[arg(long)]
    pub watch: bool,
    #[command(flatten)]
    pub python: PythonArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

impl LessonArgs {
    /// Whether it plays straight through.
    pub fn is_played(&self) -> bool {
        self.play || self.questions || self.output.output_file.is_some()
    }

    /// The lesson with this number or name, as the session's settings show it.
    pub fn of(number: String) -> Self {
        Self {
            number,
            ..Self::default()
        }
    }
}

/// `new lesson DIR`.
#[derive(Debug, Clone, Args)]
pub struct NewArgs {
    /// The word `lesson`.
    #[arg(value_name = "lesson", value_parser = ["lesson"], hide_possible_values = true)]
    pub what: String,
    /// The folder: a new one, or one that holds lessons already.
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub dir: PathBuf,
}

/// `forget lesson N`.
#[derive(Debug, Clone, Args)]
pub struct ForgetArgs {
    /// The word `lesson`.
    #[arg(value_name = "lesson")]
    pub what: String,
    /// Its number.
    #[arg(value_name = "N")]
    pub number: String,
    /// Do not ask.
    #[arg(long)]
    pub yes: bool,
}

/// Which Pythons are meant, for commands that are not about one demo.
#[derive(Debug, Clone, Default, Args)]
pub struct PythonArgs {
    /// Which Python: a name (`3.13t`), a path, `all`, `usual`, `newest` or `none`; may repeat (also: `FORKLORE_PYTHON`).
    #[arg(long, value_name = "PYTHON", value_delimiter = ',')]
    pub python: Vec<String>,
}

impl PythonArgs {
    /// The settings of a session, with these Pythons if any were named.
    pub fn apply_to(&self, settings: &Settings) -> Settings {
        let mut settings = settings.clone();
        if !self.python.is_empty() {
            settings.defaults.python.clone_from(&self.python);
        }
        settings
    }
}

/// `try SCRIPT`.
#[derive(Debug, Clone, Default, Args)]
pub struct TryArgs {
    #[command(flatten)]
    pub python: PythonArgs,
    #[command(flatten)]
    pub save: SaveArgs,
    /// Let processes that detached themselves (a session of their own) run on when the program has ended.
    #[arg(long)]
    pub keep_detached: bool,
    /// A Python script, `-m` and a module, or any other program, and its own arguments: whatever follows it is the script's.
    #[arg(
        value_name = "SCRIPT",
        required = true,
        num_args = 1..,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_hint = clap::ValueHint::CommandWithArguments
    )]
    pub words: Vec<OsString>,
}

/// `step SCENARIO`.
#[derive(Debug, Clone, Default, Args)]
pub struct StepArgs {
    /// The scenario (`step` alone lists them).
    #[arg(value_name = "SCENARIO")]
    pub scenario: Option<String>,
    /// Replay this schedule: which worker runs, step by step.
    #[arg(long, value_name = "WORKER", num_args = 1.., requires = "scenario", conflicts_with = "find")]
    pub schedule: Vec<String>,
    /// Search every schedule: the shortest that meets the goal, and how many of all do.
    #[arg(long, requires = "scenario")]
    pub find: bool,
}

impl StepArgs {
    /// Whether it waits for keys.
    pub fn is_interactive(&self) -> bool {
        self.scenario.is_some() && self.schedule.is_empty() && !self.find
    }
}

/// `claims`.
#[derive(Debug, Clone, Default, Args)]
pub struct ClaimsArgs {
    /// Only the claims of this lesson.
    #[arg(long, value_name = "N")]
    pub lesson: Option<String>,
    #[command(flatten)]
    pub python: PythonArgs,
}

/// `compare`: a demo that is made of the others.
#[derive(Debug, Clone, Default, Args)]
pub struct CompareArgs {
    #[command(flatten)]
    pub flags: RunFlags,
}
