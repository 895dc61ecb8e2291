//! What may be typed on the command line: what the prompt knows too, and what only makes sense here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{
    render::ColorChoice,
    repl::language::{
        help,
        shared_command::{CommandOptions, SharedCommand},
        values,
    },
};

/// Learn concurrency by running it: processes, threads and the GIL as live experiments on your machine.
#[derive(Debug, Parser)]
#[command(
    name = "forklore",
    version,
    before_help = help::EXAMPLES,
    after_help = help::NEXT,
    disable_help_subcommand = true,
    infer_long_args = false,
    max_term_width = 100
)]
pub struct Cli {
    #[command(flatten)]
    pub globals: GlobalOptions,
    #[command(flatten)]
    pub options: CommandOptions,
    /// What to do; without a command the prompt opens.
    #[command(subcommand)]
    pub command: Option<CliCommand>,
}

/// Flags of the whole program: decided once, at its start.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options for every command")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct GlobalOptions {
    /// Take the lessons from this folder (also: `FORKLORE_LESSONS`) instead of the built-in ones.
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        env = "FORKLORE_LESSONS",
        hide_env = true
    )]
    pub lessons: Option<PathBuf>,
    /// Let the programs of other lessons than the built-in ones run without asking.
    #[arg(long, global = true)]
    pub trust: bool,
    /// When to use colour.
    #[arg(long, value_name = "WHEN", global = true, value_parser = values::color_parser())]
    pub color: Option<ColorChoice>,
    /// Draw with plain ASCII characters only.
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Show what is longer than the screen without a pager (also: an empty `PAGER`).
    #[arg(long, global = true)]
    pub no_pager: bool,
    /// Never ask for anything: a lesson plays straight through.
    #[arg(long, global = true)]
    pub no_input: bool,
}

/// The commands of the command line.
#[derive(Debug, Clone, Subcommand)]
pub enum CliCommand {
    #[command(flatten)]
    Shared(SharedCommand),
    /// Explain the commands, or one of them.
    #[command(after_help = "Next: forklore help run")]
    Help {
        /// The command.
        #[arg(value_name = "COMMAND", num_args = 0..)]
        command: Vec<String>,
    },
    /// Print a completion script for a shell.
    #[command(before_help = help::COMPLETIONS, after_help = "Next: forklore lessons")]
    Completions {
        /// The shell.
        #[arg(value_name = "SHELL", value_parser = values::shell_parser())]
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    #[command(after_help = "Next: forklore man | man -l -")]
    Man,
}
