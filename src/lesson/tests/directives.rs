//! Problems of directives.

use super::*;
use crate::lesson::all_directives;

/// The problems of a lesson, with NAMES for the list of all directives.
fn bad_name(body: &str) -> String {
    let names = all_directives().map(|directive| directive.name);
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    bad(body).replace(&names.join(", "), "NAMES")
}

#[test]
fn a_directive_that_does_not_exist() {
    insta::assert_snapshot!(bad_name(&directive("foretell", "id = \"p1\"")), @r#"
        lessons/q6.md:13:1: error: no directive is called `foretell`
           |
        13 | ```forklore foretell
           | ^^^^^^^^^^^^^^^^^^^^
           = help: there are: NAMES
    "#);
    insta::assert_snapshot!(bad(&directive("quizz", "")), @r#"
        lessons/q6.md:13:1: error: no directive is called `quizz`
           |
        13 | ```forklore quizz
           | ^^^^^^^^^^^^^^^^^
           = help: did you mean `quiz`?
    "#);
    insta::assert_snapshot!(bad_name(&directive("", "")), @r#"
        lessons/q6.md:13:1: error: this directive has no name
           |
        13 | ```forklore
           | ^^^^^^^^^^^
           = help: write ```forklore NAME, with one of: NAMES
    "#);
    insta::assert_snapshot!(bad("## Start\n\n```forklor demo\nrun = \"numbers\"\n```\n"), @r#"
        lessons/q6.md:11:1: error: no language is called `forklor`
           |
        11 | ```forklor demo
           | ^^^^^^^^^^^^^^^
           = help: did you mean `forklore`?
    "#);
}

#[test]
fn a_demo_with_settings_that_it_does_not_take() {
    insta::assert_snapshot!(bad(&directive("demo", "run = \"paralel\"")), @r#"
        lessons/q6.md:14:7: error: no demo is called `paralel`
           |
        14 | run = "paralel"
           |       ^^^^^^^^^
           = help: did you mean `parallel`?
    "#);
    insta::assert_snapshot!(bad(&directive("demo", "run = \"numbers\"\n    wrokers = 4")), @r#"
        lessons/q6.md:15:5: error: unknown key `wrokers` in `demo`
           |
        15 |     wrokers = 4
           |     ^^^^^^^
           = help: did you mean `workers`?
    "#);
    insta::assert_snapshot!(bad(&directive("demo", "run = \"numbers\"\nseed = 4")), @r#"
        lessons/q6.md:15:1: error: the demo `numbers` takes no `seed`
           |
        15 | seed = 4
           | ^^^^
           = help: it takes: workers, repeat, unbuffered
    "#);
    insta::assert_snapshot!(bad(&directive("demo", "workers = 4")), @r#"
        lessons/q6.md:13:1: error: `demo` lacks `run`
           |
        13 | ```forklore demo
           | ^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_demo_with_wrong_values() {
    insta::assert_snapshot!(
        bad(&directive(
            "demo",
            "run = \"parallel\"\nworkers = 0\ntrials = -1\nsize = 1.5\nworkload = \"prime\"\n\
             backends = [\"serial\", \"thread\", \"gil-threads\", \"serial\"]"
        )),
        @r#"
            lessons/q6.md:15:11: error: `workers` must be a whole number from 1 to 1000
               |
            15 | workers = 0
               |           ^
            lessons/q6.md:16:10: error: `trials` must be a whole number, 0 or more
               |
            16 | trials = -1
               |          ^^
            lessons/q6.md:17:8: error: `size` must be a whole number, not a fraction
               |
            17 | size = 1.5
               |        ^^^
            lessons/q6.md:18:12: error: no workload of this demo is called `prime`
               |
            18 | workload = "prime"
               |            ^^^^^^^
               = help: did you mean `primes`?
            lessons/q6.md:19:23: error: no backend of this demo is called `thread`
               |
            19 | backends = ["serial", "thread", "gil-threads", "serial"]
               |                       ^^^^^^^^
               = help: did you mean `threads`?
            lessons/q6.md:19:33: error: no backend of this demo is called `gil-threads`
               |
            19 | backends = ["serial", "thread", "gil-threads", "serial"]
               |                                 ^^^^^^^^^^^^^
               = help: there are: serial, threads, processes
            lessons/q6.md:19:48: error: `serial` is named twice
               |
            19 | backends = ["serial", "thread", "gil-threads", "serial"]
               |                                                ^^^^^^^^
        "#
    );
    insta::assert_snapshot!(
        bad(&directive("demo", "run = \"numbers\"\nunbuffered = \"yes\"\nworkers = 5000000000")),
        @r#"
            lessons/q6.md:15:14: error: `unbuffered` must be true or false, not text
               |
            15 | unbuffered = "yes"
               |              ^^^^^
            lessons/q6.md:16:11: error: `workers` must be a whole number from 1 to 1000
               |
            16 | workers = 5000000000
               |           ^^^^^^^^^^
        "#
    );
}

#[test]
fn a_quiz_that_cannot_be_answered() {
    let choice = |text: &str, more: &str| format!("[[choice]]\ntext = \"{text}\"\n{more}\n");
    let quiz = |choices: &[String]| {
        directive(
            "quiz",
            &format!("id = \"first\"\nquestion = \"Who?\"\n{}", choices.concat()),
        )
    };
    let right = choice("A", "right = true\nwhy = \"So it is.\"");
    let wrong = choice("B", "why = \"No.\"");
    insta::assert_snapshot!(bad(&quiz(&[])), @r#"
        lessons/q6.md:13:1: error: this quiz has no answer
           |
        13 | ```forklore quiz
           | ^^^^^^^^^^^^^^^^
           = help: add [[choice]]s, an `answer` (a number) or `lines` (to put in order)
    "#);
    insta::assert_snapshot!(bad(&quiz(std::slice::from_ref(&right))), @r#"
        lessons/q6.md:13:1: error: a quiz has at least two choices
           |
        13 | ```forklore quiz
           | ^^^^^^^^^^^^^^^^
           = help: add a [[choice]]
    "#);
    insta::assert_snapshot!(bad(&quiz(&[wrong.clone(), choice("C", "why = \"No.\"")])), @r#"
        lessons/q6.md:13:1: error: no choice is right
           |
        13 | ```forklore quiz
           | ^^^^^^^^^^^^^^^^
           = help: add `right = true` to the one that is
    "#);
    insta::assert_snapshot!(bad(&quiz(&[right.clone(), choice("B", "")])), @r#"
        lessons/q6.md:20:1: error: a choice lacks `why`
           |
        20 | [[choice]]
           | ^^^^^^^^^^
    "#);
    insta::assert_snapshot!(bad(&quiz(&[right.clone(), right.clone()])), @r#"
        lessons/q6.md:13:1: error: two choices say `A`
           |
        13 | ```forklore quiz
           | ^^^^^^^^^^^^^^^^
           = help: say something else in one of them
    "#);
    insta::assert_snapshot!(bad(&directive("quiz", "id = \"x\"\nquestion = \"?\"\nchoice = 3")), @r#"
        lessons/q6.md:16:1: error: write each `choice` as a table of its own
           |
        16 | choice = 3
           | ^^^^^^
           = help: begin it with [[choice]]
    "#);
    let twice = quiz(&[right, wrong]);
    insta::assert_snapshot!(bad(&format!("{twice}\n{twice}")), @r#"
        lessons/q6.md:31:6: error: the id `first` is taken
           |
        31 | id = "first"
           |      ^^^^^^^
           = help: the other one is in line 14
    "#);
}

#[test]
fn a_table_whose_rows_do_not_fit() {
    insta::assert_snapshot!(
        bad(&directive(
            "table",
            "caption = \"Two\"\ncolumns = [\"a\", \"b\"]\nrows = [\n  [\"1\", \"2\"],\n  [\"3\"],\n  [\"`4`\", 5],\n]"
        )),
        @r#"
            lessons/q6.md:19:11: error: `rows` must be text in quotes, not a number
               |
            19 |   ["`4`", 5],
               |           ^
        "#
    );
    insta::assert_snapshot!(
        bad(&directive(
            "table",
            "caption = \"Two\"\ncolumns = [\"a\", \"b\"]\nrows = [\n  [\"1\", \"2\"],\n  [\"3\"],\n  [\"`4`\", \"5\"],\n]"
        )),
        @r#"
            lessons/q6.md:18:3: error: this row's length is 1, the table has 2 columns
               |
            18 |   ["3"],
               |   ^^^^^
            lessons/q6.md:19:4: warning: cells are plain text on one line, not Markdown
               |
            19 |   ["`4`", "5"],
               |    ^^^^^
        "#
    );
}

#[test]
fn a_missing_key_does_not_hide_a_mistyped_one() {
    let table = directive(
        "table",
        "caption = \"Two\"\ncolumms = [\"a\"]\nrows = [[\"1\"]]",
    );
    insta::assert_snapshot!(bad(&table), @r#"
    lessons/q6.md:13:1: error: `table` lacks `columns`
       |
    13 | ```forklore table
       | ^^^^^^^^^^^^^^^^^
    lessons/q6.md:15:1: error: unknown key `columms` in `table`
       |
    15 | columms = ["a"]
       | ^^^^^^^
       = help: did you mean `columns`?
    "#);
    let quiz = directive(
        "quiz",
        "id = \"q\"\nquestion = \"Q\"\nwhy = \"W\"\ntolerance = 1\n[[slip]]\nanswer = \"4\"\nwhy = \"V\"",
    );
    insta::assert_snapshot!(bad(&quiz), @r#"
    lessons/q6.md:13:1: error: `quiz` lacks `answer`
       |
    13 | ```forklore quiz
       | ^^^^^^^^^^^^^^^^
    lessons/q6.md:19:10: error: `answer` must be a number, not text
       |
    19 | answer = "4"
       |          ^^^
    "#);
}

#[test]
fn a_program_outside_the_folder() {
    for path in [
        "../secret.py",
        "/etc/passwd",
        "python/../../x.py",
        "C:\\\\x.py",
        "./x.py",
        "python//x.py",
    ] {
        let problems = bad(&directive("program", &format!("file = \"{path}\"")));
        assert!(
            problems.contains("a program lies inside the lessons' folder"),
            "{path}: {problems}"
        );
    }
}

#[test]
fn only_a_python_program_is_run() {
    let directive = directive("program", "file = \"python/hello.rs\"\nrun = true");
    insta::assert_snapshot!(bad(&directive), @r#"
        lessons/q6.md:15:7: error: only a Python program can be run
           |
        15 | run = true
           |       ^^^^
           = help: name a file that ends in `.py`, or leave `run` out
    "#);
}
