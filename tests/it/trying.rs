//! `try` with the real program: scripts with a real Python, and other programs.

mod ends;
mod overhead;
mod scripts;
mod shown;
mod starts;

use std::process::Command;

use serde_json::Value as Json;

use crate::{
    home::{Ended, Home},
    support::machine_python,
};

/// A home with a script, and the Python that runs it.
struct Stage {
    home: Home,
    python: String,
}

impl Stage {
    /// `None` without a Python.
    fn with(script: &str) -> Option<Self> {
        let python = machine_python()?.path.display().to_string();
        let home = Home::new();
        home.write("my.py", script);
        Some(Self { home, python })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(arguments);
        command.env("FORKLORE_PYTHON", &self.python);
        command
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        Ended::from(self.command(arguments).output().unwrap())
    }

    fn run_with_input(&self, input: &str) -> Ended {
        let path = self.home.write("input", input);
        let file = std::fs::File::open(path).unwrap();
        Ended::from(self.command(&[]).stdin(file).output().unwrap())
    }

    /// The report of `try my.py ARGUMENTS` as JSON, whatever the script's exit code.
    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Json {
        let words = ["try", "--format", "json", "my.py"];
        json(&self.run(&[&words, arguments].concat()))
    }
}

#[track_caller]
fn json(ended: &Ended) -> Json {
    match serde_json::from_str(&ended.out) {
        Ok(json) => json,
        Err(error) => panic!("{error}: {ended:?}"),
    }
}

/// The workers of the only backend.
#[track_caller]
fn workers(report: &Json) -> &[Json] {
    assert_eq!(
        report["backends"].as_array().unwrap().len(),
        1,
        "{report:#}"
    );
    assert_eq!(report["backends"][0]["name"], "try");
    report["backends"][0]["workers"].as_array().unwrap()
}

/// The workers of a kind whose name begins like this.
fn named<'r>(report: &'r Json, kind: &str, name: &str) -> Vec<&'r Json> {
    let all = workers(report).iter();
    let is_meant = |worker: &&Json| {
        worker["kind"] == kind && worker["name"].as_str().unwrap().starts_with(name)
    };
    all.filter(is_meant).collect()
}
