//! Updates of shared memory that the program left without an order, or put into one.

use super::{MAIN, Tape};

const UPDATE: &str = "of=/a kind=Value place=my.py:5 count=1";

/// The first child changes the memory and ends before the second is started, which changes it too.
fn one_after_the_other(between: impl FnOnce(Tape) -> Tape) -> Vec<String> {
    let first = Tape::new()
        .child(10, 101)
        .fact(12, 101, "unlocked_update", UPDATE)
        .ended(14, 101, 0);
    between(first)
        .child(20, 102)
        .fact(22, 102, "unlocked_update", UPDATE)
        .ended(24, 102, 0)
        .joined(30, 101, "")
        .joined(30, 102, "")
        .ids()
}

#[test]
fn updates_have_an_order_only_if_the_program_gave_them_one() {
    let advice = ["value-without-lock"];
    assert_eq!(one_after_the_other(|tape| tape), advice);
    let too_early = |tape: Tape| tape.fact(11, MAIN, "synchronized", "");
    assert_eq!(one_after_the_other(too_early), advice);
    let in_vain = |tape: Tape| tape.fact(16, MAIN, "joined", "child=101 ended=false at_exit=false");
    assert_eq!(one_after_the_other(in_vain), advice);
    let another = |tape: Tape| {
        let tape = tape.child(5, 103).joined(16, 103, "");
        tape.fact(16, 103, "synchronized", "")
    };
    assert_eq!(one_after_the_other(another), advice);
    for (event, fields) in [
        ("joined", "child=101 ended=true at_exit=false"),
        ("looked", "child=101 exitcode=0"),
        ("answer_taken", ""),
        ("synchronized", ""),
    ] {
        let ids = one_after_the_other(|tape| tape.fact(16, MAIN, event, fields));
        assert!(!ids.contains(&advice[0].to_owned()), "{event}: {ids:?}");
    }
}

#[test]
fn what_a_process_does_before_it_starts_another_comes_first() {
    let update = |tape: Tape, at_ms| tape.fact(at_ms, MAIN, "unlocked_update", UPDATE);
    let run = |before_join: u64| {
        let tape = update(Tape::new(), 5).child(10, 101);
        let tape = tape.fact(12, 101, "unlocked_update", UPDATE);
        let tape = update(tape, before_join).joined(20, 101, "");
        update(tape, 30).ended(40, 101, 0).ids()
    };
    assert_eq!(run(15), ["value-without-lock"]);
    assert!(run(6).is_empty());
}

#[test]
fn an_order_reaches_the_children_of_children() {
    let run = |between: fn(Tape) -> Tape| {
        let tape = Tape::new().child(10, 101).child_of(101, 12, 102);
        let tape = tape
            .fact(14, 102, "unlocked_update", UPDATE)
            .ended(16, 102, 0);
        let tape = between(tape.ended(18, 101, 0)).child(25, 103);
        let tape = tape
            .child_of(103, 26, 104)
            .fact(28, 104, "unlocked_update", UPDATE);
        tape.joined(30, 101, "").joined(30, 103, "").ids()
    };
    assert_eq!(run(|tape| tape), ["value-without-lock"]);
    assert!(run(|tape| tape.joined(20, 101, "")).is_empty());
}

#[test]
fn an_order_reaches_a_process_that_waited_for_it() {
    let run = |sent_ms: u64, got_ms: u64| {
        let tape = Tape::new().child(5, 101).child(6, 102);
        let tape = tape
            .fact(12, 101, "unlocked_update", UPDATE)
            .fact(sent_ms, 101, "sent", "")
            .fact(got_ms, 102, "synchronized", "");
        let tape = tape.fact(22, 102, "unlocked_update", UPDATE);
        tape.joined(30, 101, "").joined(30, 102, "").ids()
    };
    assert!(run(14, 16).is_empty());
    // What it got was there before the update, or before the first one gave anything away.
    assert_eq!(run(14, 8), ["value-without-lock"]);
    assert_eq!(run(18, 16), ["value-without-lock"]);
}

#[test]
fn a_process_that_has_the_number_of_its_ancestor_has_an_order_too() {
    // 101 is a child of `os.fork`; its child 102 outlives it, and starts another 101.
    let tape = Tape::new()
        .child(1, 104)
        .fact(3, 104, "unlocked_update", UPDATE)
        .child_of(101, 5, 102)
        .child_of(102, 10, 101)
        .fact(12, 101, "unlocked_update", UPDATE);
    let ids = tape.joined(30, 104, "").joined(30, 101, "").ids();
    assert!(ids.contains(&"value-without-lock".to_owned()), "{ids:?}");
}
