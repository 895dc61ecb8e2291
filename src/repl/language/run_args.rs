//! `run DEMO [flags]`: from what was typed to the settings of a run.

use std::path::PathBuf;

use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, builder::PossibleValuesParser,
};

use super::command_error::CommandError;
use crate::{
    catalog::{self, DemoSpec, Setting, SettingKind, SettingValue, fill_params, run_settings},
    lab,
    record::Params,
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

/// `--save FILE`, and where the result goes.
#[derive(Debug, Clone, Default, Args)]
pub struct SaveArgs {
    /// Save the recording, for `replay`.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, group = "written")]
    pub save: Option<PathBuf>,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `-o FILE [--force]`.
#[derive(Debug, Clone, Default, Args)]
pub struct OutputArgs {
    /// Write the result into this file, in the format that is chosen.
    #[arg(short = 'o', long = "output", value_name = "FILE", value_hint = clap::ValueHint::FilePath, group = "written")]
    pub output_file: Option<PathBuf>,
    /// Let it replace a file that is there already.
    #[arg(long, requires = "written")]
    pub force: bool,
}

/// The settings of a run, as flags. Which of them a demo takes, the demo says.
#[derive(Debug, Clone, Default)]
pub struct RunFlags {
    given: Vec<(&'static Setting, String)>,
    /// Where the recording goes.
    pub save: SaveArgs,
}

impl Args for RunFlags {
    fn augment_args(command: Command) -> Command {
        SaveArgs::augment_args(command.args(run_settings().map(setting_flag)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for RunFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = run_settings().filter_map(|setting| Some((setting, typed(setting, matches)?)));
        Ok(Self {
            given: given.collect(),
            save: SaveArgs::from_arg_matches(matches)?,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The flag of a setting.
fn setting_flag(setting: &'static Setting) -> Arg {
    let flag = Arg::new(setting.name)
        .long(setting.flag)
        .short(setting.short)
        .help(setting.help);
    if setting.kind == SettingKind::Flag {
        return flag.action(ArgAction::SetTrue);
    }
    let flag = flag.value_name(setting.value_name);
    match setting.kind {
        SettingKind::Whole { .. } => {
            // A wrong number is told by the parser; the right one is read once the demo is known, as all values are.
            let check = |text: &str| setting.parse(text, None).map(|_| text.to_owned());
            flag.allow_negative_numbers(true).value_parser(check)
        }
        SettingKind::Choice(names) => flag.value_parser(PossibleValuesParser::new(names)),
        SettingKind::Backends | SettingKind::Pythons => {
            flag.action(ArgAction::Append).value_delimiter(',')
        }
        SettingKind::Address => {
            let check = |text: &str| setting.parse(text, None).map(|_| text.to_owned());
            flag.value_parser(check)
        }
        SettingKind::Workload | SettingKind::Flag => flag,
    }
}

/// What was typed for a setting, if its flag was there.
fn typed(setting: &Setting, matches: &ArgMatches) -> Option<String> {
    if setting.kind == SettingKind::Flag {
        return matches
            .get_flag(setting.name)
            .then(|| SettingValue::Flag(true).to_string());
    }
    let words = matches.get_many::<String>(setting.name)?;
    Some(words.map(String::as_str).collect::<Vec<_>>().join(","))
}

/// The demo of that name, or an error that says which was meant.
pub fn demo_named(name: &str) -> Result<&'static DemoSpec, CommandError> {
    let unknown = || describe_unknown_of_many("demo", name, &catalog::demo_names(), "demos");
    catalog::find_demo(name).ok_or_else(|| CommandError::usage(unknown()))
}

impl RunFlags {
    /// The settings for a run of `demo`: the flags, then what holds in this session where the demo takes it.
    ///
    /// # Errors
    /// A flag that the demo does not take, or a value that it does not know.
    pub fn to_params(&self, demo: &DemoSpec, defaults: &Params) -> Result<Params, CommandError> {
        let mut params = Params::default();
        for (setting, text) in &self.given {
            let value = setting.parse(text, Some(demo));
            let value = value.map_err(|error| CommandError::usage(error.to_string()))?;
            (setting.set)(&mut params, Some(value));
        }
        fill_params(&mut params, defaults, |setting| demo.takes(setting.name));
        lab::check_params(demo, &params).map_err(|error| CommandError::usage(error.to_string()))?;
        Ok(params)
    }
}
