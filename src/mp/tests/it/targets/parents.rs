//! Targets that start processes of their own: parents whose limits and descriptors a test may use up, and which it may kill.

use std::{
    fs,
    io::{self, Write},
    thread,
    time::Duration,
};

use super::{nothing, say, sleep, spin, square};
use forklore_mp::{Context, Error, Failure, Launcher};

fn selftest_context() -> Context {
    Context::with_start_timeout(Launcher::from_current_exe(), Duration::from_secs(20))
}

/// Starts and joins so many processes, one after the other. Fails if afterwards there are more descriptors,
/// threads or children than before.
pub fn cycle(times: u32) -> Result<(), Failure> {
    let mp = selftest_context();
    let one = || -> Result<(), Error> {
        let mut process = mp.process(nothing, ());
        process.start()?;
        process.join()
    };
    one()?;
    let before = count_resources()?;
    for _ in 0..times {
        one()?;
    }
    mp.pool(2)?.map(square, 0..100)?;
    // The thread that reads output stays for a moment.
    let mut after = count_resources()?;
    for _ in 0..100 {
        if after <= before {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
        after = count_resources()?;
    }
    Err(Failure::new(format!("{before:?} before, {after:?} after")))
}

/// Descriptors, threads, children (zombies too).
fn count_resources() -> io::Result<[usize; 3]> {
    let own = std::process::id();
    Ok([
        fs::read_dir("/proc/self/fd")?.count(),
        fs::read_dir("/proc/self/task")?.count(),
        fs::read_to_string(format!("/proc/self/task/{own}/children"))?
            .split_whitespace()
            .count(),
    ])
}

/// Has an idle, a spinning and a stopped worker, prints their PIDs, and waits to be killed.
#[cfg(unix)]
pub fn keep_three() -> Result<(), Failure> {
    use nix::{sys::signal, unistd::Pid};

    let mp = selftest_context();
    let idle = mp.pool(1)?;
    let mut spinning = mp.process(spin, ());
    spinning.start()?;
    let mut stopped = mp.process(sleep, (60_000,));
    stopped.start()?;
    let pids = [
        idle.worker_pids().first().copied(),
        spinning.pid(),
        stopped.pid(),
    ];
    if let Some(pid) = stopped.pid() {
        signal::kill(Pid::from_raw(pid as i32), signal::Signal::SIGSTOP)?;
    }
    let mut out = io::stdout();
    for pid in pids.into_iter().flatten() {
        writeln!(out, "{pid}")?;
    }
    thread::sleep(Duration::from_mins(2));
    Ok(())
}

/// Lets itself have so many descriptors, or its user so many processes, asks for a pool of 200, and prints what
/// came of it. Fails if anything is left, or if a small pool does not work afterwards.
#[cfg(unix)]
pub fn ask_too_much(descriptors: Option<u64>, processes: Option<u64>) -> Result<(), Failure> {
    use nix::{
        sys::resource::{Resource, setrlimit},
        unistd::{Uid, geteuid, setuid},
    };

    let mp = selftest_context();
    mp.pool(1)?;
    if let Some(most) = descriptors {
        setrlimit(Resource::RLIMIT_NOFILE, most, most)?;
    }
    if let Some(most) = processes {
        // The limit does not hold for root. The user `nobody` has no other process here.
        if geteuid().is_root() {
            setuid(Uid::from_raw(65_534))?;
        }
        setrlimit(Resource::RLIMIT_NPROC, most, most)?;
    }
    let mp = selftest_context();
    let outcome = match mp.pool(200) {
        Ok(_) => "all started".to_owned(),
        Err(error) => error.to_string(),
    };
    writeln!(io::stdout(), "{outcome}")?;
    if !mp.live_children().is_empty() {
        return Err(Failure::new("some were left"));
    }
    let squares = mp.pool(2)?.map(square, 1..=5)?;
    writeln!(io::stdout(), "{squares:?}")?;
    Ok(())
}

/// Starts a process whose output has no handler.
pub fn pass_on() -> Result<(), Failure> {
    let mut process = selftest_context().process(say, ("hello".to_owned(),));
    process.start()?;
    process.join()?;
    Ok(())
}

/// Waits a second for a task that sleeps, and for one that is asynchronous, and fails if that took much CPU time.
#[cfg(unix)]
pub fn wait_idly() -> Result<(), Failure> {
    use nix::time::ClockId;

    let pool = selftest_context().pool(2)?;
    let before = ClockId::CLOCK_PROCESS_CPUTIME_ID.now()?;
    pool.apply(sleep, (1000,))?;
    pool.apply_async(sleep, (1000,))?.get()?;
    let used = Duration::from(ClockId::CLOCK_PROCESS_CPUTIME_ID.now()? - before);
    pool.close();
    pool.join()?;
    let workers: Duration = pool
        .workers()
        .iter()
        .filter_map(|worker| worker.usage?.cpu)
        .sum();
    if used + workers > Duration::from_millis(300) {
        return Err(Failure::new(format!(
            "{used:?} here, {workers:?} in the workers"
        )));
    }
    Ok(())
}
