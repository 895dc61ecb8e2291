//! Properties that hold for any text.

use proptest::prelude::*;

use super::*;

proptest! {
    /// For any content of a file, nothing panics, and every problem is located in the file.
    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        check_places(&text);
    }

    /// Text made of fragments that are meaningful in a lesson.
    #[test]
    fn any_mix_of_marks_is_read(parts in prop::collection::vec(mark(), 0..40)) {
        let text = parts.concat();
        check_places(&text);
        check_places(&format!("{FRONT}{text}"));
    }

    /// A lesson that is cut off anywhere, at its end or its beginning.
    #[test]
    fn any_part_of_a_lesson_is_read(start in 0..WHOLE.len(), end in 0..WHOLE.len()) {
        let (start, end) = (start.min(end), start.max(end));
        let start = WHOLE.floor_char_boundary(start);
        let end = WHOLE.floor_char_boundary(end);
        check_places(&WHOLE[start..end]);
    }
}

const WHOLE: &str = "+++\nnumber = 6\nslug = \"four\"\n+++\nCafé.\n\n## A step\n\n\
    ```forklore quiz\nid = \"a\"\n[[choice]]\ntext = \"\"\"\n世界\n\"\"\"\nright = 1\n```\n\n\
    - a\n\n  ```forklore demo\n  run = 'x'\n  ```\n\n> ```\n> x\n\n### Deep\n\tcode\n";

/// A fragment that is meaningful to the parser.
fn mark() -> impl Strategy<Value = String> {
    let fixed = [
        "+++\n",
        "## ",
        "# ",
        "#### ",
        "```",
        "~~~",
        "````",
        "forklore ",
        "quiz",
        "demo",
        "table",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "    ",
        "- ",
        "> ",
        "[[choice]]\n",
        "text = ",
        "\"",
        "\"\"\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        "=",
        "run = \"numbers\"\n",
        "\u{feff}",
        "\u{1b}",
        "世",
        "<b>",
        "---\n",
        "===\n",
        "number = 1\n",
        "\\",
        "|",
        "\0",
    ];
    prop_oneof![
        4 => prop::sample::select(fixed.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,5}",
    ]
}

fn check_places(text: &str) {
    let (_, problems) = parse_lesson("any.md", text, &known());
    let lines = text.split('\n').count();
    for problem in problems {
        assert!((1..=lines).contains(&problem.line), "{problem:?}");
        assert!(problem.column >= 1 && problem.length >= 1, "{problem:?}");
        assert!(
            problem.column <= problem.source.chars().count() + 1,
            "{problem:?}"
        );
        assert!(!problem.to_string().contains('\u{1b}'), "{problem}");
    }
}
