//! Problems of steps, headings, fences and prose.

use super::*;
use crate::lesson::Block;

#[test]
fn steps_and_headings() {
    insta::assert_snapshot!(bad(""), @r#"
        lessons/q6.md:8:4: error: the lesson has no steps
          |
        8 | +++
          |    ^
          = help: begin one with `## `
    "#);
    insta::assert_snapshot!(bad("## Empty\n\n## Start\n\nWords.\n"), @r#"
        lessons/q6.md:9:1: error: the step `Empty` shows a student nothing
          |
        9 | ## Empty
          | ^^^^^^^^
    "#);
    insta::assert_snapshot!(bad("# Title\n\nWords.\n\n## Start\n\n#### Deep\n\nWords.\n"), @r#"
        lessons/q6.md:9:1: error: the lesson's title stands in the front matter
          |
        9 | # Title
          | ^^^^^^^
          = help: begin a step with `## `
        lessons/q6.md:15:1: error: a heading deeper than `### `
           |
        15 | #### Deep
           | ^^^^^^^^^
           = help: steps begin with `## `, their parts with `### `
    "#);
    insta::assert_snapshot!(bad("## Start\n\nWords that are\n---\nmore words.\n"), @r#"
        lessons/q6.md:9:1: error: the step `Start` shows a student nothing
          |
        9 | ## Start
          | ^^^^^^^^
        lessons/q6.md:11:1: warning: the line of hyphens below makes this a heading
           |
        11 | Words that are
           | ^^^^^^^^^^^^^^
           = help: write it as `## `, or leave an empty line between
    "#);
    insta::assert_snapshot!(bad("##\n\nWords.\n"), @r#"
        lessons/q6.md:9:1: error: a heading without words
          |
        9 | ##
          | ^^
    "#);
    insta::assert_snapshot!(bad("## Start\n\n```forklore note\ntext = \"Only this.\"\n```\n"), @r#"
        lessons/q6.md:9:1: error: the step `Start` shows a student nothing
          |
        9 | ## Start
          | ^^^^^^^^
    "#);
}

#[test]
fn a_block_that_swallows_the_next_is_one_problem() {
    let text = "## Start\n\nWords.\n\n```forklore note\ntext = \"a\"\n\nMore words.\n\n```forklore note\ntext = \"b\"\n```\n";
    insta::assert_snapshot!(bad(text), @r"
    lessons/q6.md:13:1: error: the next block begins before this one is closed
       |
    13 | ```forklore note
       | ^^^^^^^^^^^^^^^^
       = help: end it with a line of the same backquotes
    ");
}

#[test]
fn fences() {
    insta::assert_snapshot!(bad("## Start\n\n```python\nprint(1)\n\n## Next\n\nWords.\n"), @r#"
        lessons/q6.md:11:1: error: this block is never closed
           |
        11 | ```python
           | ^^^^^^^^^
           = help: end it with a line of the same backquotes
    "#);
    insta::assert_snapshot!(bad("## Start\n\n- A list\n\n  ```forklore demo\n  run = \"numbers\"\n  ```\n"), @r#"
        lessons/q6.md:13:3: error: a directive inside a list or a quotation is not seen
           |
        13 |   ```forklore demo
           |   ^^^^^^^^^^^^^^^^
           = help: move it to the left margin
    "#);
    insta::assert_snapshot!(bad("## Start\n\n```\nplain\n```\n"), @r#"
        lessons/q6.md:11:1: warning: a code block that names no language
           |
        11 | ```
           | ^^^
           = help: write its language after the backquotes: ```python, ```rust or ```text
    "#);
    let long = format!("## Start\n\n```python\nx = {}\n```\n", "1 + ".repeat(30));
    insta::assert_snapshot!(bad(&long), @r#"
        lessons/q6.md:12:89: warning: a line of code of 123 columns
           |
        12 | …1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 +
           |                                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           = help: keep code within 88 columns
    "#);
}

#[test]
fn what_a_terminal_cannot_show_or_would_obey() {
    insta::assert_snapshot!(bad("## Start\n\nWords <b>in bold</b>. <!-- fine -->\n"), @r#"
        lessons/q6.md:11:7: warning: HTML is not shown on a terminal
           |
        11 | Words <b>in bold</b>. <!-- fine -->
           |       ^^^
           = help: write it as Markdown; `\<` is a plain <
    "#);
    insta::assert_snapshot!(bad("## Start\n\nWords \u{1b}[31min red.\n"), @r#"
        lessons/q6.md:11:7: error: a control character in the text
           |
        11 | Words  [31min red.
           |       ^
    "#);
    insta::assert_snapshot!(bad(&directive("note", r#"text = "\u001b[31m""#)), @r#"
        lessons/q6.md:14:8: error: `text` must be text without control characters
           |
        14 | text = "\u001b[31m"
           |        ^^^^^^^^^^^^
    "#);
    let (lesson, _) = read("## Start\n\nWords \u{1b}[31min\u{9b} red.\n");
    let prose = Block::Markdown("Words  [31min   red.".to_owned());
    assert_eq!(lesson.steps[0].blocks, [prose]);
}

#[test]
fn the_caret_stands_right_under_tabs_and_wide_characters() {
    insta::assert_snapshot!(bad(&directive("demo", "run = \"numbers\"\n\tcaption = \"世界\" ; x = 1")), @r#"
        lessons/q6.md:15:17: error: bad TOML: unexpected key or value, expected newline, `#`
           |
        15 | 	caption = "世界" ; x = 1
           | 	                 ^
    "#);
}
