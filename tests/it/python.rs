//! Finding, querying and running Pythons: fake ones that misbehave, and those of this machine.

mod asking;
mod lessons;
mod real;
mod running;

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

use forklore::python::{ChosenPython, Pythons, SearchEnvironment};

use crate::support::{assert_gone, context, eventually, run_demo as run};

/// A stub's answer to the query.
const ANSWER: &str = r#"{"forklore": 1, "implementation": "CPython", "version": "3.11.9", "feature": [3, 11],
"free_threaded": false, "methods": ["fork", "spawn"], "subinterpreters": false, "cpus": 2, "executable": null,
"gil": true}"#;

/// A fake interpreter: a shell script in a folder of its own.
struct Stub {
    folder: tempfile::TempDir,
}

impl Stub {
    /// A stub that gives this answer, and runs programs with these commands.
    fn new(answer: &str, program: &str) -> Self {
        let answer = answer.replace('\n', " ");
        Self::script(&format!(
            "if [ \"$1\" = -c ]; then echo '{answer}'; exit 0; fi\nhere=$(dirname \"$0\")\n{program}"
        ))
    }

    /// A stub that runs these commands, whatever its arguments.
    fn script(commands: &str) -> Self {
        let stub = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        // Another program writes the file: a file that we have open for writing cannot be executed, and a
        // process that another test starts at this moment would inherit the open file.
        let mut writer = Command::new("/bin/sh")
            .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
            .arg(stub.path())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let script = format!("#!/bin/sh\n{commands}\n");
        writer
            .stdin
            .take()
            .unwrap()
            .write_all(script.as_bytes())
            .unwrap();
        assert!(writer.wait().unwrap().success());
        stub
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("python3")
    }

    /// The content of a file that the stub wrote next to itself.
    fn wrote(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.folder.path().join(file)).ok()
    }

    /// The PIDs that it wrote into this file, once there are this many.
    #[track_caller]
    fn pids(&self, file: &str, count: usize) -> Vec<u32> {
        let numbers = || -> Vec<u32> {
            let text = self.wrote(file).unwrap_or_default();
            let lines = text
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'));
            lines.filter_map(|line| line.trim().parse().ok()).collect()
        };
        assert!(eventually(|| numbers().len() == count), "no PIDs");
        numbers()
    }

    fn pythons(&self) -> Pythons {
        pythons(&[self])
    }

    fn chosen(&self) -> ChosenPython {
        let choice = self.pythons().choose(&[], None);
        choice.chosen.into_iter().next().expect("one that answers")
    }
}

/// These Pythons and no others.
fn pythons(stubs: &[&Stub]) -> Pythons {
    let folders = stubs.iter().map(|stub| stub.folder.path());
    let around = SearchEnvironment {
        path: std::env::join_paths(folders).ok(),
        ..SearchEnvironment::default()
    };
    Pythons::from_environment(context(), around)
}
