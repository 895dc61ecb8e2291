//! Transcripts of a shell: commands and what they print, one file per topic in `tests/transcripts/shell`.
//!
//! A line that begins with `$ ` is run by `sh` in a home folder of its own, with `forklore` in its path. Below it stands
//! its standard output, then its standard error with `! ` before each line, then its exit code if that is not 0. `-- `
//! begins a comment. The home folder is written as `~`.
//!
//! `INSTA_UPDATE=always cargo test transcripts` writes what is printed now.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::{
    expected_file::{assert_file, trim_lines},
    home::{EXE, Home},
};

macro_rules! transcripts {
    ($($name:ident),* $(,)?) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                replay(stringify!($name));
            }
        )*
    };
}

transcripts! {
    authors,
    help,
    mistakes,
    pipes,
    recordings,
    settings,
}

#[test]
fn every_transcript_is_replayed() {
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().path();
        let name = name.file_stem().unwrap().to_str().unwrap();
        assert!(NAMES.contains(&name), "{name}");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/shell")
}

/// Runs each command of a transcript, and compares what it prints with the transcript.
fn replay(name: &str) {
    let path = folder().join(name).with_extension("txt");
    let home = Home::new();
    let mut shown = String::new();
    for line in fs::read_to_string(&path).unwrap().lines() {
        if line.starts_with("-- ") {
            let _ = writeln!(shown, "{line}");
        } else if let Some(command) = line.strip_prefix("$ ") {
            let _ = write!(shown, "{line}\n{}", printed(&run_in_shell(&home, command)));
        }
    }
    let shown = shown.replace(&home.path().display().to_string(), "~");
    assert_file(&path, &trim_lines(&shown));
}

fn run_in_shell(home: &Home, command: &str) -> Output {
    let programs = Path::new(EXE).parent().unwrap();
    let path = env::var("PATH").unwrap_or_default();
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", command])
        .env_clear()
        .envs(home.environment())
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("PROJECT", env!("CARGO_MANIFEST_DIR"))
        .current_dir(home.path())
        .stdin(Stdio::null());
    shell.output().unwrap()
}

fn printed(output: &Output) -> String {
    let mut printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !printed.is_empty() && !printed.ends_with('\n') {
        printed.push_str("\n[no newline]\n");
    }
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        let _ = writeln!(printed, "! {line}");
    }
    match output.status.code() {
        Some(0) => {}
        Some(code) => drop(writeln!(printed, "[exit code {code}]")),
        None => drop(writeln!(printed, "[{}]", output.status)),
    }
    printed
}
