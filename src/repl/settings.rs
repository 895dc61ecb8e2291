//! What holds for every run of a session: `set workers 4`.

use std::{path::PathBuf, time::Duration};

use super::{
    language::{command_error::CommandError, run_args::RunDefaults, values},
    session_runner::RunOptions,
};
use crate::{
    text::describe_unknown_of_many,
    {lab::Demo, record::Params, render::Format},
};

/// What may be set, in the order in which `set` lists it.
pub const NAMES: [&str; 12] = [
    "workers",
    "trials",
    "size",
    "seed",
    "python",
    "start-method",
    "format",
    "timeout",
    "notes",
    "folder",
    "gate",
    "review",
];

/// Takes a setting back.
const DEFAULT: &str = "default";

/// The time limit of a demo unless it is set.
const USUAL_LIMIT: u64 = 60;

/// That of a program of the learner's.
const WATCHING_LIMIT: u64 = 600;

/// Where exercises are unless it is set: in plain view, where the learner is.
const USUAL_FOLDER: &str = "forklore-exercises";

/// The settings of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Settings of runs, where a demo takes them.
    pub defaults: RunDefaults,
    /// How results are shown.
    pub format: Format,
    /// Time limit of a demo in seconds, if it is not the usual one.
    pub timeout: Option<u64>,
    /// Whether lessons show the instructor's notes.
    pub notes: bool,
    /// Where the learner's exercises are, if not in the usual folder.
    pub folder: Option<PathBuf>,
    /// Whether a demo waits for a guess where its lesson asks for one.
    pub gate: bool,
    /// Whether a session begins with a question of an earlier lesson that is due.
    pub review: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            defaults: RunDefaults::default(),
            format: Format::Text,
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

    /// Where the learner's exercises are.
    pub fn exercise_folder(&self) -> PathBuf {
        let usual = || PathBuf::from(USUAL_FOLDER);
        self.folder.clone().unwrap_or_else(usual)
    }

    /// On which terms demos run.
    pub fn run_options(&self) -> RunOptions {
        RunOptions {
            limit: self.time_limit(),
            format: self.format,
            shows_lines: true,
        }
    }

    /// On which terms a program of the learner's runs.
    pub fn watch_options(&self) -> RunOptions {
        RunOptions {
            limit: Duration::from_secs(self.timeout.unwrap_or(WATCHING_LIMIT)),
            ..self.run_options()
        }
    }

    /// The settings of a run that the choice of Pythons alone makes.
    pub fn python_params(&self) -> Params {
        let python = self.defaults.python.clone();
        Params {
            python,
            ..Params::default()
        }
    }

    /// These settings of a run of `demo`, with the Pythons of this session where it has any and the demo takes them.
    pub fn with_pythons(&self, demo: &Demo, params: &Params) -> Params {
        let mut params = params.clone();
        if !self.defaults.python.is_empty() && demo.takes.contains(&"python") {
            params.python.clone_from(&self.defaults.python);
        }
        params
    }

    /// Sets `name` to what `value` says.
    ///
    /// # Errors
    /// If there is no such setting, or it takes no such value.
    pub fn set_value(&mut self, name: &str, value: &str) -> Result<(), CommandError> {
        let wrong = |why: String| CommandError::usage(format!("`{name}` {why}, not `{value}`"));
        let defaults = &mut self.defaults;
        match name {
            "workers" => {
                defaults.workers = parse_optional(value, values::parse_workers).map_err(wrong)?;
            }
            "trials" => {
                defaults.trials = parse_optional(value, values::parse_trials).map_err(wrong)?;
            }
            "size" => defaults.size = parse_optional(value, values::parse_size).map_err(wrong)?,
            "seed" => defaults.seed = parse_optional(value, values::parse_seed).map_err(wrong)?,
            "python" if value == DEFAULT => defaults.python.clear(),
            "python" => defaults.python = parse_pythons(value),
            "start-method" => {
                defaults.start_method = parse_optional(value, start_method).map_err(wrong)?;
            }
            "format" => {
                let format = parse_optional(value, values::format_named).map_err(wrong)?;
                self.format = format.unwrap_or(Format::Text);
            }
            "timeout" => {
                self.timeout = parse_optional(value, values::parse_seconds).map_err(wrong)?;
            }
            "folder" => self.folder = (value != DEFAULT).then(|| PathBuf::from(value)),
            "notes" => {
                self.notes = parse_optional(value, on_or_off)
                    .map_err(wrong)?
                    .unwrap_or(false);
            }
            "gate" => {
                self.gate = parse_optional(value, on_or_off)
                    .map_err(wrong)?
                    .unwrap_or(true);
            }
            "review" => {
                self.review = parse_optional(value, on_or_off)
                    .map_err(wrong)?
                    .unwrap_or(true);
            }
            _ => return Err(unknown(name)),
        }
        Ok(())
    }

    /// What `name` is set to, for the list.
    ///
    /// # Errors
    /// If there is no such setting.
    pub fn format_value(&self, name: &str) -> Result<String, CommandError> {
        let defaults = &self.defaults;
        Ok(match name {
            "workers" => or_else(defaults.workers, "as each demo has it"),
            "trials" => or_else(defaults.trials, "as each demo has it"),
            "size" => or_else(defaults.size, "fits itself to this machine"),
            "seed" => or_else(defaults.seed, "a new one each time"),
            "python" if defaults.python.is_empty() => {
                "the usual choice (`pythons` shows it)".to_owned()
            }
            "python" => defaults.python.join(","),
            "start-method" => or_else(defaults.start_method.as_ref(), "each Python's own default"),
            "format" => self.format.to_string(),
            "timeout" => format!("{} s", self.time_limit().as_secs()),
            "folder" => self.exercise_folder().display().to_string(),
            "notes" => in_words(self.notes),
            "gate" => in_words(self.gate),
            "review" => in_words(self.review),
            _ => return Err(unknown(name)),
        })
    }
}

fn unknown(name: &str) -> CommandError {
    CommandError::usage(describe_unknown_of_many("setting", name, &NAMES, "set"))
}

/// The values of a setting that can be listed, for completion.
pub fn setting_values(name: &str) -> Vec<String> {
    let mut values: Vec<String> = match name {
        "format" => Format::ALL.iter().map(Format::to_string).collect(),
        "notes" | "gate" | "review" => vec!["on".to_owned(), "off".to_owned()],
        "python" => ["usual", "all", "none"].map(str::to_owned).to_vec(),
        "start-method" => {
            let methods = values::START_METHODS.iter().copied();
            methods.chain([DEFAULT]).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    if NAMES.contains(&name) && values.is_empty() {
        values.push(DEFAULT.to_owned());
    }
    values
}

fn parse_optional<T>(text: &str, read: fn(&str) -> Result<T, String>) -> Result<Option<T>, String> {
    if text == DEFAULT {
        Ok(None)
    } else {
        read(text).map(Some)
    }
}

fn or_else(value: Option<impl ToString>, otherwise: &str) -> String {
    value.map_or_else(|| otherwise.to_owned(), |value| value.to_string())
}

/// Names, with commas between them. Whether there are such Pythons is found out when they are asked for.
fn parse_pythons(text: &str) -> Vec<String> {
    let words = text.split(',').map(str::trim);
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn start_method(text: &str) -> Result<String, String> {
    if values::START_METHODS.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(values::takes_one_of(&values::START_METHODS))
}

fn in_words(is_on: bool) -> String {
    if is_on { "on" } else { "off" }.to_owned()
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" | "yes" | "true" => Ok(true),
        "off" | "no" | "false" => Ok(false),
        _ => Err(values::takes_one_of(&["on", "off"])),
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
        for name in NAMES {
            assert!(settings.format_value(name).is_ok(), "{name}");
            settings.set_value(name, "default").expect(name);
        }
    }

    #[test]
    fn a_wrong_value_or_name_hears_what_there_is() {
        let mut settings = Settings::default();
        let said = |result: Result<(), CommandError>| result.expect_err("wrong").to_string();
        assert_eq!(
            said(settings.set_value("workers", "0")),
            "`workers` takes a whole number from 1 to 1000, not `0`"
        );
        assert_eq!(
            said(settings.set_value("notes", "maybe")),
            "`notes` takes on or off, not `maybe`"
        );
        assert_eq!(
            said(settings.set_value("worker", "4")),
            "no setting is called `worker`; did you mean `workers`?"
        );
    }
}
