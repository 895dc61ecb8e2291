//! Observed Pythons: the events that they send.

use forklore::record::Value;

use super::{Script, number, texts, values};
use crate::support::watchdog;

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
