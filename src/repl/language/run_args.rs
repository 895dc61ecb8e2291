//! `run DEMO [flags]`: from what was typed to the settings of a run.

use std::path::PathBuf;

use clap::Args;

use super::{command_error::CommandError, values};
use crate::{
    lab::{self, Demo},
    record::{Backend, Params},
    repl::session_runner,
    text::describe_unknown,
    text::describe_unknown_of_many,
};

/// `run DEMO [flags]`.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArgs {
    /// The demo (`demos` lists them).
    #[arg(value_name = "DEMO")]
    pub demo: String,
    #[command(flatten)]
    pub flags: RunFlags,
}

/// `--save FILE [--force]`.
#[derive(Debug, Clone, Default, Args)]
pub struct SaveArgs {
    /// Save the recording, for `replay`.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub save: Option<PathBuf>,
    /// Let `--save` replace a recording that is there already.
    #[arg(long, requires = "save")]
    pub force: bool,
}

/// The settings of a run, as flags. Which of them a demo takes, the demo says.
#[derive(Debug, Clone, Default, Args)]
pub struct RunFlags {
    /// How many workers, 1 to 1000.
    #[arg(short, long, value_name = "N", allow_negative_numbers = true, value_parser = values::parse_workers)]
    pub workers: Option<u32>,
    /// Timed runs of each backend; tables give the median.
    #[arg(short, long, value_name = "N", allow_negative_numbers = true, value_parser = values::parse_trials)]
    pub trials: Option<u32>,
    /// Work size in the workload's own unit; without it, the size fits itself to this machine.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = values::parse_size)]
    pub size: Option<u64>,
    /// Which work.
    #[arg(long, value_name = "NAME")]
    pub workload: Option<String>,
    /// How often to repeat, to show the distribution.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = values::parse_repeat)]
    pub repeat: Option<u32>,
    /// Let children write without a buffer, so that lines may run into each other.
    #[arg(long)]
    pub unbuffered: bool,
    /// Which backends, in this order.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub backends: Vec<String>,
    /// Which Python runs its part: a name (`3.13t`), a path, `all`, `usual` or `none`; may repeat (also:
    /// `FORKLORE_PYTHON`).
    #[arg(long, value_name = "PYTHON", value_delimiter = ',')]
    pub python: Vec<String>,
    /// How Python starts child processes; without it, as it does by default.
    #[arg(long, value_name = "METHOD", value_parser = values::START_METHODS)]
    pub start_method: Option<String>,
    #[command(flatten)]
    pub save: SaveArgs,
}

/// What holds for every run of a session unless a flag says otherwise: `set workers 4`, `--seed 7`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunDefaults {
    /// How many workers.
    pub workers: Option<u32>,
    /// Timed runs of each backend.
    pub trials: Option<u32>,
    /// Work size.
    pub size: Option<u64>,
    /// Seed for everything that is random.
    pub seed: Option<u64>,
    /// Which Pythons run their part; empty means what `FORKLORE_PYTHON` says, else the usual choice.
    pub python: Vec<String>,
    /// How those Pythons start child processes.
    pub start_method: Option<String>,
}

impl RunDefaults {
    /// Fills in what the settings of a run leave open and the demo takes.
    pub fn fill_params(&self, params: &mut Params, takes: &[&str]) {
        let takes = |setting: &str| takes.contains(&setting);
        params.workers = params.workers.or(self.workers.filter(|_| takes("workers")));
        params.trials = params.trials.or(self.trials.filter(|_| takes("trials")));
        params.size = params.size.or(self.size.filter(|_| takes("size")));
        params.seed = params.seed.or(self.seed.filter(|_| takes("seed")));
        if params.python.is_empty() && takes("python") {
            params.python.clone_from(&self.python);
        }
        if params.start_method.is_none() && takes("start_method") {
            params.start_method.clone_from(&self.start_method);
        }
    }
}

/// The demo of that name, or an error that says which was meant.
pub fn demo_named(name: &str) -> Result<&'static Demo, CommandError> {
    let unknown = || describe_unknown_of_many("demo", name, &lab::demo_names(), "demos");
    lab::find_demo(name).ok_or_else(|| CommandError::usage(unknown()))
}

impl RunFlags {
    /// The settings for a run of `demo`: the flags, then what holds in this session where the demo takes it.
    ///
    /// # Errors
    /// A flag that the demo does not take, or a value that it does not know.
    pub fn to_params(&self, demo: &Demo, defaults: &RunDefaults) -> Result<Params, CommandError> {
        let mut params = Params {
            workers: self.workers,
            trials: self.trials,
            size: self.size,
            workload: self.checked_workload(demo)?,
            repeat: self.repeat,
            unbuffered: self.unbuffered,
            backends: self.checked_backends(demo)?,
            python: self.python.clone(),
            start_method: self.start_method.clone(),
            seed: None,
        };
        defaults.fill_params(&mut params, demo.takes);
        session_runner::check_params(demo, &params)?;
        Ok(params)
    }

    fn checked_workload(&self, demo: &Demo) -> Result<Option<String>, CommandError> {
        match &self.workload {
            Some(name)
                if !demo.workloads.is_empty() && !demo.workloads.contains(&name.as_str()) =>
            {
                let kind = format!("workload of `{}`", demo.name);
                Err(CommandError::usage(describe_unknown(
                    &kind,
                    name,
                    demo.workloads,
                )))
            }
            workload => Ok(workload.clone()),
        }
    }

    fn checked_backends(&self, demo: &Demo) -> Result<Vec<Backend>, CommandError> {
        let names: Vec<&str> = demo.backends.iter().map(|backend| backend.name()).collect();
        self.backends
            .iter()
            .map(|name| {
                let known = Backend::ALL
                    .into_iter()
                    .find(|backend| backend.name() == name);
                match known {
                    Some(backend) if names.is_empty() || names.contains(&backend.name()) => {
                        Ok(backend)
                    }
                    _ => {
                        let kind = format!("backend of `{}`", demo.name);
                        Err(CommandError::usage(describe_unknown(&kind, name, &names)))
                    }
                }
            })
            .collect()
    }
}
