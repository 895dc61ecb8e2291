//! The same figures on an idle machine, beside other programs, on one core and under a quota: other programs and too few
//! cores leave a claim open, and change no verdict.

use super::*;
use Verdict::{CannotBeShown, DoesNotHold, Holds, TooNoisy};

/// A machine: usable cores, its quota, and the free cores of three periods.
type Cores = (u32, Option<f64>, [f64; 3]);

const MACHINES: [(&str, Cores); 6] = [
    ("idle", (2, None, [1.96, 1.81, 1.99])),
    ("busy", (2, None, [0.64, 0.66, 0.71])),
    ("busy for one period", (2, None, [1.96, 1.20, 1.99])),
    ("one core", (1, None, [0.97, 0.92, 0.98])),
    ("one core, busy", (1, None, [0.48, 0.51, 0.52])),
    ("half a core", (1, Some(0.5), [0.97, 0.92, 0.98])),
];

/// A demo, the name of what it measured, its labels and the value.
type DemoFigure = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    Value,
);

/// What each demo measured in every round.
const FIGURES: [DemoFigure; 12] = [
    (
        "startup",
        "start_join",
        &[("way", "thread")],
        Value::Seconds(0.00005),
    ),
    (
        "startup",
        "start_join",
        &[("way", "process")],
        Value::Seconds(0.002),
    ),
    (
        "chunks",
        "tasks_per_second",
        &[("chunk", "no pool")],
        Value::Rate(50e6),
    ),
    (
        "chunks",
        "tasks_per_second",
        &[("chunk", "1")],
        Value::Rate(40e3),
    ),
    (
        "chunks",
        "tasks_per_second",
        &[("chunk", "1000")],
        Value::Rate(2e6),
    ),
    ("chunks", "balance", &[("chunk", "1")], Value::Share(0.95)),
    (
        "payload",
        "took",
        &[("way", "one loop")],
        Value::Seconds(0.02),
    ),
    (
        "payload",
        "took",
        &[("way", "processes")],
        Value::Seconds(0.1),
    ),
    (
        "payload",
        "took",
        &[("way", "shared memory")],
        Value::Seconds(0.03),
    ),
    ("pool", "starts", &[("way", "one pool")], Value::Count(2)),
    (
        "pool",
        "small_tasks",
        &[("way", "one pool")],
        Value::Seconds(0.02),
    ),
    (
        "pool",
        "small_tasks",
        &[("way", "a process per task")],
        Value::Seconds(0.1),
    ),
];

fn measured(demo: &str, (usable, quota, periods): Cores) -> Recording {
    let outer = run_of(demo);
    let part = python(&outer, demo, "3.13", true);
    for world in [&outer, &part] {
        for (_, name, labels, value) in FIGURES.iter().filter(|it| it.0 == demo) {
            for _ in 0..3 {
                observe(world, name, labels, value.clone());
            }
        }
        for (period, cores) in (1..).zip(periods) {
            let labels = [("period", &*period.to_string())];
            observe(world, "available_cores", &labels, Value::Ratio(cores));
        }
    }
    part.emit(EventKind::RunFinished {
        outcome: RunStatus::Complete,
    });
    let mut machine = test_machine(4, usable);
    machine.cores_quota = quota;
    let mut recording = finished(&outer);
    recording.machine = machine;
    recording
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn no_load_and_no_lack_of_cores_decides_what_an_idle_machine_does_not() {
    let noisy = |idle| [idle, TooNoisy, TooNoisy, idle, TooNoisy, TooNoisy];
    let of_several = |idle| {
        let [noisy, lacking] = [TooNoisy, CannotBeShown];
        [idle, noisy, noisy, lacking, lacking, lacking]
    };
    let cases = [
        // What one start costs, against another: the number of cores plays no part.
        (
            "startup",
            "median('start_join', way='process') > 5 * median('start_join', way='thread')",
            noisy(Holds),
        ),
        (
            "startup",
            "median('start_join', way='process') < 5 * median('start_join', way='thread')",
            noisy(DoesNotHold),
        ),
        (
            "pool",
            "median('small_tasks', way='one pool') < median('small_tasks', way='a process per task')",
            noisy(Holds),
        ),
        // Two ways of one pool.
        (
            "chunks",
            "median('tasks_per_second', chunk='1000') > 2 * median('tasks_per_second', chunk='1')",
            noisy(Holds),
        ),
        (
            "payload",
            "median('took', way='processes') > 1.5 * median('took', way='shared memory')",
            noisy(Holds),
        ),
        // Several workers against one: on one core they can't be faster.
        (
            "chunks",
            "median('tasks_per_second', chunk='no pool') > 5 * median('tasks_per_second', chunk='1')",
            of_several(Holds),
        ),
        (
            "chunks",
            "median('balance', chunk='1') > 0.9",
            of_several(Holds),
        ),
        (
            "payload",
            "median('took', way='processes') > 1.5 * median('took', way='one loop')",
            of_several(Holds),
        ),
        (
            "payload",
            "median('took', way='processes') < 1.5 * median('took', way='one loop')",
            of_several(DoesNotHold),
        ),
        // What load can't change.
        ("pool", "sum('starts', way='one pool') < 40", [Holds; 6]),
        (
            "pool",
            "sum('starts', way='one pool') > 40",
            [DoesNotHold; 6],
        ),
        (
            "startup",
            "median('start_join', way='thread') < 1 ms",
            [Holds; 6],
        ),
    ];
    for (demo, native, expected) in cases {
        // Python's part is judged by the same rule.
        let python = native.replace("', ", "', 'python-processes', ");
        for text in [native, &python] {
            for ((name, cores), expected) in MACHINES.into_iter().zip(expected) {
                let judgement = judged(&measured(demo, cores), "", text);
                let evidence = judgement.evidence;
                assert_eq!(judgement.verdict, expected, "{text}, {name}: {evidence}");
            }
        }
    }
}
