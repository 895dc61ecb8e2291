//! The model of the GIL beside a real one, and the demos that run under it.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use forklore::{
    gil::{Gil, GilBreaker, Moment, SWITCH_INTERVAL},
    lab,
    record::{Backend, Outcome, Params, Recording},
    workload::EvalBreaker,
};

use crate::support;

/// Prints a serial and a two-threaded time, the overshoot of a wait of 1 ms beside a computing thread, and the
/// length of a turn of two computing threads.
const SCRIPT: &str = r#"
import statistics, sys, threading, time

if sys.implementation.name != "cpython" or not getattr(sys, "_is_gil_enabled", lambda: True)():
    sys.exit("no CPython with a GIL")

def count(rounds):
    total = 0
    for number in range(rounds):
        total += number % 7

def together(target, *args):
    threads = [threading.Thread(target=target, args=args) for _ in range(2)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began

ROUNDS = 800_000
began = time.perf_counter()
count(ROUNDS)
count(ROUNDS)
print(time.perf_counter() - began)
print(together(count, ROUNDS))

done = False

def spin():
    while not done:
        pass

spinner = threading.Thread(target=spin)
spinner.start()
late = []
for _ in range(30):
    began = time.perf_counter()
    time.sleep(0.001)
    late.append(time.perf_counter() - began - 0.001)
done = True
spinner.join()
print(statistics.median(late))

end = time.perf_counter() + 0.3
turns = []

def stamp():
    start = last = time.perf_counter()
    while last < end:
        now = time.perf_counter()
        if now - last > 0.001:
            turns.append(last - start)
            start = now
        last = now

together(stamp)
print(statistics.median(turns))
"#;

/// What is compared.
#[derive(Debug, Clone, Copy)]
struct Figures {
    /// Two threads' speed-up over one that does both halves.
    speedup: f64,
    /// Seconds that a wait of 1 ms takes too long.
    overshoot: f64,
    /// Seconds of a turn.
    period: f64,
}

impl Figures {
    /// Far wider than the model is off, since tests run beside other tests; far narrower than any other rule for
    /// handing a lock on would give.
    fn agrees(self, other: Self) -> bool {
        let near = |one: f64, other: f64| (0.7..1.4).contains(&(one / other));
        (self.speedup - other.speedup).abs() < 0.25
            && near(self.overshoot, other.overshoot)
            && near(self.period, other.period)
    }
}

/// What the `python3` of the PATH measures; why not, if it can't.
fn of_python(script: &Path) -> Result<Figures, String> {
    let mut python = Command::new("python3");
    python.arg(script).stdin(Stdio::null());
    let output = python
        .output()
        .map_err(|error| format!("no python3: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("python3: {}", said.trim()));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let figures: Vec<f64> = text.lines().filter_map(|line| line.parse().ok()).collect();
    let [serial, threads, overshoot, period] = figures[..] else {
        return Err(format!("python3 said {text:?}"));
    };
    let speedup = serial / threads;
    Ok(Figures {
        speedup,
        overshoot,
        period,
    })
}

fn of_the_model() -> Figures {
    Figures {
        speedup: speedup(),
        overshoot: overshoot(),
        period: period(),
    }
}

fn spin(mut breaker: impl EvalBreaker) {
    while breaker.check().is_ok() {}
}

fn count(rounds: u64, breaker: &mut impl EvalBreaker) {
    for round in 0..rounds {
        std::hint::black_box(round);
        let _ = breaker.check();
    }
}

fn speedup() -> f64 {
    const ROUNDS: u64 = 3_000_000;
    let never = AtomicBool::new(false);
    let began = Instant::now();
    for _ in 0..2 {
        count(
            ROUNDS,
            &mut GilBreaker::new(Gil::default().thread().attach(), &never),
        );
    }
    let serial = began.elapsed();
    let gil = Gil::default();
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| count(ROUNDS, &mut GilBreaker::new(gil.thread().attach(), &never)));
        }
    });
    serial.as_secs_f64() / began.elapsed().as_secs_f64()
}

fn overshoot() -> f64 {
    const NAP: Duration = Duration::from_millis(1);
    let (gil, done) = (Gil::default(), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| spin(GilBreaker::new(gil.thread().attach(), &done)));
        let mut thread = gil.thread();
        let mut running = thread.attach();
        let mut late: Vec<Duration> = (0..30)
            .map(|_| {
                let began = Instant::now();
                running.allow_threads(|| thread::sleep(NAP));
                began.elapsed().saturating_sub(NAP)
            })
            .collect();
        done.store(true, Relaxed);
        late.sort();
        late[late.len() / 2].as_secs_f64()
    })
}

fn period() -> f64 {
    let (gil, done) = (Gil::logged(SWITCH_INTERVAL, 10_000), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| spin(GilBreaker::new(gil.thread().attach(), &done)));
        }
        thread::sleep(Duration::from_millis(300));
        done.store(true, Relaxed);
    });
    let mut holds: Vec<f64> = gil
        .history()
        .entries
        .iter()
        .filter_map(|entry| match entry.moment {
            Moment::Held { from, until, .. } => Some(until.saturating_sub(from).as_secs_f64()),
            _ => None,
        })
        .collect();
    holds.sort_by(f64::total_cmp);
    holds[holds.len() / 2]
}

#[test]
fn the_model_behaves_like_the_gil_of_this_machines_python() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("figures.py");
    fs::write(&script, SCRIPT).unwrap();
    // Whatever else runs disturbs both. A wrong model is wrong in a quiet moment, too.
    let mut seen = Vec::new();
    for _ in 0..12 {
        let python = match of_python(&script) {
            Ok(figures) => figures,
            Err(why) => return support::skipped(&why),
        };
        let model = of_the_model();
        if model.agrees(python) {
            return;
        }
        seen.push((python, model));
    }
    panic!("CPython, the model: {seen:#?}");
}

#[test]
fn the_tolerance_tells_a_wrong_model() {
    let right = Figures {
        speedup: 1.0,
        overshoot: 5.1e-3,
        period: 5.1e-3,
    };
    assert!(right.agrees(right));
    for wrong in [
        Figures {
            speedup: 1.9,
            ..right
        },
        Figures {
            overshoot: 0.1e-3,
            ..right
        },
        Figures {
            overshoot: 10e-3,
            ..right
        },
        Figures {
            period: 0.3,
            ..right
        },
    ] {
        assert!(!wrong.agrees(right), "{wrong:?}");
    }
}

fn run(demo: &str, params: Params) -> Recording {
    let env = lab::Env {
        pythons: forklore::python::Pythons::none(),
        mp: support::context(),
        stop: lab::Stop::default(),
        machine: forklore::measure::machine(),
        observer: None,
    };
    let recording = lab::run(lab::demo(demo).expect("a demo of that name"), params, env);
    assert_eq!(recording.run().outcome(), Outcome::Complete, "{demo}");
    recording
}

fn under_the_gil(size: Option<u64>) -> Params {
    Params {
        size,
        backends: vec![Backend::GilThreads],
        ..Params::default()
    }
}

#[test]
fn each_worker_tells_how_long_it_waited_for_the_lock() {
    let params = Params {
        workers: Some(3),
        trials: Some(2),
        ..under_the_gil(Some(200_000))
    };
    let recording = run("parallel", params);
    let run = recording.run();
    for worker in ["Thread-1", "Thread-2", "Thread-3"] {
        let labels = [("backend", "gil-threads"), ("worker", worker)];
        let shares = run.series("gil_wait", &labels);
        assert_eq!(shares.len(), 2, "one a trial");
        assert!(
            shares.iter().all(|share| (0.0..=1.0).contains(share)),
            "{shares:?}"
        );
    }
    // Three that want it all the time: together they wait for about two thirds.
    let all = run.series("gil_wait", &[]);
    assert!(all.iter().sum::<f64>() > 0.3, "{all:?}");
}

#[test]
fn only_a_check_point_between_load_and_store_loses_additions() {
    let recording = run("race", under_the_gil(Some(50_000)));
    let run = recording.run();
    let lost = |form: &str, lock: &str, memory: &str| -> f64 {
        let labels = [("form", form), ("lock", lock), ("memory", memory)];
        let sum = |name| run.series(name, &labels).iter().sum::<f64>();
        assert!(sum("expected") > 0.0, "{labels:?}");
        sum("expected") - sum("seen")
    };
    assert!(lost("counter += one()", "no", "shared") > 0.0);
    for (form, lock, memory) in [
        ("counter += 1", "no", "shared"),
        ("counter += one()", "yes", "shared"),
        ("counter += one()", "no", "private"),
    ] {
        assert_eq!(
            lost(form, lock, memory).to_bits(),
            0.0_f64.to_bits(),
            "{form} {lock} {memory}"
        );
    }
}

#[test]
fn beside_a_computing_thread_a_wait_is_a_switch_interval_longer() {
    let params = Params {
        workers: Some(1),
        ..under_the_gil(None)
    };
    let recording = run("convoy", params);
    let run = recording.run();
    for interval in ["5", "20"] {
        let labels = [("interval", interval), ("busy", "1")];
        let late = run.series("overshoot", &labels);
        let interval_s: f64 = interval.parse::<f64>().unwrap() / 1e3;
        // Where the system gives the computing thread no core for a while, the lock may be free: not every time.
        let long = late
            .iter()
            .filter(|late| **late >= interval_s * 0.9)
            .count();
        assert!(long > late.len() / 4, "{interval} ms: {late:?}");
        assert!(run.observed("switches_per_second", &labels).is_some());
    }
    assert!(lab::report(&recording).unwrap().tables[0].rows.len() >= 8);
}

#[test]
fn turns_under_the_lock_never_overlap() {
    let recording = run("handoff", Params::default());
    let run = recording.run();
    let turns = |backend: &str| -> Vec<(f64, f64)> {
        let labels = [("backend", backend)];
        let began = run.series("began", &labels);
        let length = run.series("hold", &labels);
        assert_eq!(began.len(), length.len());
        began.into_iter().zip(length).collect()
    };
    let locked = turns("gil-threads");
    assert!(locked.len() > 4, "{locked:?}");
    for pair in locked.windows(2) {
        let (ended, next) = (pair[0].0 + pair[0].1, pair[1].0);
        assert!(ended <= next + 1e-6, "{pair:?}");
    }
    let free = turns("threads");
    assert_eq!(free.len(), 2, "each runs all the time");
    assert!(free[0].0 + free[0].1 > free[1].0, "{free:?}");
}

#[test]
fn work_under_the_lock_can_be_stopped() {
    let _watch = support::watchdog("work under the lock");
    let stop = lab::Stop::default();
    let asks = stop.clone();
    let env = lab::Env {
        pythons: forklore::python::Pythons::none(),
        mp: support::context(),
        stop,
        machine: forklore::measure::machine(),
        observer: None,
    };
    let asker = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        asks.stop("enough");
    });
    let demo = lab::demo("parallel").expect("a demo of that name");
    let recording = lab::run(demo, under_the_gil(Some(1_000_000_000)), env);
    asker.join().unwrap();
    let outcome = recording.run().outcome();
    assert_eq!(outcome, Outcome::Partial("enough".to_owned()));
}
