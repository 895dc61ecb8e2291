//! The model compared with the GIL of a real Python, measured on this machine at the same time.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use forklore::{
    gil::{Gil, GilBreaker, GilEventKind, SWITCH_INTERVAL},
    measure,
    workload::EvalBreaker,
};

use crate::support;

/// The maximum number of attempts until both agree.
const ATTEMPTS: usize = 8;
/// The minimum share of processor time of an undisturbed measurement.
const UNDISTURBED: f64 = 0.95;

/// Prints its processor time as a share of all time (one thread runs at a time, so 1 if undisturbed), the time
/// of a serial run and of one with two threads, the overshoot of a wait of 1 ms next to a computing thread, and
/// the length of a turn of two computing threads.
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
cpu, wall = time.process_time(), time.perf_counter()
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
print((time.process_time() - cpu) / (time.perf_counter() - wall))
"#;

/// The compared figures.
#[derive(Debug, Clone, Copy)]
struct Figures {
    /// Two threads' speed-up over one that does both halves.
    speedup: f64,
    /// Seconds by which a wait of 1 ms is too long.
    overshoot: f64,
    /// The length of a turn in seconds.
    period: f64,
    /// Processor seconds per second: 1 if no other program needed the cores.
    cpu: f64,
}

impl Figures {
    /// The tolerance is much wider than the model's error, since tests run in parallel, and much narrower than
    /// the difference of any other rule for handing over a lock.
    fn agrees(self, other: Self) -> bool {
        let near = |one: f64, other: f64| (0.7..1.4).contains(&(one / other));
        (self.speedup - other.speedup).abs() < 0.25
            && near(self.overshoot, other.overshoot)
            && near(self.period, other.period)
    }
}

/// The measurement of the `python3` in the PATH, or why there is none.
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
    let [serial, threads, overshoot, period, cpu] = figures[..] else {
        return Err(format!("python3 said {text:?}"));
    };
    let speedup = serial / threads;
    Ok(Figures {
        speedup,
        overshoot,
        period,
        cpu,
    })
}

fn of_the_model() -> Figures {
    let cpu = Cpu::default();
    let began = Instant::now();
    let figures = Figures {
        speedup: speedup(&cpu),
        overshoot: overshoot(&cpu),
        period: period(&cpu),
        cpu: 0.0,
    };
    let cpu_s = Duration::from_nanos(cpu.0.load(Relaxed)).as_secs_f64();
    Figures {
        cpu: cpu_s / began.elapsed().as_secs_f64(),
        ..figures
    }
}

/// The processor time of some threads of this process: other threads run other tests.
#[derive(Default)]
struct Cpu(AtomicU64);

impl Cpu {
    fn of(&self, work: impl FnOnce()) {
        let before = measure::thread_cpu();
        work();
        let spent = measure::thread_cpu().zip(before);
        let spent = spent.map_or(Duration::ZERO, |(after, before)| {
            after.saturating_sub(before)
        });
        self.0.fetch_add(spent.as_nanos() as u64, Relaxed);
    }
}

fn spin(gil: &Gil, done: &AtomicBool) {
    let mut thread = gil.new_thread();
    let mut breaker = GilBreaker::new(thread.attach(), done);
    while breaker.check().is_ok() {}
}

fn count(gil: &Gil) {
    let never = AtomicBool::new(false);
    let mut thread = gil.new_thread();
    let mut breaker = GilBreaker::new(thread.attach(), &never);
    for round in 0..3_000_000 {
        std::hint::black_box(round);
        let _ = breaker.check();
    }
}

fn speedup(cpu: &Cpu) -> f64 {
    let began = Instant::now();
    for _ in 0..2 {
        cpu.of(|| count(&Gil::default()));
    }
    let serial = began.elapsed();
    let gil = Gil::default();
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| cpu.of(|| count(&gil)));
        }
    });
    serial.as_secs_f64() / began.elapsed().as_secs_f64()
}

fn overshoot(cpu: &Cpu) -> f64 {
    const NAP: Duration = Duration::from_millis(1);
    let (gil, done) = (Gil::default(), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| cpu.of(|| spin(&gil, &done)));
        let mut thread = gil.new_thread();
        let mut running = thread.attach();
        let late = (0..30).map(|_| {
            let began = Instant::now();
            running.allow_threads(|| thread::sleep(NAP));
            began.elapsed().saturating_sub(NAP).as_secs_f64()
        });
        let late = median(late.collect());
        done.store(true, Relaxed);
        late
    })
}

fn period(cpu: &Cpu) -> f64 {
    let gil = Gil::with_log(SWITCH_INTERVAL, 10_000);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| cpu.of(|| spin(&gil, &done)));
        }
        thread::sleep(Duration::from_millis(300));
        done.store(true, Relaxed);
    });
    let history = gil.take_history();
    let holds = history
        .entries
        .iter()
        .filter_map(|entry| match entry.moment {
            GilEventKind::Held { from, until, .. } => {
                Some(until.saturating_sub(from).as_secs_f64())
            }
            _ => None,
        });
    median(holds.collect())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn the_model_behaves_like_the_gil_of_this_machines_python() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("figures.py");
    fs::write(&script, SCRIPT).unwrap();
    // Load affects both, in different ways; then nothing can be concluded.
    let mut undisturbed = Vec::new();
    for _ in 0..ATTEMPTS {
        let python = match of_python(&script) {
            Ok(figures) => figures,
            Err(why) => return support::skipped(&why),
        };
        let model = of_the_model();
        if model.agrees(python) {
            return;
        }
        if python.cpu.min(model.cpu) > UNDISTURBED {
            undisturbed.push((python, model));
        }
        assert!(
            undisturbed.len() < 3,
            "CPython, the model: {undisturbed:#?}"
        );
    }
    support::skipped("others keep the cores too busy to compare the model with CPython");
}

#[test]
fn the_tolerance_tells_a_wrong_model() {
    let right = Figures {
        speedup: 1.0,
        overshoot: 5.1e-3,
        period: 5.1e-3,
        cpu: 1.0,
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
