//! Lessons whose front matter is broken are read all the same.

use super::*;

#[test]
fn steps_are_read_whatever_the_front_matter_lacks() {
    let never_ends = FRONT.trim_end().trim_end_matches("+++");
    for (front, number) in [("", 0), (never_ends, 6)] {
        let text = format!("{front}\n## Start\n\nWords.\n");
        let (lesson, problems) = parse_lesson("q6.md", &text, &known());
        assert_eq!((lesson.number, lesson.steps.len()), (number, 1), "{front}");
        assert_eq!(problems.len(), 1, "{}", shown(&problems));
    }
}
