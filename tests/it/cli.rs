//! The command line: help, errors, exit codes, pipes.

use std::{
    fs::OpenOptions,
    io::{BufRead, BufReader},
    process::Stdio,
};

use crate::home::{Ended, Home};

#[test]
fn help_leads_with_examples_and_ends_with_the_next_command() {
    let home = Home::new();
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["run", "--help"],
        &["lesson", "--help"],
    ] {
        let help = home.run(arguments).well().out;
        let examples = help.find("Examples:").unwrap();
        assert!(examples < help.find("Usage:").unwrap(), "{help}");
        assert!(help.lines().last().unwrap().starts_with("Next: "), "{help}");
    }
}

#[test]
fn what_is_not_understood_ends_with_2_and_one_line() {
    let home = Home::new();
    let cases = [
        (
            &["leson"][..],
            "no command is called `leson`; did you mean `lesson`?",
        ),
        (
            &["lessons", "--formt", "json"],
            "there is no flag `--formt` here; did you mean `--format`?",
        ),
        (&["lessons", "--format", "jason"], "did you mean `json`?"),
        (&["lesson", "77"], "no lesson is called `77`"),
        (&["run", "zebra"], "no demo is called `zebra`"),
        (
            &["run", "race", "--workers", "0"],
            "`--workers` takes a whole number from 1 to 1000, not `0`",
        ),
        (
            &["run", "race", "-w", "10000"],
            "`--workers` takes a whole number from 1 to 1000",
        ),
        (
            &["lessons", "--timeout", "soon"],
            "`--timeout` takes a whole number from 1 to 86400",
        ),
        (
            &["--no-input"],
            "a command is missing, and `--no-input` opens no prompt",
        ),
        (
            &["lint", "/nowhere"],
            "there is no lessons folder `/nowhere`",
        ),
        (
            &["lessons", "--lessons", "/nowhere"],
            "there is no lessons folder `/nowhere`",
        ),
    ];
    for (arguments, expected) in cases {
        let error = home.run(arguments).failed_with(2);
        assert!(
            error.starts_with("error: ") && error.contains(expected),
            "{arguments:?}: {error}"
        );
    }
}

#[test]
fn what_is_missing_or_unknown_is_told_in_one_line_that_says_what_to_type() {
    let home = Home::new();
    let cases = [
        (
            &["zebra"][..],
            "no command is called `zebra`; `help` lists the commands",
        ),
        (
            &["lesson"],
            "which lesson? `forklore lesson 1`; `lessons` lists them",
        ),
        (
            &["run"],
            "which demo? `forklore run parallel`; `demos` lists them",
        ),
        (
            &["new", "lesson"],
            "in which folder? `forklore new lesson my-lessons`",
        ),
        (
            &["completions"],
            "for which shell? `forklore completions bash`",
        ),
        (
            &["run", "zebra"],
            "no demo is called `zebra`; `demos` lists them",
        ),
        (
            &["replay", "nowhere.jsonl"],
            "there is no file `nowhere.jsonl`",
        ),
        (&["help", "zebra"], "no command is called `zebra`"),
    ];
    for (arguments, expected) in cases {
        let error = home.run(arguments).failed_with(2);
        assert!(
            error.starts_with("error: ") && error.contains(expected),
            "{arguments:?}: {error}"
        );
    }
}

#[test]
fn help_as_a_word_is_help_as_a_flag() {
    let home = Home::new();
    for (word, flag) in [
        (&["help"][..], &["--help"][..]),
        (&["help", "try"], &["try", "--help"]),
        (&["help", "compare"], &["compare", "--help"]),
        (&["help", "run", "race"], &["run", "race", "--help"]),
        (&["help", "race"], &["run", "race", "--help"]),
    ] {
        let out = home.run(word).well().out;
        assert_eq!(out, home.run(flag).well().out, "{word:?}");
        assert!(out.contains("Usage: "), "{out}");
    }
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf_8_is_a_file_name_or_one_clear_error() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let home = Home::new();
    let odd = OsStr::from_bytes(b"\xff");
    for arguments in [
        &[odd][..],
        &["replay".as_ref(), odd],
        &["lesson".as_ref(), odd],
        &["lessons".as_ref(), "--color".as_ref(), odd],
        &["lessons".as_ref(), "--lessons".as_ref(), odd],
        &["try".as_ref(), odd],
    ] {
        let ended = Ended::from(home.command(&[]).args(arguments).output().unwrap());
        let error = ended.failed_with(2);
        assert!(error.starts_with("error: "), "{arguments:?}: {error}");
    }
    let save: &[&OsStr] = &["run".as_ref(), "process".as_ref(), "--save".as_ref(), odd];
    for arguments in [save, &["replay".as_ref(), odd]] {
        Ended::from(home.command(&[]).args(arguments).output().unwrap()).well();
    }
}

#[test]
fn flags_of_the_program_may_stand_before_and_after_the_command() {
    let home = Home::new();
    let after = home.run(&["lessons", "--format", "json"]).well().out;
    assert_eq!(home.run(&["--format", "json", "lessons"]).well().out, after);
    assert!(after.starts_with(['{', '[']), "{after}");
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_configuration() {
    let home = Home::new();
    home.write(
        "config/forklore/config.toml",
        "lessons = \"/from/configuration\"",
    );
    let error = |command: &mut std::process::Command| {
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    let mut command = home.command(&["lessons"]);
    assert!(error(&mut command).contains("/from/configuration"));
    command.env("FORKLORE_LESSONS", "/from/environment");
    assert!(error(&mut command).contains("/from/environment"));
    command.args(["--lessons", "/from/flag"]);
    assert!(error(&mut command).contains("/from/flag"));
}

#[test]
fn a_broken_configuration_is_told_and_not_used() {
    let home = Home::new();
    home.write("config/forklore/config.toml", "worker = 4");
    let ended = home.run(&["lessons"]).well();
    assert!(
        ended.err.contains("line 1: unknown key `worker`"),
        "{}",
        ended.err
    );
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let home = Home::new();
    for arguments in [
        &["man"][..],
        &["--help"],
        &["completions", "bash"],
        &["lessons"],
        &["doctor"],
    ] {
        let mut child = home.command(arguments).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{arguments:?}");
        assert!(ended.stderr.is_empty(), "{arguments:?}: {:?}", ended.stderr);
    }
}

#[test]
fn the_first_line_of_a_long_output_is_enough() {
    let home = Home::new();
    let mut child = home.command(&["man"]).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    assert!(!first.is_empty());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let home = Home::new();
    for arguments in [&["--help"][..], &["doctor"], &["man"]] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = home
            .command(arguments)
            .stdout(Stdio::from(full))
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(1), "{arguments:?}");
        assert!(String::from_utf8_lossy(&ended.stderr).contains("No space left"));
    }
}

#[test]
fn piped_output_has_no_escapes_unless_colour_is_forced() {
    let home = Home::new();
    for arguments in [&["doctor"][..], &["lessons"], &["demos"], &["--help"]] {
        let out = home.run(arguments).well().out;
        assert!(!out.contains('\u{1b}'), "{arguments:?}: {out}");
    }
    let coloured = home.run(&["doctor", "--color", "always"]).well().out;
    assert!(coloured.contains('\u{1b}'), "{coloured}");
}

#[test]
fn doctor_tells_the_machine_with_or_without_python() {
    let home = Home::new();
    let mut command = home.command(&["doctor", "--format", "plain"]);
    let out = String::from_utf8(command.env("PATH", "/nowhere").output().unwrap().stdout).unwrap();
    for expected in ["cores", "memory", "build", "install Python 3.8"] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
}

#[test]
fn completions_and_the_manual_are_made_from_the_same_definitions() {
    let home = Home::new();
    assert!(
        home.run(&["completions", "zsh"])
            .well()
            .out
            .starts_with("#compdef forklore")
    );
    assert!(home.run(&["man"]).well().out.contains(".TH forklore 1"));
    let error = home.run(&["completions", "bsh"]).failed_with(2);
    assert!(error.contains("did you mean `bash`?"), "{error}");
}
