//! A condition that load, a single core or chance may have made true is no answer key.

use super::*;
use Verdict::{CannotBeShown, Holds, TooNoisy};

/// A condition, the figures that make it true, and its verdict with two cores, idle and busy, and with
/// one, idle and busy.
type Case = (
    &'static str,
    &'static [(&'static str, Unit, f64)],
    [Verdict; 4],
);

const ALWAYS: [Verdict; 4] = [Holds; 4];
const ON_FREE_CORES: [Verdict; 4] = [Holds, TooNoisy, CannotBeShown, CannotBeShown];
/// The verdicts when no second core is needed.
const IF_IDLE: [Verdict; 4] = [Holds, TooNoisy, Holds, TooNoisy];
/// On one core, more workers get a larger share beside another program.
const WITH_TWO_CORES: [Verdict; 4] = [Holds, Holds, Holds, TooNoisy];

const CASES: &[Case] = &[
    // Upper bounds on figures that load lowers.
    (
        "speedup('processes') < 1.3",
        &[("speedup('processes')", Unit::Plain, 1.0)],
        ON_FREE_CORES,
    ),
    (
        "1.3 > speedup('processes')",
        &[("speedup('processes')", Unit::Plain, 1.0)],
        ON_FREE_CORES,
    ),
    (
        "not (speedup('processes') >= 1.3)",
        &[("speedup('processes')", Unit::Plain, 1.0)],
        ON_FREE_CORES,
    ),
    (
        "efficiency('processes') < 60 %",
        &[("efficiency('processes')", Unit::Share, 0.5)],
        ON_FREE_CORES,
    ),
    (
        "cores_used('processes') < 1.3 and cores_used('threads') < 1.3",
        &[
            ("cores_used('processes')", Unit::Plain, 0.6),
            ("cores_used('threads')", Unit::Plain, 0.7),
        ],
        ON_FREE_CORES,
    ),
    (
        "speedup('processes') >= 1.3 and speedup('processes') < 2.3",
        &[("speedup('processes')", Unit::Plain, 1.9)],
        ON_FREE_CORES,
    ),
    (
        "median('tasks_per_second') < 5 k/s",
        &[("median('tasks_per_second')", Unit::Rate, 900.0)],
        IF_IDLE,
    ),
    // Load cannot make lower bounds on them true.
    (
        "cores_used('processes') > 1.5",
        &[("cores_used('processes')", Unit::Plain, 1.9)],
        WITH_TWO_CORES,
    ),
    (
        "speedup('processes') > 1.5",
        &[("speedup('processes')", Unit::Plain, 1.9)],
        WITH_TWO_CORES,
    ),
    // More than two workers can gain: the single thread was slowed down.
    (
        "speedup('processes') >= 2.3",
        &[("speedup('processes')", Unit::Plain, 2.6)],
        ON_FREE_CORES,
    ),
    // Times become longer.
    (
        "work('processes') < 5 s",
        &[("work('processes')", Unit::Seconds, 1.0)],
        WITH_TWO_CORES,
    ),
    (
        "work('processes') > 500 ms",
        &[("work('processes')", Unit::Seconds, 1.0)],
        ON_FREE_CORES,
    ),
    (
        "work('processes') < 1.5 * work('threads')",
        &[
            ("work('processes')", Unit::Seconds, 1.0),
            ("work('threads')", Unit::Seconds, 1.0),
        ],
        ON_FREE_CORES,
    ),
    (
        "median('wall', chunk='1') / median('wall', chunk='16') < 0.9",
        &[
            ("median('wall', chunk='1')", Unit::Seconds, 1.0),
            ("median('wall', chunk='16')", Unit::Seconds, 2.0),
        ],
        ON_FREE_CORES,
    ),
    (
        "median('work', 'processes', workers='1') / least('work', 'processes') >= 1.2 * most('available_cores')",
        &[
            (
                "median('work', 'processes', workers='1')",
                Unit::Seconds,
                1.0,
            ),
            ("least('work', 'processes')", Unit::Seconds, 0.8),
            ("most('available_cores')", Unit::Plain, 0.9),
        ],
        ON_FREE_CORES,
    ),
    // Load does not change counts.
    (
        "median('private') < 1 MiB",
        &[("median('private')", Unit::Bytes, 4096.0)],
        ALWAYS,
    ),
    (
        "sum('starts') < 7",
        &[("sum('starts')", Unit::Count, 2.0)],
        ALWAYS,
    ),
    // With a control: the core that was free for one backend was free for the other.
    (
        "cores_used('gil-threads') < 1.3 and speedup('gil-threads') < 1.3 and cores_used('processes') > 1.5",
        &[
            ("cores_used('gil-threads')", Unit::Plain, 1.0),
            ("speedup('gil-threads')", Unit::Plain, 1.0),
            ("cores_used('processes')", Unit::Plain, 1.9),
        ],
        WITH_TWO_CORES,
    ),
    (
        "median('overshoot', 'gil-threads', busy='1') > 3 ms and median('overshoot', 'threads', busy='1') < 3 ms",
        &[
            (
                "median('overshoot', 'gil-threads', busy='1')",
                Unit::Seconds,
                5e-3,
            ),
            (
                "median('overshoot', 'threads', busy='1')",
                Unit::Seconds,
                1e-4,
            ),
        ],
        ALWAYS,
    ),
    // Not a control: less than what it should show, the same workers, or measured at another time.
    (
        "speedup('gil-threads') <= 1.5 and speedup('processes') > 0.75",
        &[
            ("speedup('gil-threads')", Unit::Plain, 1.0),
            ("speedup('processes')", Unit::Plain, 1.0),
        ],
        ON_FREE_CORES,
    ),
    (
        "speedup('gil-threads') > 0.75 and speedup('gil-threads') <= 1.5",
        &[("speedup('gil-threads')", Unit::Plain, 1.0)],
        ON_FREE_CORES,
    ),
    (
        "cores_used('python-threads') < 1.3 and cores_used('processes') > 1.5",
        &[
            ("cores_used('python-threads')", Unit::Plain, 0.5),
            ("cores_used('processes')", Unit::Plain, 1.9),
        ],
        ON_FREE_CORES,
    ),
    // One of two is enough: the one that load did not make true.
    (
        "cores_used('gil-threads') < 1.3 or cores_used('processes') > 1.5",
        &[
            ("cores_used('gil-threads')", Unit::Plain, 1.0),
            ("cores_used('processes')", Unit::Plain, 1.9),
        ],
        WITH_TWO_CORES,
    ),
];

#[test]
fn what_load_may_have_made_true_needs_free_cores() {
    for (text, figures, expected) in CASES {
        let verdicts = [(2, 2.0), (2, 0.7), (1, 1.0), (1, 0.5)].map(|(cores, free)| {
            let mut made = on(cores);
            made.free = Some(free);
            for (question, unit, value) in *figures {
                made = made.answers(question, AnswerValues::Numbers(vec![*value; 3], *unit));
            }
            of_demo("chunks and others", text, &made)
        });
        assert_eq!(verdicts, *expected, "{text}");
    }
}

#[test]
fn what_looks_true_without_a_probe_is_too_noisy() {
    let mut made = on(2).with("cores_used('gil-threads')", &[1.0; 3]);
    made.free = None;
    let judgement = judged("cores_used('gil-threads') < 1.3", "", &made);
    assert_eq!(judgement.verdict, TooNoisy);
    let why = "It looks as if it held, but how busy the cores were was not";
    assert!(
        judgement.evidence.starts_with(why),
        "{}",
        judgement.evidence
    );
    assert!(judgement.leans_to_yes);
}

/// A missing answer may be late; an answer that arrived did arrive.
#[test]
fn an_answer_is_not_load_s_doing_but_its_absence_may_be() {
    let answer = |came| {
        let mut made = on(2).answers("flag('answered')", AnswerValues::Truths(vec![came; 3]));
        made.free = Some(0.7);
        made
    };
    assert_eq!(of_demo("crash", "flag('answered')", &answer(true)), Holds);
    let absent = "not flag('answered')";
    assert_eq!(of_demo("crash", absent, &answer(false)), TooNoisy);
}

#[test]
fn what_chance_did_not_bring_about_is_shown_only_by_a_control() {
    let counts = |values: &[f64]| AnswerValues::Numbers(values.to_vec(), Unit::Count);
    let lost = |with: f64, without: f64| {
        on(2)
            .answers("lost('threads', lock='yes')", counts(&[with; 3]))
            .answers("lost('threads', lock='no')", counts(&[without; 3]))
            .answers("lost('processes', lock='no')", counts(&[without; 3]))
    };
    let controlled = "lost('threads', lock='yes') == 0 and lost('threads', lock='no') > 0";
    assert_eq!(of_demo("race", controlled, &lost(0.0, 7.0)), Holds);
    assert_eq!(of_demo("race", controlled, &lost(0.0, 0.0)), TooNoisy);
    // Losses of other workers prove nothing about these.
    let others = "lost('threads', lock='yes') == 0 and lost('processes', lock='no') > 0";
    assert_eq!(of_demo("race", others, &lost(0.0, 7.0)), TooNoisy);

    let arrivals = |values: &[f64]| {
        on(2)
            .answers("distinct('arrival', started='1')", counts(values))
            .answers("most('arrival', started='1')", counts(values))
            .answers(
                "count('line', kind='whole')",
                AnswerValues::Exact(80.0, Unit::Count),
            )
    };
    let first = "distinct('arrival', started='1') == 1 and most('arrival', started='1') == 1";
    assert_eq!(of_demo("numbers", first, &arrivals(&[1.0; 3])), TooNoisy);
    let glued = |times| {
        on(2).answers(
            "count('line', kind='glued')",
            AnswerValues::Exact(times, Unit::Count),
        )
    };
    let some = "count('line', kind='glued') > 0";
    assert_eq!(of_demo("numbers", some, &glued(2.0)), Holds);
    assert_eq!(of_demo("numbers", some, &glued(0.0)), TooNoisy);
    let whole = "count('line', kind='whole') == 80";
    let mixed = arrivals(&[1.0, 2.0, 4.0]);
    assert_eq!(of_demo("numbers", whole, &mixed), TooNoisy);
    let raced = format!("{whole} and distinct('arrival', started='1') > 1");
    assert_eq!(of_demo("numbers", &raced, &mixed), Holds);
}
