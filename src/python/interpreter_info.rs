//! An interpreter's description of itself.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::OLDEST;
use crate::record::Interpreter;

/// The answer, as `ask.py` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterpreterInfo {
    /// A key that no other program's JSON has. Its value is the version of the script.
    #[serde(rename = "forklore")]
    _mark: u32,
    pub implementation: String,
    pub version: String,
    pub feature: (u32, u32),
    pub free_threaded: bool,
    pub methods: Vec<String>,
    pub subinterpreters: bool,
    /// The packages that it has, of those that a demo has a use for.
    #[serde(default)]
    pub packages: Vec<String>,
    /// The folders that packages are installed in.
    #[serde(default)]
    pub package_folders: Vec<PathBuf>,
    pub cpus: Option<u32>,
    pub executable: Option<PathBuf>,
    pub gil: bool,
}

impl InterpreterInfo {
    /// Finds the answer in the printed lines: the learner's start-up script may print lines too.
    pub fn find_in_lines<'l>(lines: impl IntoIterator<Item = &'l str>) -> Option<Self> {
        let mut lines = lines.into_iter();
        let mut answer: Self = lines.find_map(|line| serde_json::from_str(line).ok())?;
        // The names come from a program that we cannot trust, and are printed on a terminal.
        answer.implementation = printable_part(&answer.implementation);
        answer.version = printable_part(&answer.version);
        Some(answer)
    }

    /// The reason why it cannot run our programs.
    pub fn why_unusable(&self) -> Option<String> {
        let (major, minor) = OLDEST;
        let Self {
            implementation,
            version,
            ..
        } = self;
        if self.feature < OLDEST {
            return Some(format!(
                "{implementation} {version} is too old: the programs need {major}.{minor} or newer"
            ));
        }
        if self.methods.is_empty() {
            return Some(format!(
                "{implementation} {version} has no working `multiprocessing`: install the whole standard library"
            ));
        }
        None
    }

    /// The interpreter's real path, as it reports it. A wrapper's answer has the path of the interpreter behind
    /// it.
    pub fn real_path(&self) -> Option<&Path> {
        let path = self.executable.as_deref()?;
        (path.is_absolute() && path.is_file()).then_some(path)
    }

    /// The interpreter as it is recorded.
    pub fn to_interpreter(&self) -> Interpreter {
        let default = self.methods.first().cloned().unwrap_or_default();
        Interpreter {
            name: self.short_name(),
            implementation: self.implementation.clone(),
            version: self.version.clone(),
            gil: self.gil,
            free_threaded: self.free_threaded,
            start_method: default.clone(),
            default_start_method: default,
            subinterpreters: self.subinterpreters,
            usable_cpus: self.cpus,
        }
    }

    fn short_name(&self) -> String {
        let (major, minor) = self.feature;
        let feature = format!("{major}.{minor}");
        short_name(&self.implementation, &feature, self.free_threaded)
    }
}

/// `3.11`, `3.13t`, `pypy3.10`.
pub fn short_name(implementation: &str, feature: &str, free_threaded: bool) -> String {
    let kind = match implementation {
        "CPython" => String::new(),
        other => other.to_lowercase(),
    };
    let threaded = if free_threaded { "t" } else { "" };
    format!("{kind}{feature}{threaded}")
}

fn printable_part(text: &str) -> String {
    let visible = text.chars().filter(|character| !character.is_control());
    visible.take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"forklore": 1, "implementation": "CPython", "version": "3.14.0",
        "feature": [3, 14], "free_threaded": true, "methods": ["forkserver", "fork"],
        "subinterpreters": true, "cpus": 2, "executable": "/nowhere/python", "gil": false}"#;

    fn answer(line: &str) -> InterpreterInfo {
        InterpreterInfo::find_in_lines([line]).expect("an answer")
    }

    #[test]
    fn an_answer_is_found_among_other_lines() {
        let found = InterpreterInfo::find_in_lines(["welcome!", "{}", "[1]", LINE, "bye"]);
        let interpreter = found.expect("an answer").to_interpreter();
        assert_eq!(interpreter.name, "3.14t");
        assert_eq!(interpreter.start_method, "forkserver");
        assert!(interpreter.free_threaded && !interpreter.gil && interpreter.subinterpreters);
        assert_eq!(InterpreterInfo::find_in_lines(["welcome!", "{}"]), None);
    }

    #[test]
    fn other_implementations_have_their_name_in_front() {
        let pypy = LINE
            .replace("CPython", "PyPy")
            .replace("\"free_threaded\": true", "\"free_threaded\": false");
        assert_eq!(answer(&pypy).to_interpreter().name, "pypy3.14");
    }

    #[test]
    fn what_cannot_run_the_programs_hears_why() {
        assert_eq!(answer(LINE).why_unusable(), None);
        let old = LINE
            .replace("3.14.0", "3.6.15")
            .replace("[3, 14]", "[3, 6]");
        let objection = answer(&old).why_unusable().expect("too old");
        assert!(objection.contains("3.6.15 is too old"), "{objection}");
        let poor = LINE.replace(r#"["forkserver", "fork"]"#, "[]");
        assert!(
            answer(&poor)
                .why_unusable()
                .is_some_and(|why| why.contains("multiprocessing"))
        );
    }

    #[test]
    fn no_name_reaches_the_terminal_with_controls_in_it() {
        let nasty = LINE.replace("3.14.0", "3.14\\u001b[31m");
        assert_eq!(answer(&nasty).version, "3.14[31m");
    }
}
