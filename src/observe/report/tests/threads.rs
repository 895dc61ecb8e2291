//! What the threads of a watched program tell of each other.

use super::*;

/// Two threads computed 400 ms each in 1 s, beside another program.
#[test]
fn threads_of_a_process_ran_by_turns_or_were_ready_at_once() {
    for (switches, word) in [(160, "by turns"), (0, "ready at once")] {
        let mut made = Made::new();
        made.started(0, 0, "MainProcess", 3999, WorkerKind::Main);
        for (number, name) in [(1, "one"), (2, "two")] {
            made.started(10, number, name, 4000, WorkerKind::Thread);
            let process = [("name", "MainProcess"), ("pid", "4000")];
            made.observed(10, "thread", &process, Value::text(name));
            let usage = ResourceUsage {
                cpu_s: Some(0.4),
                run_queue_s: Some(0.3),
                voluntary_switches: Some(switches),
                ..ResourceUsage::default()
            };
            let worker = WorkerId(number);
            made.at(
                1000,
                EventKind::WorkFinished {
                    worker,
                    usage: usage.into(),
                },
            );
        }
        let tables = build_report(&made.finish(1010, 0.8).run());
        let processes = titled(&tables, "What each process did");
        assert_eq!(column(processes, "its threads ran"), [Value::text(word)]);
        let shown = column(titled(&tables, "Threads"), "switches per CPU s");
        assert_eq!(
            shown,
            [switches, switches].map(|it| Value::Count(it as i64 * 10 / 4))
        );
    }
}
