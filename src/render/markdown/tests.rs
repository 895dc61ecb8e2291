//! Rendered Markdown at several widths.

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::*;

const PAGE: &str = r#"# One process: create, start, join

A function becomes a *child process* in **four moves**. See
[the documentation](https://docs.python.org/3/library/multiprocessing.html) or <https://example.org>.

## The moves

1. **Create**: `Process(target=greet, args=("Ada",))` makes an object, and no process yet.
2. **Start** it:

   ```python
   child.start()
   ```
10. Join.
    - A nested point that is long enough to be wrapped at every width that we try here, twice.
    - Another\
      with two lines.

> **For instructors (6 min).** Draw the picture first.
>
> - then the table

### Threads or processes?

| question | threads | processes |
|---|---|--:|
| memory | all threads see the same `list` | each has its own |
| cost of one | small | 1 MiB |

<!-- hidden -->

---

~~Old~~ end, with a hard `code` and an ![image](cat.png).
"#;

fn shown(text: &str, style: Style) -> String {
    let mut bytes = Vec::new();
    write_markdown(text, &style, &mut bytes).expect("memory takes it");
    String::from_utf8(bytes).expect("text")
}

#[test]
fn a_page_at_several_widths() {
    insta::assert_snapshot!("page_30", shown(PAGE, Style::without_color(30)));
    insta::assert_snapshot!("page_60", shown(PAGE, Style::without_color(60)));
    insta::assert_snapshot!("page_120", shown(PAGE, Style::without_color(120)));
}

#[test]
fn a_page_in_colours() {
    let style = Style {
        color: true,
        ..Style::without_color(80)
    };
    insta::assert_snapshot!(shown(PAGE, style).replace('\u{1b}', "␛"));
}

#[test]
fn a_page_for_screen_readers_and_in_ascii() {
    let style = Style {
        ascii: true,
        accessible: true,
        ..Style::without_color(80)
    };
    let page = shown(PAGE, style);
    assert!(page.is_ascii());
    insta::assert_snapshot!(page);
}

#[test]
fn a_sentence_has_no_empty_lines_around_it() {
    assert_eq!(
        shown("Just *this*.", Style::without_color(80)),
        "Just this.\n"
    );
    assert_eq!(shown("", Style::without_color(80)), "");
}

#[test]
fn escapes_in_a_lesson_are_shown() {
    let page = shown(
        "a `\u{1b}[2J` b\n\n    \u{1b}[31m\n",
        Style::without_color(80),
    );
    assert!(!page.contains('\u{1b}'), "{page}");
    assert!(page.contains("\\x1b[2J"), "{page}");
}

/// Text with many marks.
fn marked() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(&[
            "# ",
            "## ",
            "> ",
            "- ",
            "  - ",
            "1. ",
            "```\n",
            "| a | b |\n|--|--|\n",
            "`",
            "**",
            "*",
            "[x](y)",
            "![x](",
            "\n",
            "\n\n",
            "    ",
            "---\n",
            "<b>",
            "<!-- ",
            "-->",
            "\\",
            "~~",
            "- [ ] ",
        ])
        .prop_map(str::to_owned),
        proptest::collection::vec(any::<char>(), 0..30).prop_map(String::from_iter),
        "[a-z ]{0,60}",
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_page_panics_or_is_too_wide(text in marked(), columns in 20usize..=200, ascii: bool) {
        let style = Style { ascii, ..Style::without_color(columns) };
        for line in shown(&text, style).lines() {
            prop_assert!(UnicodeWidthStr::width(line) <= columns, "{line:?}");
            prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            prop_assert!(!ascii || line.is_ascii(), "{line:?}");
        }
    }

    #[test]
    fn quotations_in_quotations_keep_room(depth in 0usize..80, columns in 20usize..=200) {
        let text = format!("{}word and words", "> ".repeat(depth));
        for line in shown(&text, Style::without_color(columns)).lines() {
            prop_assert!(UnicodeWidthStr::width(line) <= columns, "{line:?}");
        }
    }
}
