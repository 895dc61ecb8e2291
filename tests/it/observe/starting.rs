//! How programs are started: their arguments, folder and input; and what cannot be started.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process};

use forklore::observe::{self, ObserveError, ObservedProgram, ProgramCommand};

use super::{Script, env, other, shell, texts, watched};
use crate::support::{EXE, watchdog};

fn refused(program: &ObservedProgram) -> ObserveError {
    observe::observe_program(program, env()).expect_err("it cannot start")
}

#[test]
fn what_cannot_be_run_is_said_with_the_fix() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain");
    fs::write(&plain, "no program").unwrap();
    let words = |path: &Path| refused(&other(&[&path.display().to_string()]));
    assert!(matches!(words(folder.path()), ObserveError::Folder(_)));
    assert!(matches!(words(&plain), ObserveError::NotExecutable(_)));
    let nowhere = folder.path().join("nowhere");
    assert!(matches!(words(&nowhere), ObserveError::Missing(_)));
    let unknown = refused(&other(&["no-such-program-anywhere"])).to_string();
    assert!(unknown.contains("check PATH"), "{unknown}");
    assert!(matches!(refused(&other(&[])), ObserveError::Nothing));
    let inside = ObservedProgram {
        folder: Some(nowhere),
        ..other(&["sh"])
    };
    assert!(matches!(refused(&inside), ObserveError::NoFolder(_)));
}

#[test]
fn a_script_that_is_not_there_or_not_ours_to_read_is_said() {
    let Some(script) = Script::of("print(1)") else {
        return;
    };
    fs::set_permissions(script.path(), fs::Permissions::from_mode(0o000)).unwrap();
    // Root can read every file.
    if fs::read(script.path()).is_err() {
        let error = refused(&script.program(&[])).to_string();
        assert!(
            error.contains("my.py") && error.contains("denied"),
            "{error}"
        );
    }
    fs::remove_file(script.path()).unwrap();
    let error = refused(&script.program(&[]));
    assert!(matches!(error, ObserveError::Missing(_)), "{error}");
    let folder = ObservedProgram {
        command: ProgramCommand::Script {
            path: script.folder.path().to_owned(),
            python: script.python.clone(),
        },
        ..script.program(&[])
    };
    assert!(matches!(refused(&folder), ObserveError::Folder(_)));
}

#[test]
fn it_runs_where_it_is_told_with_our_environment() {
    let _guard = watchdog("a folder");
    let folder = tempfile::tempdir().unwrap();
    let program = ObservedProgram {
        folder: Some(folder.path().to_owned()),
        ..other(&[
            "sh",
            "-c",
            "pwd; echo \"$HOME\"; echo \"$0 $1\"",
            "a",
            "b c",
        ])
    };
    let home = std::env::var("HOME").unwrap_or_default();
    let here = fs::canonicalize(folder.path()).unwrap();
    let expected = [here.display().to_string(), home, "a b c".to_owned()];
    assert_eq!(texts(watched(&program).run()), expected);
}

#[test]
fn a_relative_script_is_ours_wherever_it_runs() {
    let _guard = watchdog("a relative script");
    let Some(script) = Script::of("import os, sys; print(os.getcwd(), *sys.argv[1:])") else {
        return;
    };
    let program = ObservedProgram {
        folder: Some("/".into()),
        ..script.program(&["--x", "1"])
    };
    assert_eq!(texts(watched(&program).run()), ["/ --x 1"]);
}

#[test]
fn interrupts_that_we_ignore_are_heard() {
    let _guard = watchdog("ignored interrupts");
    // Started by a shell that ignores them, like a background job.
    let commands =
        format!("trap '' INT QUIT; {EXE} try --format json -- sh -c 'kill -INT $$; echo lives'");
    let out = process::Command::new("sh")
        .args(["-c", &commands])
        .stdin(process::Stdio::null())
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(report["backends"][0]["workers"][0]["exitcode"], -2);
    // The interrupt ends the observed shell before it prints.
    let recording = shell("kill -INT $$; echo lives");
    assert!(texts(recording.run()).is_empty());
}
