//! Targets that start processes of their own: parents whose limits and descriptors a test may use up, and which it may kill.

use std::{
    fs,
    io::{self, Write},
    thread,
    time::Duration,
};

use super::{nothing, say, sleep, spin, square};
use forklore_mp::{Context, Error, Failure, Launcher, StartMethod};

fn selftest_context(method: StartMethod) -> Context {
    Context::with_start_timeout(
        method,
        Launcher::from_current_exe(),
        Duration::from_secs(20),
    )
}

/// Starts and joins so many processes, one after the other. Fails if afterwards there are more descriptors,
/// threads or children than before.
pub fn cycle(method: StartMethod, times: u32) -> Result<(), Failure> {
    let mp = selftest_context(method);
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
    // A start forgets those that have ended; what watches for an end is held until then.
    one()?;
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
    Ok([
        fs::read_dir("/proc/self/fd")?.count(),
        fs::read_dir("/proc/self/task")?.count(),
        list_children()?.len(),
    ])
}

/// The PIDs of this process's children, a fork server among them.
fn list_children() -> io::Result<Vec<String>> {
    let own = std::process::id();
    let children = fs::read_to_string(format!("/proc/self/task/{own}/children"))?;
    Ok(children.split_whitespace().map(str::to_owned).collect())
}

/// Has an idle, a spinning and a stopped worker, prints the PIDs of all its children, and waits to be killed.
#[cfg(unix)]
pub fn keep_three(method: StartMethod) -> Result<(), Failure> {
    use nix::{sys::signal, unistd::Pid};

    let mp = selftest_context(method);
    let _idle = mp.pool(1)?;
    let mut spinning = mp.process(spin, ());
    spinning.start()?;
    let mut stopped = mp.process(sleep, (60_000,));
    stopped.start()?;
    if let Some(pid) = stopped.pid() {
        signal::kill(Pid::from_raw(pid as i32), signal::Signal::SIGSTOP)?;
    }
    writeln!(io::stdout(), "{}", list_children()?.join(" "))?;
    thread::sleep(Duration::from_mins(2));
    Ok(())
}

/// Lets itself have so many descriptors, or its user so many processes, asks for a pool of 200, and prints what
/// came of it. Fails if anything is left, or if a small pool does not work afterwards.
#[cfg(unix)]
pub fn ask_too_much(
    method: StartMethod,
    descriptors: Option<u64>,
    processes: Option<u64>,
) -> Result<(), Failure> {
    use nix::{
        sys::resource::{Resource, setrlimit},
        unistd::{Uid, geteuid, setuid},
    };

    let mp = selftest_context(method);
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
    let mp = selftest_context(method);
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
pub fn pass_on(method: StartMethod) -> Result<(), Failure> {
    let mut process = selftest_context(method).process(say, ("hello".to_owned(),));
    process.start()?;
    process.join()?;
    Ok(())
}

/// Waits a second for a task that sleeps, and for one that is asynchronous, and fails if that took much CPU time.
#[cfg(unix)]
pub fn wait_idly(method: StartMethod) -> Result<(), Failure> {
    use nix::time::ClockId;

    let pool = selftest_context(method).pool(2)?;
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

/// Loses its fork server to that signal while a worker runs. Fails unless the next start says so, the worker has ended,
/// and the start after that has a new fork server. Prints what was said.
#[cfg(target_os = "linux")]
pub fn lose_fork_server(signal: i32) -> Result<(), Failure> {
    use nix::{sys::signal, unistd::Pid};

    let launcher = Launcher::from_current_exe();
    let mp = Context::with_start_timeout(StartMethod::ForkServer, launcher, PATIENCE);
    let mut worker = mp.process(spin, ());
    worker.start()?;
    let own_pid = worker.pid().unwrap_or_default().to_string();
    let fork_server = list_children()?.into_iter().find(|pid| *pid != own_pid);
    let fork_server = fork_server.ok_or_else(|| Failure::new("there is no fork server"))?;
    let signal = signal::Signal::try_from(signal)?;
    signal::kill(Pid::from_raw(fork_server.parse()?), signal)?;
    let said = match mp.process(nothing, ()).start() {
        Ok(()) => "nothing".to_owned(),
        Err(error) => error.to_string().replace(&fork_server, "N"),
    };
    writeln!(io::stdout(), "{said}")?;
    worker.join()?;
    writeln!(io::stdout(), "its worker: {:?}", worker.exitcode())?;
    mp.pool(2)?.map(square, 0..5)?;
    drop((mp, worker));
    match list_children()? {
        left if left.is_empty() => Ok(()),
        left => Err(Failure::new(format!("{left:?} are left"))),
    }
}

/// How long a fork server may be idle that is asked for a worker.
#[cfg(target_os = "linux")]
const PATIENCE: Duration = Duration::from_secs(1);

/// Makes a private folder, keeps it for so many milliseconds, and returns its path.
pub fn make_folder(millis: u64) -> Result<String, Failure> {
    let mp = selftest_context(StartMethod::Spawn);
    let folder = mp.private_folder()?;
    thread::sleep(Duration::from_millis(millis));
    Ok(folder.display().to_string())
}
