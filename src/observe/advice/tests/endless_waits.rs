//! Programs that were asked to end while their threads waited.

use super::{Labels, MAIN, MS, Tape, Value};

const ONE: u32 = MAIN + 1;
const TWO: u32 = MAIN + 2;

impl Tape {
    /// The first thread of a process has waited for a second.
    fn waits(self, pid: u32, fields: &str) -> Self {
        let idle_ns = 1000 * MS;
        let fields = format!("sample=1 tid={pid} file=my.py line=9 idle_ns={idle_ns} {fields}");
        self.fact(5000, pid, "thread_sample", &fields)
    }

    fn holds(self, pid: u32, fields: &str) -> Self {
        self.fact(5000, pid, "lock_held", &format!("sample=1 {fields}"))
    }

    /// The time limit of five seconds.
    fn stopped(self) -> Self {
        self.observed(5100, "timed_out", Labels::new(), Value::Flag(true))
            .observed(5100, "asked_to_end", Labels::new(), Value::Seconds(5.1))
    }
}

/// Two children; the main process joins the first.
fn joins() -> Tape {
    let tape = Tape::new().child(10, ONE).child(20, TWO);
    tape.waits(
        MAIN,
        &format!("on=Process.join of=Process-1 state=pid-{ONE}"),
    )
}

/// Each of two children holds what the other waits for.
fn crossed(first: &str) -> Tape {
    joins()
        .waits(ONE, &format!("on=Lock object=b {first}"))
        .holds(ONE, &format!("tid={ONE} object=a"))
        .waits(TWO, "on=Lock object=a")
        .holds(TWO, &format!("tid={TWO} object=b"))
        .fact(
            5000,
            MAIN,
            "object_named",
            "sample=1 object=a name=ann rank=0",
        )
        .fact(
            5000,
            ONE,
            "object_named",
            "sample=1 object=a name=first rank=2",
        )
        .fact(
            5000,
            MAIN,
            "object_named",
            "sample=1 object=b name=bob rank=0",
        )
}

#[test]
fn two_locks_in_two_orders_are_told_as_a_circle() {
    let advice = crossed("").stopped().advice();
    assert_eq!(advice.len(), 1);
    assert_eq!(
        advice[0].because,
        "Process-1 (PID 101) holds `ann` and waits for `bob` (my.py line 9); Process-2 (PID 102) holds `bob` and waits \
         for `ann` (my.py line 9). None of them can go on."
    );
}

#[test]
fn a_wait_that_ends_by_itself_closes_no_circle() {
    assert!(crossed("bounded=true").stopped().ids().is_empty());
    let ran_just_now = format!("idle_ns={MS}");
    assert!(crossed(&ran_just_now).stopped().ids().is_empty());
    assert!(crossed("").ids().is_empty(), "it ended by itself");
}

#[test]
fn a_lock_that_another_process_released_has_no_certain_holder() {
    let tape = crossed("").holds(MAIN, "object=a count=-1");
    assert!(tape.stopped().ids().is_empty());
}

#[test]
fn a_failed_child_is_named_only_if_nothing_else_can_move() {
    let failed = |other: &str| {
        joins()
            .waits(ONE, "on=Queue.get of=jobs object=q")
            .ended(1000, TWO, 1)
            .waits(ONE, other)
            .stopped()
            .ids()
    };
    assert_eq!(failed("on=Queue.get"), ["waits-for-failed-child"]);
    assert!(failed("on=sleep bounded=true").is_empty());
    assert!(failed("on=call of=accept").is_empty());
    assert!(failed("line=8").is_empty(), "it works");
}

#[test]
fn a_process_that_was_not_sampled_may_still_end_the_wait() {
    let tape = joins().waits(ONE, "on=Event.wait object=e");
    assert!(tape.stopped().ids().is_empty());
    let tape = joins()
        .waits(ONE, "on=Event.wait object=e")
        .ended(1000, TWO, 0);
    assert_eq!(tape.stopped().ids(), ["never-woken"]);
}

#[test]
fn a_lock_that_no_living_process_holds_was_kept_by_an_ended_one() {
    let stuck = || {
        joins()
            .waits(ONE, "on=Lock object=/mp-1")
            .ended(1000, TWO, -9)
    };
    assert_eq!(stuck().stopped().ids(), ["lock-of-ended-process"]);
    let held = stuck().holds(MAIN, "object=/mp-1 count=1");
    assert_eq!(
        held.stopped().ids(),
        ["deadlock"],
        "the main process has it and joins"
    );
}
