//! The settings that hold for every run of a session: `set workers 4`.

use std::{path::PathBuf, time::Duration};

use super::language::{command_error::CommandError, values};
use crate::{
    catalog::{DemoSpec, Setting, SettingScope, session_settings},
    python,
    record::Params,
    render::Format,
    text::describe_unknown_of_many,
    tutor::RunOptions,
};

/// The value that resets a setting.
const DEFAULT: &str = "default";

/// The values of a setting that is a switch.
const ON_OFF: [&str; 2] = ["on", "off"];

/// The default time limit of a demo.
const USUAL_LIMIT: u64 = 60;

/// The default time limit of a learner's program.
const WATCHING_LIMIT: u64 = 600;

/// The default folder of exercises: visible, in the current folder.
const USUAL_FOLDER: &str = "forklore-exercises";

/// The settings of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch")]
pub struct Settings {
    /// Settings of runs, for demos that take them.
    pub defaults: Params,
    /// The Pythons of a lesson's demos, if neither the session nor the lesson names any.
    pub lesson_python: Vec<String>,
    /// How results are shown.
    pub format: Format,
    /// Whether reports show everything, and not only the table that decides.
    pub all: bool,
    /// Whether a picture follows the report of a run.
    pub picture: bool,
    /// The time limit of a demo in seconds, if it is not the default.
    pub timeout: Option<u64>,
    /// Whether lessons show the instructor's notes.
    pub notes: bool,
    /// The folder of the learner's exercises, if it is not the default.
    pub folder: Option<PathBuf>,
    /// Whether a demo waits for a guess where its lesson asks for one.
    pub gate: bool,
    /// Whether a session begins with a question of an earlier lesson that is due.
    pub review: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            defaults: Params::default(),
            lesson_python: vec![python::NEWEST.to_owned()],
            format: Format::default(),
            all: false,
            picture: false,
            timeout: None,
            notes: false,
            folder: None,
            gate: true,
            review: true,
        }
    }
}

impl Settings {
    /// The time limit of a demo.
    pub fn time_limit(&self) -> Duration {
        Duration::from_secs(self.timeout.unwrap_or(USUAL_LIMIT))
    }

    /// The folder of the learner's exercises.
    pub fn exercise_folder(&self) -> PathBuf {
        let usual = || PathBuf::from(USUAL_FOLDER);
        self.folder.clone().unwrap_or_else(usual)
    }

    /// The options of demo runs.
    pub fn run_options(&self) -> RunOptions {
        RunOptions {
            limit: self.time_limit(),
            format: self.format,
            shows_lines: true,
        }
    }

    /// The options of a learner's program.
    pub fn watch_options(&self) -> RunOptions {
        RunOptions {
            limit: Duration::from_secs(self.timeout.unwrap_or(WATCHING_LIMIT)),
            ..self.run_options()
        }
    }

    /// The settings of a run that follow from the choice of Pythons alone.
    pub fn python_params(&self) -> Params {
        let python = self.defaults.python.clone();
        Params {
            python,
            ..Params::default()
        }
    }

    /// These settings of a run of `demo`, with the Pythons of this session where it has any and the demo takes them.
    pub fn with_pythons(&self, demo: &DemoSpec, params: &Params) -> Params {
        let mut params = params.clone();
        if !self.defaults.python.is_empty() && demo.takes("python") {
            params.python.clone_from(&self.defaults.python);
        }
        params
    }

    /// Sets `name` to `value`.
    ///
    /// # Errors
    /// If there is no such setting, or it takes no such value.
    pub fn set_value(&mut self, name: &str, value: &str) -> Result<(), CommandError> {
        let wrong = |why: String| CommandError::usage(format!("`{name}` {why}, not `{value}`"));
        let text = Some(value).filter(|value| *value != DEFAULT);
        if let Some(setting) = find_own_setting(name) {
            return (setting.set)(self, text).map_err(wrong);
        }
        let setting = find_run_setting(name).ok_or_else(|| unknown(name))?;
        let parsed = text.map(|text| setting.parse(text, None)).transpose();
        let parsed = parsed.map_err(|error| wrong(error.to_string()))?;
        (setting.set)(&mut self.defaults, parsed);
        Ok(())
    }

    /// The value of `name`, for the list.
    ///
    /// # Errors
    /// If there is no such setting.
    pub fn format_value(&self, name: &str) -> Result<String, CommandError> {
        if let Some(setting) = find_own_setting(name) {
            return Ok((setting.format)(self));
        }
        let setting = find_run_setting(name).ok_or_else(|| unknown(name))?;
        Ok(setting.describe_value(&self.defaults))
    }
}

/// A setting of the session itself; those of runs are in the catalogue.
struct OwnSetting {
    name: &'static str,
    /// The possible values, if they can be listed.
    choices: fn() -> Vec<&'static str>,
    /// Reads a text; `None` is the default.
    set: fn(&mut Settings, Option<&str>) -> Result<(), String>,
    format: fn(&Settings) -> String,
}

/// The settings of the session itself, in the order in which `set` lists them.
static OWN_SETTINGS: [OwnSetting; 6] = [
    OwnSetting {
        name: "format",
        choices: || Format::ALL.map(Format::name).to_vec(),
        set: |settings, text| {
            settings.format = text.map_or(Ok(Format::default()), values::format_named)?;
            Ok(())
        },
        format: |settings| settings.format.to_string(),
    },
    OwnSetting {
        name: "timeout",
        choices: || vec![DEFAULT],
        set: |settings, text| {
            settings.timeout = text.map(values::parse_seconds).transpose()?;
            Ok(())
        },
        format: |settings| format!("{} s", settings.time_limit().as_secs()),
    },
    OwnSetting {
        name: "notes",
        choices: || ON_OFF.to_vec(),
        set: |settings, text| {
            settings.notes = text.map_or(Ok(false), on_or_off)?;
            Ok(())
        },
        format: |settings| in_words(settings.notes),
    },
    OwnSetting {
        name: "folder",
        choices: || vec![DEFAULT],
        set: |settings, text| {
            settings.folder = text.map(PathBuf::from);
            Ok(())
        },
        format: |settings| settings.exercise_folder().display().to_string(),
    },
    OwnSetting {
        name: "gate",
        choices: || ON_OFF.to_vec(),
        set: |settings, text| {
            settings.gate = text.map_or(Ok(true), on_or_off)?;
            Ok(())
        },
        format: |settings| in_words(settings.gate),
    },
    OwnSetting {
        name: "review",
        choices: || ON_OFF.to_vec(),
        set: |settings, text| {
            settings.review = text.map_or(Ok(true), on_or_off)?;
            Ok(())
        },
        format: |settings| in_words(settings.review),
    },
];

fn find_own_setting(name: &str) -> Option<&'static OwnSetting> {
    OWN_SETTINGS.iter().find(|setting| setting.name == name)
}

fn find_run_setting(name: &str) -> Option<&'static Setting> {
    session_settings().find(|setting| setting.flag == name)
}

/// The settings, in the order in which `set` lists them.
pub fn setting_names() -> Vec<&'static str> {
    let of_runs = session_settings().map(|setting| setting.flag);
    of_runs
        .chain(OWN_SETTINGS.iter().map(|setting| setting.name))
        .collect()
}

/// The settings that the configuration file may hold.
pub fn config_names() -> Vec<&'static str> {
    let mut names = setting_names();
    names.retain(|name| {
        find_run_setting(name)
            .is_none_or(|setting| matches!(setting.scope, SettingScope::Config(_)))
    });
    names
}

fn unknown(name: &str) -> CommandError {
    let names = setting_names();
    CommandError::usage(describe_unknown_of_many("setting", name, &names, "set"))
}

/// The values of a setting that can be listed, for completion.
pub fn setting_values(name: &str) -> Vec<&'static str> {
    if let Some(setting) = find_own_setting(name) {
        return (setting.choices)();
    }
    let of_run = |setting: &'static Setting| {
        let names = setting.choices(None).into_iter();
        names.chain([DEFAULT]).collect()
    };
    find_run_setting(name).map_or_else(Vec::new, of_run)
}

fn in_words(is_on: bool) -> String {
    ON_OFF[usize::from(!is_on)].to_owned()
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" | "yes" | "true" => Ok(true),
        "off" | "no" | "false" => Ok(false),
        _ => Err(values::takes_one_of(&ON_OFF)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_set_shown_and_taken_back() {
        let mut settings = Settings::default();
        settings.set_value("workers", "4").expect("a number");
        assert_eq!(settings.format_value("workers").as_deref(), Ok("4"));
        settings
            .set_value("workers", "default")
            .expect("taken back");
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn every_setting_shows_and_takes_a_default() {
        let mut settings = Settings::default();
        for name in setting_names() {
            assert!(settings.format_value(name).is_ok(), "{name}");
            settings.set_value(name, "default").expect(name);
        }
    }
}
