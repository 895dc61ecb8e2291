//! Problems of the front matter and of TOML itself.

use super::*;

#[test]
fn a_file_without_front_matter() {
    let (lesson, problems) = parse_lesson("q6.md", "## Start\n\nWords.\n", &known());
    assert_eq!(lesson.steps.len(), 1);
    insta::assert_snapshot!(shown(&problems), @r#"
        q6.md:1:1: error: the front matter is missing
          |
        1 | ## Start
          | ^
          = help: begin the file with +++, number = 1, slug, title, question, minutes, summary, +++
    "#);
}

#[test]
fn a_front_matter_that_never_ends() {
    let text = FRONT.trim_end().trim_end_matches("+++").to_owned() + "\n## Start\n\nWords.\n";
    let (lesson, problems) = parse_lesson("q6.md", &text, &known());
    assert_eq!((lesson.number, lesson.steps.len()), (6, 1));
    insta::assert_snapshot!(shown(&problems), @r#"
        q6.md:1:1: error: the front matter never ends
          |
        1 | +++
          | ^^^
          = help: close it with another line +++
    "#);
}

#[test]
fn a_front_matter_with_wrong_keys() {
    let text = "+++\nnumber = \"6\"\nslug = \"Q6\"\ntitel = \"Four\"\nquestion = \"\"\nminutes = 0\n+++\n## Start\n\nWords.\n";
    insta::assert_snapshot!(shown(&parse_lesson("q6.md", text, &known()).1), @r#"
        q6.md:1:1: error: the front matter lacks `title`
          |
        1 | +++
          | ^^^
        q6.md:1:1: error: the front matter lacks `summary`
          |
        1 | +++
          | ^^^
        q6.md:2:10: error: `number` must be a whole number, not text
          |
        2 | number = "6"
          |          ^^^
        q6.md:3:8: error: this is no name that can be typed for a lesson
          |
        3 | slug = "Q6"
          |        ^^^^
          = help: use a-z, 0-9 and hyphens, beginning with a letter, and not q6: that is lesson 6
        q6.md:4:1: error: unknown key `titel` in the front matter
          |
        4 | titel = "Four"
          | ^^^^^
          = help: did you mean `title`?
        q6.md:5:12: error: `question` says nothing
          |
        5 | question = ""
          |            ^^
        q6.md:6:11: error: `minutes` counts from 1
          |
        6 | minutes = 0
          |           ^
    "#);
}

#[test]
fn broken_toml() {
    insta::assert_snapshot!(bad(&directive("demo", "run = numbers\nworkers = 2")), @r#"
        lessons/q6.md:14:7: error: bad TOML: text stands in quotes
           |
        14 | run = numbers
           |       ^^^^^^^
           = help: write "numbers"
    "#);
    insta::assert_snapshot!(bad(&directive("note", "text = \"never closed")), @r#"
        lessons/q6.md:14:21: error: bad TOML: invalid basic string, expected `"`
           |
        14 | text = "never closed
           |                     ^
    "#);
    insta::assert_snapshot!(bad(&directive("demo", "run = \"numbers\"\nrun = \"numbers\"")), @r#"
        lessons/q6.md:15:1: error: bad TOML: duplicate key
           |
        15 | run = "numbers"
           | ^^^
    "#);
    insta::assert_snapshot!(bad(&directive("note", "text = Ask who knows.")), @r#"
        lessons/q6.md:14:8: error: bad TOML: text stands in quotes
           |
        14 | text = Ask who knows.
           |        ^^^^^^^^^^^^^^
           = help: write "Ask who knows."
    "#);
}
