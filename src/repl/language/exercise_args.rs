//! What `exercise` and `check` take.

use std::path::PathBuf;

use clap::Args;

use super::shared::PythonArgs;

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
    /// Your file; without one, that of the exercise at hand.
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Which exercise it is, where the file's name does not tell.
    #[arg(long, value_name = "ID")]
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
