//! Every verdict, and what changes one into another.

use super::*;

const FASTER: &str = "speedup('processes') > 1.5";

fn speedups(values: &[f64]) -> Made {
    on(2).with("speedup('processes')", values)
}

#[test]
fn a_claim_holds_if_all_trials_say_so() {
    let judgement = judged(FASTER, "cores >= 2", &speedups(&[1.8, 1.9, 2.0]));
    assert_eq!(judgement.verdict, Verdict::Holds);
    assert_eq!(
        judgement.evidence,
        "2 processes were 1.9× as fast as one thread (1.8–2.0)."
    );
    let figure = &judgement.figures[0];
    assert_eq!(figure.name, "speedup('processes')");
    assert_eq!((figure.low, figure.median, figure.high), (1.8, 1.9, 2.0));
    assert_eq!(figure.trials, Some(3));
}

#[test]
fn it_does_not_hold_if_no_trial_says_so() {
    let judgement = judged(FASTER, "", &speedups(&[0.9, 1.0, 1.1]));
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
    assert!(judgement.evidence.starts_with("2 processes were 1.0×"));
}

#[test]
fn trials_on_both_sides_are_noise() {
    let judgement = judged(FASTER, "", &speedups(&[1.4, 1.6, 1.7]));
    assert_eq!(judgement.verdict, Verdict::TooNoisy);
    assert!(
        judgement
            .evidence
            .starts_with("The trials lie on both sides"),
        "{}",
        judgement.evidence
    );
}

#[test]
fn one_hiccup_in_five_keeps_no_claim_from_holding_and_refutes_none() {
    assert_eq!(
        verdict(FASTER, &speedups(&[1.9, 1.0, 1.9, 1.8, 1.9])),
        Verdict::Holds
    );
    // Two outliers are too many, and with three trials none is ignored.
    for trials in [&[1.9, 1.0, 1.9, 1.1, 1.9][..], &[1.9, 1.0, 1.9]] {
        assert_eq!(verdict(FASTER, &speedups(trials)), Verdict::TooNoisy);
    }
    assert_eq!(
        verdict(FASTER, &speedups(&[1.0, 1.0, 1.9, 1.0, 1.0])),
        Verdict::TooNoisy
    );
}

#[test]
fn a_long_series_is_told_by_its_quartiles() {
    let mut waits = vec![5e-3; 18];
    waits.extend([1e-4, 1e-4, 9e-2]);
    let made = on(2).seconds("median('overshoot', 'gil-threads')", &waits);
    assert_eq!(
        verdict("median('overshoot', 'gil-threads') > 4 ms", &made),
        Verdict::Holds
    );
    assert_eq!(
        verdict("median('overshoot', 'gil-threads') < 4 ms", &made),
        Verdict::DoesNotHold
    );
}

#[test]
fn few_trials_refute_nothing() {
    let judgement = judged(FASTER, "", &speedups(&[1.0, 1.0]));
    assert_eq!(judgement.verdict, Verdict::TooNoisy);
    assert!(
        judgement.evidence.contains("2 trials prove nothing"),
        "{}",
        judgement.evidence
    );
    let one = judged(FASTER, "", &speedups(&[1.0])).evidence;
    assert!(one.contains("1 trial proves nothing"), "{one}");
    // What other programs did is the better reason.
    let mut busy = speedups(&[1.0]);
    busy.free = Some(1.2);
    let busy = judged(FASTER, "", &busy).evidence;
    assert!(busy.starts_with("Other programs"), "{busy}");
    // Their negation is not decided either.
    let negated = format!("not ({FASTER})");
    assert_eq!(verdict(&negated, &speedups(&[1.9, 1.9])), Verdict::TooNoisy);
    assert_eq!(verdict(FASTER, &speedups(&[1.9])), Verdict::Holds);
}

#[test]
fn a_time_refutes_nothing_if_nobody_knows_how_busy_the_cores_were() {
    let mut made = speedups(&[0.9, 1.0, 1.1]);
    made.free = None;
    let judgement = judged(FASTER, "", &made);
    assert_eq!(judgement.verdict, Verdict::TooNoisy);
    assert!(
        judgement
            .evidence
            .contains("how busy the cores were was not measured"),
        "{}",
        judgement.evidence
    );
    let counts = AnswerValues::Numbers(vec![3.0, 4.0, 5.0], Unit::Count);
    let mut made = on(2).answers("lost('threads')", counts);
    made.free = None;
    let condition =
        Condition::from_text("lost('threads') == 0", &ConditionSubject::default()).expect("read");
    let judgement = judge_claim(&condition, &Needs::default(), None, &made);
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
}

#[test]
fn what_is_exact_needs_no_trials() {
    let made = on(2)
        .answers("pids('threads')", AnswerValues::Exact(1.0, Unit::Count))
        .answers("survives('thread')", AnswerValues::Truths(vec![false]));
    assert_eq!(verdict("pids('threads') == 2", &made), Verdict::DoesNotHold);
    let survives = |text| of_demo("crash", text, &made);
    assert_eq!(survives("survives('thread')"), Verdict::DoesNotHold);
    assert_eq!(survives("not survives('thread')"), Verdict::Holds);
}

#[test]
fn what_is_settled_is_refuted_by_one_look() {
    let one = |value| AnswerValues::Numbers(vec![value], Unit::Count);
    let made = on(2)
        .answers("least('square', number='3')", one(8.0))
        .answers("least('arrival', started='1')", one(8.0));
    let square = "least('square', number='3') == 9";
    assert_eq!(of_demo("squares", square, &made), Verdict::DoesNotHold);
    let arrival = "least('arrival', started='1') == 1";
    assert_eq!(of_demo("numbers", arrival, &made), Verdict::TooNoisy);
}

/// Load explains the measurement, so nothing is refuted.
#[test]
fn what_is_settled_is_refuted_beside_busy_cores_too() {
    let mut made = on(2)
        .answers("pids('threads')", AnswerValues::Exact(1.0, Unit::Count))
        .with("speedup('processes')", &[0.9, 1.0, 1.1]);
    made.free = Some(0.5);
    let none = AnswerValues::Texts(vec!["None".to_owned()]);
    let made = made.answers("text('pid', moment='created')", none);
    assert_eq!(verdict("pids('threads') == 2", &made), Verdict::DoesNotHold);
    let created = "text('pid', moment='created') != 'None'";
    assert_eq!(of_demo("process", created, &made), Verdict::DoesNotHold);
    assert_eq!(verdict(FASTER, &made), Verdict::TooNoisy);
    let both = format!("{FASTER} and pids('threads') == 2");
    assert_eq!(verdict(&both, &made), Verdict::DoesNotHold);
}

/// Load may delay an answer beyond the time that the demo waits for it.
#[test]
fn an_answer_that_did_not_come_in_time_refutes_nothing_by_itself() {
    let late = |times| on(2).answers("flag('answered')", AnswerValues::Truths(vec![false; times]));
    let text = "flag('answered')";
    assert_eq!(of_demo("crash", text, &late(1)), Verdict::TooNoisy);
    assert_eq!(of_demo("crash", text, &late(3)), Verdict::DoesNotHold);
    let mut busy = late(3);
    busy.free = Some(1.0);
    assert_eq!(of_demo("crash", text, &busy), Verdict::TooNoisy);
    busy.free = None;
    assert_eq!(of_demo("crash", text, &busy), Verdict::TooNoisy);
}

#[test]
fn what_was_not_seen_is_not_refuted() {
    let counts = |values: &[f64]| AnswerValues::Numbers(values.to_vec(), Unit::Count);
    let lost = |values: &[f64]| on(2).answers("sum('lost', 'threads')", counts(values));
    let some = "sum('lost', 'threads') > 0";
    let judgement = judged_of("race", some, &lost(&[0.0; 5]));
    assert_eq!(judgement.verdict, Verdict::TooNoisy);
    assert!(
        judgement
            .evidence
            .starts_with("It was not seen in 5 rounds"),
        "{}",
        judgement.evidence
    );
    assert_eq!(of_demo("race", some, &lost(&[0.0, 3.0])), Verdict::Holds);
    let none = |values| on(2).answers("lost('threads')", counts(values));
    let never = "lost('threads') == 0";
    // Not having seen it proves nothing either.
    let judgement = judged_of("race", never, &none(&[0.0; 5]));
    assert_eq!(judgement.verdict, Verdict::TooNoisy);
    let why = "No counterexample was seen in 5 rounds";
    assert!(
        judgement.evidence.starts_with(why),
        "{}",
        judgement.evidence
    );
    assert_eq!(
        of_demo("race", never, &none(&[3.0; 5])),
        Verdict::DoesNotHold
    );
    let twice = format!("not ({never})");
    assert_eq!(of_demo("race", &twice, &none(&[0.0; 5])), Verdict::TooNoisy);
    // With arithmetic, and on the other side.
    let made = on(2)
        .answers("sum('seen', 'threads')", counts(&[50.0, 50.0, 50.0]))
        .answers("sum('expected', 'threads')", counts(&[50.0, 50.0, 50.0]));
    for text in [
        "sum('expected', 'threads') > sum('seen', 'threads')",
        "sum('expected', 'threads') - sum('seen', 'threads') > 0",
        "sum('seen', 'threads') != sum('expected', 'threads')",
    ] {
        assert_eq!(of_demo("race", text, &made), Verdict::TooNoisy, "{text}");
    }
    let orders = |values: &[f64]| on(2).answers("distinct('arrival', worker='1')", counts(values));
    let any = "distinct('arrival', worker='1') > 1";
    assert_eq!(
        of_demo("numbers", any, &orders(&[1.0; 20])),
        Verdict::TooNoisy
    );
    assert_eq!(
        of_demo("numbers", any, &orders(&[1.0, 2.0])),
        Verdict::Holds
    );
    let one = "distinct('arrival', worker='1') == 1";
    assert_eq!(
        of_demo("numbers", one, &orders(&[1.0, 2.0, 1.0])),
        Verdict::DoesNotHold
    );
}

#[test]
fn a_run_that_was_cut_refutes_nothing() {
    let mut made = on(2).answers(
        "count('line', kind='whole')",
        AnswerValues::Exact(31.0, Unit::Count),
    );
    let whole = "count('line', kind='whole') == 80";
    assert_eq!(of_demo("numbers", whole, &made), Verdict::DoesNotHold);
    made.cut = Some("stopped after 2 s".to_owned());
    let judgement = judged_of("numbers", whole, &made);
    assert_eq!(judgement.verdict, Verdict::CannotBeShown);
    assert!(
        judgement
            .evidence
            .starts_with("The run did not come to its end: stopped after 2 s."),
        "{}",
        judgement.evidence
    );
}

/// The minimum, the maximum and the sum of times have no spread that would show how certain they are.
#[test]
fn one_of_many_times_refutes_nothing() {
    for text in [
        "least('overshoot')",
        "most('overshoot')",
        "sum('overshoot')",
    ] {
        let made = on(2).seconds(text, &[1e-3; 9]);
        assert_eq!(verdict(&format!("{text} > 1 s"), &made), Verdict::TooNoisy);
        assert_eq!(verdict(&format!("{text} < 1 s"), &made), Verdict::Holds);
    }
}

#[test]
fn other_programs_on_the_cores_refute_nothing() {
    let mut made = speedups(&[0.9, 1.0, 1.1]);
    made.free = Some(1.2);
    let judgement = judged(FASTER, "", &made);
    assert_eq!(judgement.verdict, Verdict::TooNoisy);
    assert!(
        judgement
            .evidence
            .starts_with("Other programs kept 0.80 of 2 cores busy."),
        "{}",
        judgement.evidence
    );
    made.free = Some(1.9);
    assert_eq!(verdict(FASTER, &made), Verdict::DoesNotHold);
    // A condition that holds in spite of load holds.
    let mut made = speedups(&[1.8, 1.9, 1.9]);
    made.free = Some(0.5);
    assert_eq!(verdict(FASTER, &made), Verdict::Holds);
}

#[test]
fn a_quota_below_the_usable_cores_refutes_nothing() {
    let mut made = speedups(&[0.9, 1.0, 1.1]);
    made.machine.cores_quota = Some(1.5);
    let judgement = judged(FASTER, "", &made);
    assert_eq!(judgement.verdict, Verdict::TooNoisy);
    assert!(
        judgement
            .evidence
            .starts_with("A control group grants only 1.5 of 2 cores"),
        "{}",
        judgement.evidence
    );
}

#[test]
fn one_core_refutes_nothing_about_speed() {
    let mut made = speedups(&[0.9, 1.0, 1.1]);
    made.machine.cores_usable = 1;
    let needed = judged(FASTER, "cores >= 2", &made);
    assert_eq!(needed.verdict, Verdict::CannotBeShown);
    assert_eq!(
        needed.evidence,
        "It needs 2 usable cores, and there is 1 here (affinity)."
    );
    assert_eq!(verdict(FASTER, &made), Verdict::CannotBeShown);
}

#[test]
fn cores_used_on_one_core_tell_nothing_of_turns() {
    let used = on(1).with("by_turns('threads')", &[0.99; 5]);
    let used = used.with("at_once('threads')", &[0.99; 5]);
    for text in ["by_turns('threads')", "at_once('threads')"] {
        assert_eq!(verdict(text, &used), Verdict::CannotBeShown, "{text}");
    }
    // Who waits for a lock shows on one core too.
    let waits = on(1).answers("by_turns('threads')", AnswerValues::Truths(vec![true]));
    assert_eq!(verdict("by_turns('threads')", &waits), Verdict::Holds);
    let waits = on(1).answers("at_once('threads')", AnswerValues::Truths(vec![false]));
    assert_eq!(verdict("at_once('threads')", &waits), Verdict::DoesNotHold);
}

#[test]
fn one_core_is_enough_for_work_that_waits() {
    let waits = |times: f64, free: f64| Made {
        free: Some(free),
        ..on(1).with("speedup('threads')", &[times; 3])
    };
    let text = "speedup('threads') > 1.5";
    assert_eq!(of_demo("io", text, &waits(1.9, 1.0)), Verdict::Holds);
    assert_eq!(of_demo("io", text, &waits(1.0, 1.0)), Verdict::DoesNotHold);
    // More than two workers can gain: load slowed the single one down.
    let judged = judged_of("io", text, &waits(3.0, 0.1));
    assert_eq!(judged.verdict, Verdict::TooNoisy);
    assert!(judged.evidence.starts_with("Other programs"), "{judged:?}");
    let computing = of_demo("parallel", text, &waits(1.0, 1.0));
    assert_eq!(computing, Verdict::CannotBeShown);
}

#[test]
fn what_is_missing_cannot_be_shown_and_says_why() {
    let why = "`gil-threads` did not run: nobody wrote it";
    let made = on(2).missing("cores_used('gil-threads')", why);
    let judgement = judged("cores_used('gil-threads') < 1.2", "", &made);
    assert_eq!(judgement.verdict, Verdict::CannotBeShown);
    assert_eq!(
        judgement.evidence,
        "`gil-threads` did not run: nobody wrote it."
    );
    let mut made = on(2);
    made.lacks = Some("it needs a Python, and no Python took part".to_owned());
    let judgement = judged("speedup('python-processes') > 1", "python", &made);
    assert_eq!(judgement.verdict, Verdict::CannotBeShown);
}

#[test]
fn and_or_not_know_four_values() {
    let made = on(2)
        .answers("flag('yes')", AnswerValues::Truths(vec![true; 3]))
        .answers("flag('no')", AnswerValues::Truths(vec![false; 3]))
        .answers("flag('maybe')", AnswerValues::Truths(vec![true, false]))
        .missing("flag('gone')", "it is gone");
    let condition = |text: &str| {
        let subject = ConditionSubject::default();
        let condition = Condition::from_text(text, &subject).expect(text);
        judge_claim(&condition, &Needs::default(), None, &made).verdict
    };
    let (yes, no, noisy, gone) = (
        Verdict::Holds,
        Verdict::DoesNotHold,
        Verdict::TooNoisy,
        Verdict::CannotBeShown,
    );
    let cases = [
        ("flag('yes') and flag('yes')", yes),
        ("flag('yes') and flag('no')", no),
        ("flag('maybe') and flag('no')", no),
        ("flag('gone') and flag('no')", no),
        ("flag('maybe') and flag('yes')", noisy),
        ("flag('maybe') and flag('gone')", gone),
        ("flag('gone') or flag('yes')", yes),
        ("flag('maybe') or flag('yes')", yes),
        ("flag('maybe') or flag('no')", noisy),
        ("flag('no') or flag('no')", no),
        ("flag('gone') or flag('no')", gone),
        ("not flag('maybe')", noisy),
        ("not flag('gone')", gone),
        ("not not flag('no')", no),
        ("flag('no') and flag('no') or flag('yes')", yes),
        ("flag('no') and (flag('no') or flag('yes'))", no),
    ];
    for (text, expected) in cases {
        assert_eq!(condition(text), expected, "{text}");
    }
}

#[test]
fn figures_are_computed_with_their_spread() {
    let made = on(2)
        .seconds("work('serial')", &[1.0, 1.1, 1.2])
        .seconds("work('threads')", &[0.5, 0.55, 0.6])
        .seconds("work('processes')", &[0.0, 0.5, 0.6]);
    let cases = [
        ("work('serial') / work('threads') > 1.6", Verdict::Holds),
        (
            "work('serial') / work('threads') > 2.5",
            Verdict::DoesNotHold,
        ),
        ("work('serial') / work('threads') > 2", Verdict::TooNoisy),
        ("work('serial') - work('threads') > 300 ms", Verdict::Holds),
        ("2 * work('threads') < 1.3 s", Verdict::Holds),
        ("-work('threads') < 0 s", Verdict::Holds),
        (
            "work('serial') / work('processes') > 1",
            Verdict::CannotBeShown,
        ),
        ("work('threads') == 0.55 s", Verdict::TooNoisy),
        ("work('threads') != 5 s", Verdict::Holds),
    ];
    for (text, expected) in cases {
        assert_eq!(verdict(text, &made), expected, "{text}");
    }
}

#[test]
fn texts_are_equal_or_not() {
    let made = on(2).answers(
        "text('died')",
        AnswerValues::Texts(vec!["worker".to_owned()]),
    );
    let condition = |text: &str| {
        let subject = ConditionSubject {
            demo: "crash",
            backends: &[],
        };
        let condition = Condition::from_text(text, &subject).expect(text);
        judge_claim(&condition, &Needs::default(), None, &made).verdict
    };
    assert_eq!(condition("text('died') == 'worker'"), Verdict::Holds);
    assert_eq!(condition("text('died') != 'worker'"), Verdict::DoesNotHold);
    assert_eq!(condition("'program' == text('died')"), Verdict::DoesNotHold);
}
