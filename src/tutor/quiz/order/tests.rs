use super::*;
use crate::lesson::MisplacedLine;

fn order(lines: &[&str], extra: &[&str]) -> OrderAnswer {
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    OrderAnswer {
        lines: owned(lines),
        extra: owned(extra),
        lang: "python".to_owned(),
        why: "So it is.".to_owned(),
        ..OrderAnswer::default()
    }
}

const PROGRAM: [&str; 5] = ["import x", "p = P()", "p.start()", "p.join()", "print(p)"];

fn marks(puzzle: &OrderPuzzle) -> ChoiceMarks {
    ChoiceMarks {
        count: puzzle.shown.len(),
        numbered: false,
        seed: None,
    }
}

/// The answer with these lines in this order.
fn answer(puzzle: &OrderPuzzle, lines: &[usize]) -> String {
    let place = |line: &usize| puzzle.shown.iter().position(|shown| shown == line).unwrap();
    let marks = marks(puzzle);
    let words: Vec<String> = lines
        .iter()
        .map(|line| marks.mark_at(place(line)))
        .collect();
    words.join(" ")
}

fn graded(puzzle: &OrderPuzzle, lines: &[usize]) -> (AnswerGrade, String) {
    puzzle
        .judge_order(marks(puzzle), &answer(puzzle, lines))
        .unwrap()
}

#[test]
fn the_lines_are_shuffled_the_same_way_each_time_and_never_right() {
    let short = order(&["one", "two"], &[]);
    for number in 0..100 {
        let id = format!("q{number}");
        let puzzle = OrderPuzzle::new(&id, &short);
        assert_eq!(puzzle.shown, [1, 0]);
        assert_eq!(puzzle.shown, OrderPuzzle::new(&id, &short).shown);
    }
    // No order of equal lines is wrong; it is shown anyway.
    assert_eq!(
        OrderPuzzle::new("q", &order(&["one", "one"], &[]))
            .shown
            .len(),
        2
    );
}

#[test]
fn the_right_order_is_right_in_every_spelling() {
    let order = order(&PROGRAM, &[]);
    let puzzle = OrderPuzzle::new("q", &order);
    let right = answer(&puzzle, &[0, 1, 2, 3, 4]);
    let numbers = right.bytes().filter(u8::is_ascii_alphabetic);
    let numbers: Vec<String> = numbers
        .map(|letter| (letter - b'a' + 1).to_string())
        .collect();
    for line in [
        &right,
        &right.replace(' ', ""),
        &right.replace(' ', ", "),
        &right.to_uppercase(),
        &numbers.join(" "),
        &numbers.concat(),
    ] {
        let (grade, says) = puzzle.judge_order(marks(&puzzle), line).unwrap();
        assert_eq!(grade, AnswerGrade::Right, "{line}");
        assert!(
            says.contains("import x\np = P()\n") && says.ends_with("So it is."),
            "{says}"
        );
    }
}

#[test]
fn a_wrong_order_hears_where_it_goes_wrong_and_no_more() {
    let order = order(&PROGRAM, &[]);
    let puzzle = OrderPuzzle::new("q", &order);
    let (grade, says) = graded(&puzzle, &[0, 1, 3, 2, 4]);
    assert_eq!(grade, AnswerGrade::Wrong);
    assert!(says.contains("the first 2 lines are right"), "{says}");
    assert!(!says.contains("start"), "{says}");
    assert!(
        graded(&puzzle, &[4, 1, 2, 3, 0])
            .1
            .contains("cannot begin with that line")
    );
}

#[test]
fn a_known_misconception_has_its_own_why() {
    let mut order = order(&PROGRAM, &[]);
    order.misplaced.push(MisplacedLine {
        line: 3,
        before: 2,
        why: "What is not started cannot be joined.".to_owned(),
    });
    let puzzle = OrderPuzzle::new("q", &order);
    let (_, says) = graded(&puzzle, &[0, 1, 3, 2, 4]);
    assert_eq!(says, "**Not so:** What is not started cannot be joined.");
    assert_eq!(graded(&puzzle, &[0, 1, 2, 3, 4]).0, AnswerGrade::Right);
}

#[test]
fn equal_lines_and_lines_of_a_group_may_change_places() {
    let mut order = order(&["a()", "x()", "b()", "x()", "c()", "d()"], &[]);
    order.any_order = vec![vec![4, 5]];
    let puzzle = OrderPuzzle::new("q", &order);
    for right in [[0, 1, 2, 3, 4, 5], [0, 3, 2, 1, 4, 5], [0, 3, 2, 1, 5, 4]] {
        assert_eq!(graded(&puzzle, &right).0, AnswerGrade::Right, "{right:?}");
    }
    for wrong in [[0, 1, 3, 2, 4, 5], [0, 1, 2, 4, 3, 5], [5, 1, 2, 3, 4, 0]] {
        assert_eq!(graded(&puzzle, &wrong).0, AnswerGrade::Wrong, "{wrong:?}");
    }
}

#[test]
fn an_extra_line_does_not_belong_and_is_not_named() {
    let order = order(&PROGRAM, &["p.run()", "p.kill()"]);
    let puzzle = OrderPuzzle::new("q", &order);
    assert_eq!(graded(&puzzle, &[0, 1, 2, 3, 4]).0, AnswerGrade::Right);
    let (grade, says) = graded(&puzzle, &[0, 1, 5, 2, 3, 4]);
    assert_eq!(grade, AnswerGrade::Wrong);
    assert_eq!(
        says,
        "**Not so:** one of these lines does not belong there."
    );
    assert!(graded(&puzzle, &[0, 1, 2]).1.contains("a line is missing"));
}

#[test]
fn what_is_no_order_is_no_try() {
    let order = order(&PROGRAM, &[]);
    let puzzle = OrderPuzzle::new("q", &order);
    let unclear = |line: &str| {
        puzzle
            .judge_order(marks(&puzzle), line)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        unclear("a b a c d"),
        "line `a` is there twice: name each line once"
    );
    assert_eq!(
        unclear("a b c"),
        "that is 3 of 5 lines: name each of them once"
    );
    assert!(unclear("a b z d e").contains("answer with a, b, c, d or e"));
}
