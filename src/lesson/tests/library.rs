//! Folders of lessons, with their errors.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::lesson::{AnswerKey, Block, LessonNotFound, Library, lint_library};

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn load(folder: &TempDir) -> Library {
    Library::load_folder(folder.path()).unwrap()
}

/// A valid lesson with this number and slug.
fn lesson(number: u32, slug: &str) -> String {
    let front = FRONT
        .replace("number = 6", &format!("number = {number}"))
        .replace("four-processes", slug);
    format!("{front}## Start\n\nWords.\n")
}

/// The problems, without the folder's own path.
fn format_diagnostics(folder: &TempDir, problems: &[Diagnostic]) -> String {
    let path = format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR);
    shown(problems).replace(&path, "")
}

#[test]
fn the_lessons_of_the_binary_have_no_problems() {
    let problems = lint_library(None).unwrap();
    assert!(problems.is_empty(), "\n{}", shown(&problems));
}

#[test]
fn the_lessons_of_the_binary_say_everything_in_their_authors_words() {
    let library = Library::load_embedded();
    for lesson in library.lessons() {
        for claim in lesson.claims() {
            assert!(claim.evidence.is_some(), "{}", claim.id);
        }
        for block in lesson.blocks() {
            let Block::Predict(predict) = block else {
                continue;
            };
            let mut choices = predict.choices.iter();
            let is_measured = choices.any(|it| matches!(it.right, AnswerKey::Measured(_)));
            assert!(!is_measured || predict.measured.is_some(), "{}", predict.id);
        }
    }
}

#[test]
fn lessons_come_by_number_and_the_readme_is_none() {
    let folder = folder(&[
        ("a.md", &lesson(10, "ten")),
        ("b.md", &lesson(2, "two")),
        ("README.md", "# How to write lessons\n"),
        ("notes.txt", "No lesson either.\n"),
        (".hidden.md", "Nor this.\n"),
    ]);
    let library = load(&folder);
    assert_eq!(library.diagnostics(), []);
    let slugs: Vec<&str> = library
        .lessons()
        .iter()
        .map(|lesson| lesson.slug.as_str())
        .collect();
    assert_eq!(slugs, ["two", "ten"]);
    let two = library.find_lesson("2").unwrap();
    assert_eq!(library.lesson_after(two).unwrap().slug, "ten");
    assert_eq!(
        library.lesson_after(library.find_lesson("10").unwrap()),
        None
    );
}

#[test]
fn a_lesson_is_found_by_number_by_q_and_number_and_by_slug() {
    let folder = folder(&[("a.md", &lesson(6, "four-processes"))]);
    let library = load(&folder);
    for name in ["6", "q6", "Q6", " four-processes ", "Four-Processes"] {
        assert_eq!(library.find_lesson(name).unwrap().number, 6, "{name}");
    }
    let unknown = |name| library.find_lesson(name).unwrap_err().to_string();
    assert_eq!(
        unknown("for-processes"),
        "no lesson is called `for-processes`; did you mean `four-processes`?"
    );
    assert_eq!(unknown("7"), "no lesson is called `7`; there is lesson 6");
}

#[test]
fn a_broken_lesson_is_left_out_and_the_others_play() {
    let broken = lesson(2, "two") + "\n```forklore demo\nrun = \"paralel\"\n```\n";
    let folder = folder(&[("a.md", &lesson(1, "one")), ("b.md", &broken)]);
    let library = load(&folder);
    assert_eq!(library.lessons().len(), 1);
    assert_eq!(library.errors().count(), 1);
    insta::assert_snapshot!(format_diagnostics(&folder, library.diagnostics()), @r#"
        b.md:14:7: error: no demo is called `paralel`
           |
        14 | run = "paralel"
           |       ^^^^^^^^^
           = help: did you mean `parallel`?
    "#);
    for name in ["2", "two", "b"] {
        let error = library.find_lesson(name).unwrap_err();
        assert!(
            matches!(error, LessonNotFound::Broken { .. }),
            "{name}: {error}"
        );
        assert!(
            error.to_string().contains("did you mean `parallel`?"),
            "{error}"
        );
    }
}

#[test]
fn a_warning_leaves_a_lesson_in() {
    let text = lesson(1, "one") + "\n```\nno language\n```\n";
    let library = load(&folder(&[("a.md", &text)]));
    assert_eq!(library.lessons().len(), 1);
    assert_eq!(library.diagnostics().len(), 1);
    assert_eq!(library.errors().count(), 0);
}

#[test]
fn two_lessons_cannot_share_a_number_or_a_slug() {
    let folder = folder(&[
        ("a.md", &lesson(1, "one")),
        ("b.md", &lesson(1, "two")),
        ("c.md", &lesson(3, "one")),
    ]);
    let library = load(&folder);
    assert_eq!(library.lessons().len(), 1);
    insta::assert_snapshot!(format_diagnostics(&folder, library.diagnostics()), @r#"
        b.md:2:10: error: lesson 1 exists already: `one`
          |
        2 | number = 1
          |          ^
        c.md:3:8: error: lesson 1 has this slug already
          |
        3 | slug = "one"
          |        ^^^^^
    "#);
}

#[test]
fn a_file_too_long_for_a_lesson_is_not_read() {
    let folder = folder(&[("a.md", &"word ".repeat(300_000))]);
    let library = load(&folder);
    assert_eq!(
        format_diagnostics(&folder, library.diagnostics()),
        "a.md:1:1: error: the file is longer than 1024 KiB\n"
    );
}

/// A lesson that shows this program.
fn showing(file: &str) -> String {
    lesson(1, "one") + &format!("\n```forklore program\nfile = \"{file}\"\n```\n")
}

#[test]
fn a_program_is_part_of_the_library() {
    let files = [
        ("a.md", &*showing("python/hello.py")),
        ("python/hello.py", "print('\u{1b}[31mhello')\n"),
    ];
    let library = load(&folder(&files));
    assert_eq!(library.diagnostics(), []);
    assert_eq!(
        library.program_text("python/hello.py"),
        Some("print(' [31mhello')\n")
    );
    assert_eq!(library.program_text("python/other.py"), None);
}

#[test]
fn a_program_that_is_missing_is_a_problem_of_its_lesson() {
    let folder = folder(&[
        ("a.md", &showing("python/helo.py")),
        ("python/hello.py", ""),
    ]);
    insta::assert_snapshot!(format_diagnostics(&folder, load(&folder).diagnostics()), @r#"
        a.md:14:8: error: there is no such file in the lessons' folder
           |
        14 | file = "python/helo.py"
           |        ^^^^^^^^^^^^^^^^
           = help: did you mean `python/hello.py`?
    "#);
}

#[test]
fn lint_tells_of_programs_that_nobody_shows_and_of_long_lines() {
    let long = format!("x = {}1\n", "1 + ".repeat(30));
    let folder = folder(&[
        ("a.md", &showing("python/hello.py")),
        ("python/hello.py", &long),
        ("python/forgotten.py", "print(1)\n"),
        ("python/.cache", "hidden"),
        ("elsewhere/data.txt", "nobody looks here"),
    ]);
    let problems = lint_library(Some(folder.path())).unwrap();
    insta::assert_snapshot!(format_diagnostics(&folder, &problems), @r#"
        python/forgotten.py:1:1: warning: no lesson shows this file
        python/hello.py:1:89: warning: a line of code of 125 columns
          |
        1 | … + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1
          |                                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          = help: keep code within 88 columns
    "#);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_and_a_pipe_are_not_followed() {
    use std::os::unix::fs::symlink;

    use nix::{sys::stat::Mode, unistd::mkfifo};

    let elsewhere = folder(&[("secret.py", "password = 1\n")]);
    let folder = folder(&[
        ("a.md", &showing("python/link.py")),
        (
            "b.md",
            &showing("python/pipe.py").replace("number = 1", "number = 2"),
        ),
        ("python/hello.py", ""),
    ]);
    let inside = |name: &str| folder.path().join("python").join(name);
    symlink(elsewhere.path().join("secret.py"), inside("link.py")).unwrap();
    mkfifo(&inside("pipe.py"), Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
    let library = load(&folder);
    assert_eq!(library.program_text("python/link.py"), None);
    let message = format_diagnostics(&folder, library.diagnostics());
    assert!(
        message.contains("the file lies outside the lessons' folder"),
        "{message}"
    );
    assert!(message.contains("it is no plain file"), "{message}");
}

#[test]
fn claims_are_unique_over_all_lessons_and_name_each_other() {
    let claim = |id: &str, counter: &str| {
        format!(
            "\n```forklore claim\nid = \"{id}\"\nsays = \"A.\"\ndemo = \"numbers\"\nholds_if = \"1 < 2\"\n\
             counter = \"{counter}\"\n```\n"
        )
    };
    let files = [
        ("a.md", lesson(1, "one") + &claim("first", "second")),
        ("b.md", lesson(2, "two") + &claim("second", "frist")),
        ("c.md", lesson(3, "three") + &claim("first", "first")),
    ];
    let folder = folder(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    let library = load(&folder);
    assert_eq!(library.lessons().len(), 2, "the third repeats a claim");
    insta::assert_snapshot!(format_diagnostics(&folder, library.diagnostics()), @r#"
        b.md:18:11: warning: no claim is called `frist`
           |
        18 | counter = "frist"
           |           ^^^^^^^
           = help: did you mean `first`?
        c.md:14:6: error: lesson 1 has a claim of this id already
           |
        14 | id = "first"
           |      ^^^^^^^
    "#);
}
