//! What a user always wants, in a file: flags and the environment come before it.

use std::{fs, io, path::PathBuf};

use serde::{Deserialize, Deserializer, de::Error};

use crate::{
    render::{ColorChoice, Format},
    repl::{folders, language::values},
};

/// The configuration file's name, in the user's folder for configuration.
pub const FILE: &str = "config.toml";

/// The configuration. Every key has the name of its flag or setting.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConfigFile {
    pub lessons: Option<PathBuf>,
    #[serde(deserialize_with = "deserialize_color")]
    pub color: Option<ColorChoice>,
    pub ascii: bool,
    pub no_input: bool,
    #[serde(deserialize_with = "deserialize_format")]
    pub format: Option<Format>,
    pub timeout: Option<u64>,
    pub notes: bool,
    /// Where exercises are.
    pub folder: Option<PathBuf>,
    pub gate: Option<bool>,
    pub review: Option<bool>,
    pub workers: Option<u32>,
    pub trials: Option<u32>,
}

impl ConfigFile {
    /// The user's configuration; a warning if there is one that cannot be used.
    pub fn load_file() -> (Self, Option<String>) {
        let Some(path) = folders::config_file(FILE) else {
            return (Self::default(), None);
        };
        let read = match fs::read_to_string(&path) {
            Ok(text) => Self::from_text(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return (Self::default(), None);
            }
            Err(error) => Err(error.to_string()),
        };
        match read {
            Ok(config) => (config, None),
            Err(why) => {
                let warning = format!("the configuration is not used: {}: {why}", path.display());
                (Self::default(), Some(warning))
            }
        }
    }

    fn from_text(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|error| one_line(&error, text))?;
        let range = |key: &str, checked: Result<u32, String>| {
            checked.map_err(|why| format!("`{key}` {why}"))
        };
        config
            .workers
            .map(|n| range("workers", values::parse_workers(&n.to_string())))
            .transpose()?;
        config
            .trials
            .map(|n| range("trials", values::parse_trials(&n.to_string())))
            .transpose()?;
        Ok(config)
    }
}

fn deserialize_color<'de, D: Deserializer<'de>>(value: D) -> Result<Option<ColorChoice>, D::Error> {
    let name = String::deserialize(value)?;
    let color = values::color_named(&name);
    color
        .map(Some)
        .map_err(|why| D::Error::custom(format!("`color` {why}")))
}

fn deserialize_format<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Format>, D::Error> {
    let name = String::deserialize(value)?;
    let format = values::format_named(&name);
    format
        .map(Some)
        .map_err(|why| D::Error::custom(format!("`format` {why}")))
}

fn one_line(error: &toml::de::Error, text: &str) -> String {
    let at = error.span().map_or(0, |span| span.start);
    let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    format!("line {line}: {}", error.message().replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_names_of_flags() {
        let config = ConfigFile::from_text("format = \"plain\"\nno-input = true\nworkers = 4")
            .expect("good");
        assert_eq!(config.format, Some(Format::Plain));
        assert_eq!((config.no_input, config.workers), (true, Some(4)));
        assert_eq!(ConfigFile::from_text(""), Ok(ConfigFile::default()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let why = |text: &str| ConfigFile::from_text(text).expect_err("wrong");
        assert!(why("ascii = true\nworker = 4").starts_with("line 2: unknown field `worker`"));
        assert_eq!(
            why("workers = 0"),
            "`workers` takes a whole number from 1 to 1000"
        );
        assert_eq!(
            why("color = \"red\""),
            "line 1: `color` takes auto, always or never"
        );
        assert!(why("format = \"jason\"").contains("`format` takes text, plain"));
    }
}
