//! What `exercise`, `check`, `program` and `lint` take.

use std::path::PathBuf;

use clap::Args;

use super::{shared_command::PythonArgs, values};

/// `exercise N`.
#[derive(Debug, Clone, Default, Args)]
pub struct ExerciseArgs {
    /// Its name, or the number of its lesson; without one, the exercise at hand.
    #[arg(value_name = "N|ID")]
    pub which: Option<String>,
    /// Begin with a fresh copy, beside the one that is there.
    #[arg(long)]
    pub again: bool,
    /// The folder for your files (also: `FORKLORE_EXERCISES`; default: `forklore-exercises`).
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub folder: Option<PathBuf>,
    #[command(flatten)]
    pub python: PythonArgs,
}

/// `check [FILE]`.
#[derive(Debug, Clone, Default, Args)]
pub struct CheckArgs {
    /// Your file, or the exercise by its name or its lesson's number; without one, the exercise at hand.
    #[arg(value_name = "FILE|ID", value_hint = clap::ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Which exercise it is, if the file's name does not say so.
    #[arg(long, value_name = "N|ID")]
    pub exercise: Option<String>,
    /// Check again at every save, until Ctrl-C.
    #[arg(long)]
    pub watch: bool,
    /// The folder of your files (also: `FORKLORE_EXERCISES`; default: `forklore-exercises`).
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub folder: Option<PathBuf>,
    #[command(flatten)]
    pub python: PythonArgs,
}

/// `program [NAME]`.
#[derive(Debug, Clone, Default, Args)]
pub struct ProgramArgs {
    /// Its name; without one, all programs are listed.
    #[arg(value_name = "NAME")]
    pub program: Option<String>,
    /// Replace a file of this name that you have changed.
    #[arg(long, requires = "program")]
    pub force: bool,
    /// The folder for your files (also: `FORKLORE_EXERCISES`; default: `forklore-exercises`).
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub folder: Option<PathBuf>,
}

/// `lint [DIR]`.
#[derive(Debug, Clone, Default, Args)]
pub struct LintArgs {
    /// The folder; without one, the lessons in use.
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// Only read the files: run nothing.
    #[arg(long = "static", conflicts_with = "run")]
    pub is_static: bool,
    /// Run everything, several times, and tell what does not always come out the same.
    #[arg(long)]
    pub run: bool,
    /// Read the files again whenever one is saved; nothing is run but with `--run`.
    #[arg(long)]
    pub watch: bool,
    /// How often everything is run (default: 5).
    #[arg(long, value_name = "N", requires = "run", value_parser = values::parse_times)]
    pub times: Option<u32>,
    #[command(flatten)]
    pub python: PythonArgs,
}
