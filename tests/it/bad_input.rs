//! Invalid files, folders and streams: one clear error, the right exit code, and no data lost.

use std::{fs, process::Command};

use crate::home::{EXE, Ended, Home};

const LESSON: &str = r#"+++
number = 1
slug = "one"
title = "One"
question = "What?"
minutes = 1
summary = "One."
+++

Text.
"#;

/// Runs the program in a shell, for redirections that need one.
fn in_shell(home: &Home, script: &str) -> Ended {
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", script])
        .env_clear()
        .envs(home.environment())
        .env("EXE", EXE);
    Ended::from(shell.current_dir(home.path()).output().unwrap())
}

#[test]
fn a_recording_that_is_damaged_or_too_new_is_an_error_that_names_it() {
    let home = Home::new();
    home.run(&["run", "process", "--save", "good.jsonl"]).well();
    let good = fs::read_to_string(home.file("good.jsonl")).unwrap();
    let damaged = good.replacen("\n{", "\n}", 1);
    let future = good.replace("forklore.recording/2", "forklore.recording/99");
    for (name, text) in [
        ("damaged", damaged),
        ("future", future),
        ("empty", String::new()),
    ] {
        home.write(name, text);
        let ended = home.run(&["replay", name]);
        assert_eq!(ended.code, Some(1), "{name}: {ended:?}");
        assert!(
            ended.out.is_empty() && ended.err.contains(name),
            "{name}: {ended:?}"
        );
    }
    let error = home.run(&["replay", "."]);
    assert_eq!(error.code, Some(1), "{error:?}");
}

#[test]
fn a_recording_that_was_cut_off_shows_what_it_has() {
    let home = Home::new();
    home.run(&["run", "process", "--save", "good.jsonl"]).well();
    let good = fs::read_to_string(home.file("good.jsonl")).unwrap();
    let half: Vec<&str> = good.lines().take(good.lines().count() / 2).collect();
    home.write("half.jsonl", half.join("\n"));
    assert!(
        home.run(&["replay", "half.jsonl"])
            .well()
            .out
            .contains("artial")
    );
}

#[test]
fn what_was_saved_is_shown_again_without_running_anything() {
    let home = Home::new();
    let run = home.run(&["run", "process", "--save", "kept.jsonl"]).well();
    assert!(run.err.contains("replay kept.jsonl"), "{run:?}");
    let again = home.run(&["replay", "kept.jsonl"]).well();
    // The child's live output comes before the report.
    assert!(run.out.ends_with(&again.out), "{again:?}");
    let json = home
        .run(&["replay", "kept.jsonl", "--format", "json"])
        .well()
        .out;
    assert!(json.contains("forklore.report/1"), "{json}");
}

#[test]
fn saving_overwrites_a_recording_only_by_force_and_nothing_else_ever() {
    let home = Home::new();
    let save = |name: &str, more: &[&str]| {
        let words = [&["run", "process", "--save", name], more].concat();
        home.run(&words)
    };
    save("kept.jsonl", &[]).well();
    home.write("notes.txt", "my notes\n");
    let before = fs::read(home.file("kept.jsonl")).unwrap();
    for (name, more) in [
        ("kept.jsonl", &[][..]),
        ("notes.txt", &[]),
        ("notes.txt", &["--force"]),
    ] {
        let ended = save(name, more);
        assert_eq!(ended.out, "", "nothing runs before that is seen");
        let error = ended.failed_with(2);
        assert!(
            error.contains(&format!("`{name}` is there already")),
            "{error}"
        );
    }
    assert_eq!(fs::read(home.file("kept.jsonl")).unwrap(), before);
    assert_eq!(fs::read(home.file("notes.txt")).unwrap(), b"my notes\n");
    save("kept.jsonl", &["--force"]).well();
    assert_ne!(fs::read(home.file("kept.jsonl")).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn a_file_that_the_program_itself_makes_is_kept_and_so_is_the_recording() {
    let home = Home::new();
    let words = [
        "try",
        "--save",
        "out.txt",
        "sh",
        "-c",
        "echo mine > out.txt",
    ];
    let ended = home.run(&words).well();
    assert!(
        ended.err.contains("`out.txt` is there already"),
        "{ended:?}"
    );
    assert!(ended.err.contains("replay out.txt.2"), "{ended:?}");
    assert_eq!(fs::read(home.file("out.txt")).unwrap(), b"mine\n");
    home.run(&["replay", "out.txt.2"]).well();
}

#[test]
fn a_recording_that_cannot_be_saved_is_shown_all_the_same() {
    let home = Home::new();
    let ended = home.run(&["run", "process", "--save", "/dev/full"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.out.contains("PID") && ended.err.contains("/dev/full"),
        "{ended:?}"
    );
}

#[test]
fn a_folder_of_lessons_may_be_missing_or_empty_or_no_folder() {
    let home = Home::new();
    home.write("file", "");
    fs::create_dir(home.file("empty")).unwrap();
    for folder in ["missing", "empty", "file"] {
        for command in ["lessons", "doctor"] {
            let error = home.run(&[command, "--lessons", folder]).failed_with(2);
            assert!(error.contains(folder), "{folder}: {error}");
        }
        // Commands without lessons still work.
        home.run(&["demos", "--lessons", folder]).well();
    }
}

#[test]
fn a_broken_lesson_is_left_out_and_told_and_linted() {
    let home = Home::new();
    home.write("mine/one.md", LESSON);
    home.write("mine/two.md", b"+++\nnumber = 2\n\xff\n");
    let listed = home.run(&["lessons", "--lessons", "mine"]).well();
    assert!(listed.out.contains("One"), "{listed:?}");
    assert!(
        listed.err.contains("two.md") && listed.err.contains("left out"),
        "{listed:?}"
    );
    home.run(&["lesson", "1", "--lessons", "mine"]).well();
    let broken = home.run(&["lesson", "two", "--lessons", "mine"]);
    assert_eq!(broken.code, Some(1), "{broken:?}");

    let linted = home.run(&["lint", "mine"]);
    assert_eq!(linted.code, Some(1), "{linted:?}");
    assert!(linted.out.contains("two.md:3:1: error"), "{linted:?}");
    assert_eq!(home.run(&["lint", "--lessons", "mine"]).out, linted.out);
    fs::remove_file(home.file("mine/two.md")).unwrap();
    assert_eq!(home.run(&["lint", "mine"]).well().out, "no problems\n");
}

#[test]
fn the_lessons_in_the_program_have_no_problems() {
    let home = Home::new();
    let linted = home.run(&["lint"]).well();
    assert!(linted.out.ends_with("no problems\n"), "{}", linted.out);
}

#[test]
fn closed_streams_do_no_harm() {
    let home = Home::new();
    for script in [
        "$EXE <&-",
        "$EXE demos <&-",
        "$EXE lesson 6 <&- >&- 2>&-",
        "$EXE run process >&-",
    ] {
        let ended = in_shell(&home, script);
        assert_eq!(ended.code, Some(0), "{script}: {ended:?}");
    }
    let ended = in_shell(&home, "$EXE leson 2>&-");
    assert_eq!(ended.code, Some(2), "{ended:?}");
}

#[test]
fn the_first_line_of_a_demo_or_a_lesson_is_enough() {
    let home = Home::new();
    for command in ["lesson 6", "run process", "run numbers --repeat 3", "demos"] {
        let ended = in_shell(&home, &format!("$EXE {command} | head -1"));
        assert_eq!(
            (ended.out.lines().count(), ended.err.as_str()),
            (1, ""),
            "{command}"
        );
    }
}

#[test]
fn a_home_that_is_nowhere_is_no_error() {
    let home = Home::new();
    let script = "unset HOME XDG_DATA_HOME XDG_CONFIG_HOME; echo 'set trials 2' | $EXE";
    assert_eq!(in_shell(&home, script).well().out, "trials: 2\n");
}
