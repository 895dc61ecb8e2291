//! The user's configuration file: flags and the environment override it.

use std::{io, ops::Range, path::PathBuf};

use toml::de::{DeTable, DeValue};

use crate::{
    record,
    render::ColorChoice,
    repl::{
        folders,
        language::values,
        settings::{Settings, config_names},
    },
    text::suggest_name,
};

/// The configuration file's name, in the user's folder for configuration.
pub const FILE: &str = "config.toml";

/// The configuration. Every key has the name of its flag or setting.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ConfigFile {
    pub lessons: Option<PathBuf>,
    pub color: Option<ColorChoice>,
    pub ascii: bool,
    pub no_input: bool,
    /// What `set` could set too.
    pub settings: Settings,
}

/// The keys that no setting of a session has.
const OWN_KEYS: [&str; 4] = ["lessons", "color", "ascii", "no-input"];

impl ConfigFile {
    /// The user's configuration; a warning if there is one that cannot be used.
    pub fn load_file() -> (Self, Option<String>) {
        let Some(path) = folders::config_file(FILE) else {
            return (Self::default(), None);
        };
        let read = match record::read_plain_file(&path).and_then(|bytes| {
            String::from_utf8(bytes)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
        }) {
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
        let table = DeTable::parse(text)
            .map_err(|error| at_line(text, error.span(), error.message()))?
            .into_inner();
        let mut config = Self::default();
        for (key, value) in table {
            let at = Some(key.span());
            config
                .set_key(key.get_ref(), value.get_ref())
                .map_err(|why| at_line(text, at, &why))?;
        }
        Ok(config)
    }

    fn set_key(&mut self, key: &str, value: &DeValue<'_>) -> Result<(), String> {
        let names = config_names();
        let keys: Vec<&str> = OWN_KEYS.into_iter().chain(names.iter().copied()).collect();
        if !keys.contains(&key) {
            let help = suggest_name(key, &keys).unwrap_or_default();
            return Err(format!("unknown key `{key}`; {help}"));
        }
        if names.contains(&key) {
            let set = self.settings.set_value(key, &value_text(key, value)?);
            return set.map_err(|error| error.to_string());
        }
        match (key, value) {
            ("lessons", DeValue::String(folder)) => {
                self.lessons = Some(PathBuf::from(folder.as_ref()));
            }
            ("color", DeValue::String(name)) => {
                let color = values::color_named(name);
                self.color = Some(color.map_err(|why| format!("`color` {why}"))?);
            }
            ("ascii", DeValue::Boolean(is_on)) => self.ascii = *is_on,
            ("no-input", DeValue::Boolean(is_on)) => self.no_input = *is_on,
            ("ascii" | "no-input", _) => return Err(format!("`{key}` takes true or false")),
            _ => return Err(format!("`{key}` takes text in quotes")),
        }
        Ok(())
    }
}

/// A value as it would be typed.
fn value_text(key: &str, value: &DeValue<'_>) -> Result<String, String> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Ok(number.as_str().replace('_', "")),
        DeValue::Boolean(is_on) => Ok(is_on.to_string()),
        _ => Err(format!("`{key}` takes text, a whole number, true or false")),
    }
}

fn at_line(text: &str, span: Option<Range<usize>>, message: &str) -> String {
    let at = span.map_or(0, |span| span.start);
    let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    format!("line {line}: {}", message.replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Format;

    #[test]
    fn keys_have_the_names_of_flags() {
        let config = ConfigFile::from_text("format = \"plain\"\nno-input = true\nworkers = 4")
            .expect("good");
        assert_eq!(config.settings.format, Format::Plain);
        assert_eq!(
            (config.no_input, config.settings.defaults.workers),
            (true, Some(4))
        );
        assert_eq!(ConfigFile::from_text(""), Ok(ConfigFile::default()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let why = |text: &str| ConfigFile::from_text(text).expect_err("wrong");
        assert_eq!(
            why("ascii = true\nworker = 4"),
            "line 2: unknown key `worker`; did you mean `workers`?"
        );
        assert_eq!(
            why("workers = 0"),
            "line 1: `workers` takes a whole number from 1 to 1000, not `0`"
        );
        assert_eq!(
            why("notes = []"),
            "line 1: `notes` takes text, a whole number, true or false"
        );
        assert_eq!(why("ascii = 1"), "line 1: `ascii` takes true or false");
        assert!(why("seed = 7").starts_with("line 1: unknown key `seed`"));
        assert_eq!(
            why("color = \"red\""),
            "line 1: `color` takes auto, always or never"
        );
        assert!(why("format = \"jason\"").contains("`format` takes text, plain"));
    }
}
