//! Problems of steps, headings, fences and prose.

use super::*;
use crate::lesson::Block;

#[test]
fn what_a_terminal_cannot_show_or_would_obey() {
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
