//! Observed Pythons: the events that they send.

use forklore::record::{Backend, EventKind, HookEvent, RunStatus, Value, WorkerKind};

use super::{Script, lines, number, texts, values};
use crate::support::watchdog;

/// A program that starts three processes with this method.
fn three(method: &str) -> String {
    format!(
        "import multiprocessing\n\
         def work(number):\n    print('number', number)\n    sum(range(200000))\n\
         if __name__ == '__main__':\n\
         \x20   context = multiprocessing.get_context('{method}')\n\
         \x20   print('before')\n\
         \x20   all = [context.Process(target=work, args=(n,)) for n in range(3)]\n\
         \x20   for one in all: one.start()\n\
         \x20   for one in all: one.join()\n\
         \x20   print('after')\n"
    )
}

#[test]
fn children_are_named_counted_and_joined_by_each_start_method() {
    let _guard = watchdog("start methods");
    for method in ["fork", "spawn", "forkserver"] {
        let Some(script) = Script::of(&three(method)) else {
            return;
        };
        let recording = script.watched();
        let run = recording.run();
        assert_eq!(run.status(), RunStatus::Complete, "{:?}", texts(run));
        let child = [("kind", "child")];
        assert_eq!(values(run, "process", &child).len(), 3, "{method}");
        let labelled = values(run, "process", &[("kind", "child"), ("method", method)]);
        assert_eq!(labelled.len(), 3, "{method}");
        assert_eq!(values(run, "joined", &child), vec![Value::Flag(true); 3]);
        assert_eq!(values(run, "exitcode", &child), vec![Value::Count(0); 3]);
        let method = Value::text(method);
        assert_eq!(values(run, "start_method", &[]), [method]);
        assert_eq!(
            run.last_observed("started_before_join", &[]),
            Some(Value::Flag(true))
        );
        assert_eq!(number(run, "outlived", &[]), Some(0.0));
        assert_eq!(run.last_observed("last_by", &[]), Some("main".into()));
        let lines = lines(run);
        let main = |text: &str| ("main".to_owned(), text.to_owned());
        assert_eq!(lines.first(), Some(&main("before")));
        assert_eq!(lines.last(), Some(&main("after")));
        assert_eq!(lines.len(), 5);
        let workers = run.workers(Backend::Try);
        let children: Vec<_> = workers
            .iter()
            .filter(|worker| worker.name.contains("Process-"))
            .collect();
        assert_eq!(children.len(), 3, "{workers:?}");
        for child in children {
            assert_eq!(child.ppid, Some(workers[0].pid), "Python's parent");
            assert_eq!((child.output.len(), child.exitcode), (1, Some(0)));
            assert!(child.usage.cpu_s > Some(0.0) && child.usage.work_s > Some(0.0));
        }
    }
}

#[test]
fn one_after_the_other_is_not_at_once() {
    let _guard = watchdog("one by one");
    let text = "import multiprocessing, time\n\
        if __name__ == '__main__':\n    \
        for n in range(4):\n        \
        one = multiprocessing.Process(target=time.sleep, args=(0.05,))\n        \
        one.start(); one.join()\n";
    let Some(script) = Script::of(text) else {
        return;
    };
    let recording = script.watched();
    let run = recording.run();
    assert_eq!(number(run, "at_once", &[("kind", "child")]), Some(1.0));
    assert_eq!(
        run.last_observed("started_before_join", &[]),
        Some(Value::Flag(false))
    );
}

#[test]
fn pools_and_executors_tell_what_each_worker_did() {
    let _guard = watchdog("pools");
    let text = "import multiprocessing, time\n\
        from concurrent.futures import ProcessPoolExecutor\n\
        def square(n):\n    time.sleep(0.01)\n    return n * n\n\
        if __name__ == '__main__':\n    \
        with multiprocessing.Pool(2) as pool:\n        \
        print(sum(pool.map(square, range(10))))\n    \
        with ProcessPoolExecutor(2) as pool:\n        \
        print(sum(pool.map(square, range(10))))\n";
    let Some(script) = Script::of(text) else {
        return;
    };
    let recording = script.watched();
    let run = recording.run();
    assert_eq!(texts(run), ["285", "285"]);
    assert_eq!(number(run, "pools", &[]), Some(2.0));
    let tasks = run.number_series("tasks", &[("kind", "pool")]);
    assert_eq!(tasks.len(), 4, "{tasks:?}");
    assert!((tasks.iter().sum::<f64>() - 20.0).abs() < 0.1, "{tasks:?}");
    let joined = values(run, "joined", &[("kind", "pool")]);
    assert_eq!(joined, vec![Value::Flag(true); 4]);
    assert_eq!(number(run, "outlived", &[]), Some(0.0));
    assert!(
        values(run, "thread", &[]).is_empty(),
        "a pool's own do not count"
    );
}

#[test]
fn threads_are_told_by_name_with_their_time() {
    let _guard = watchdog("threads");
    let text = "import threading\n\
        def work():\n    sum(range(3000000))\n\
        all = [threading.Thread(target=work, name='T%d' % n) for n in range(3)]\n\
        for one in all: one.start()\n\
        for one in all: one.join()\n";
    let Some(script) = Script::of(text) else {
        return;
    };
    let recording = script.watched();
    let run = recording.run();
    let names = ["T0", "T1", "T2"].map(Value::text);
    assert_eq!(values(run, "thread", &[("kind", "main")]), names);
    let workers = run.workers(Backend::Try);
    let threads = workers.iter().filter(|one| one.kind == WorkerKind::Thread);
    let threads: Vec<_> = threads.collect();
    assert_eq!(threads.len(), 3, "{workers:?}");
    for thread in threads {
        assert_eq!(thread.pid, workers[0].pid);
        assert!(thread.usage.cpu_s > Some(0.0), "{thread:?}");
    }
    let (cpu, wall) = (number(run, "cpu", &[]), number(run, "wall", &[]));
    assert!(cpu > Some(0.0) && wall > Some(0.0));
}

#[test]
fn an_error_ends_it_and_says_so() {
    let _guard = watchdog("an error");
    let Some(script) = Script::of("import sys\nprint('on the way')\n1 / 0\n") else {
        return;
    };
    let recording = script.watched();
    let run = recording.run();
    assert_eq!(run.status(), RunStatus::Complete);
    assert_eq!(number(run, "exitcode", &[("kind", "main")]), Some(1.0));
    let last = values(run, "line", &[("stream", "err"), ("kind", "main")]).pop();
    assert_eq!(last, Some("ZeroDivisionError: division by zero".into()));
    let uncaught = run.events().find_map(|event| match &event.what {
        EventKind::Hook {
            what: HookEvent::Exiting(exit),
            ..
        } => exit.uncaught.as_deref(),
        _ => None,
    });
    assert_eq!(uncaught, Some("ZeroDivisionError"));
}

#[test]
fn a_fork_that_gets_away_has_its_place_in_the_tree() {
    let _guard = watchdog("a double fork");
    let text = "import os, time\n\
        if os.fork() == 0:\n    os.setsid()\n    \
        if os.fork() == 0:\n        time.sleep(1000)\n    os._exit(0)\n\
        os.wait()\nprint('done')\n";
    let Some(script) = Script::of(text) else {
        return;
    };
    let recording = script.watched();
    let run = recording.run();
    // It detached itself, so it is not one that was forgotten.
    assert_eq!(number(run, "outlived", &[]), Some(0.0));
    assert_eq!(values(run, "detached", &[]), [Value::Flag(false)]);
    assert_eq!(values(run, "process", &[("kind", "fork")]).len(), 2);
    assert_eq!(texts(run), ["done"]);
}
