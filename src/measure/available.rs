//! How many cores other programs leave free: from what the system counts over a time, or by a probe.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{
    cpu::thread_cpu,
    platform::{NativePlatform, Platform},
    usable_cores,
};

/// The system counts idle time in steps of 10 ms for each core, so that a shorter time says little.
const SHORTEST: Duration = Duration::from_millis(200);

/// Measures how many cores were free for this process and its descendants, from its start to each reading.
///
/// A core was free while it was idle and while they ran on it. What other programs used is the rest, and so is what the
/// system used for itself, and what the host of a virtual machine took away (steal time). No burst is missed, and nothing
/// has to compute for the figure.
#[derive(Debug, Clone, Copy)]
pub struct FreeCoreMeter {
    began: Instant,
    before: Duration,
}

impl FreeCoreMeter {
    /// Starts the measurement. `None` if the platform does not count idle time.
    pub fn start() -> Option<Self> {
        let before = NativePlatform::free_time()?;
        Some(Self {
            began: Instant::now(),
            before,
        })
    }

    /// How long it has been measuring.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The mean number of free cores so far. `None` within the first 200 ms.
    pub fn read(&self) -> Option<f64> {
        let now = Self::start()?;
        let wall = now.began.duration_since(self.began);
        // A descendant that nobody waited for takes its time with it.
        let free = now.before.as_secs_f64() - self.before.as_secs_f64();
        let most = f64::from(usable_cores().count);
        (wall >= SHORTEST).then(|| (free / wall.as_secs_f64()).clamp(0.0, most))
    }
}

/// How many cores this process really gets at this moment.
///
/// One thread per usable core computes for `window`. The result is the processor time that the threads got,
/// divided by the wall time that they took. On an idle machine it is the number of usable cores; beside another
/// busy program it is less.
/// `None` if the platform does not report a thread's processor time.
pub fn available_cores(window: Duration) -> Option<f64> {
    let threads = usable_cores().count;
    let began = Instant::now();
    let until = began + window;
    // The clock runs from the request to start the thread: a thread that has to wait for a core gets a smaller
    // share.
    let shares: Vec<f64> = thread::scope(|scope| {
        let spinning: Vec<_> = (0..threads)
            .map(|_| thread::Builder::new().spawn_scoped(scope, move || spin_until(began, until)))
            .collect();
        let spinning = spinning.into_iter().flatten();
        spinning
            .filter_map(|thread| thread.join().ok().flatten())
            .collect()
    });
    (!shares.is_empty()).then(|| shares.iter().sum())
}

/// The share of a core that this thread gets until `until`.
fn spin_until(began: Instant, until: Instant) -> Option<f64> {
    let before = thread_cpu()?;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
    let cpu = thread_cpu()?.saturating_sub(before);
    Some(cpu.as_secs_f64() / began.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gets_more_cores_than_there_are() {
        let cores = available_cores(Duration::from_millis(10));
        if cores.is_none() && !cfg!(target_os = "linux") {
            return;
        }
        let cores = cores.expect("Linux tells it");
        // Wall clock and processor clock differ slightly.
        let most = f64::from(usable_cores().count) * 1.05;
        assert!(cores > 0.0 && cores <= most, "{cores} of {most}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_other_programs_use_is_not_free_and_what_descendants_use_is() {
        use std::process::{Command, Stdio};

        use nix::{sys::signal, unistd::Pid};

        use crate::measure::{own_cpu, process_cpu};

        const SPIN: &str = "while :; do :; done";
        let shell = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]).stdin(Stdio::null());
            command
        };
        let Some(meter) = FreeCoreMeter::start() else {
            return; // A container may hide the machine's cores.
        };
        let before = own_cpu().unwrap();
        // Several, so that they get a share even of a busy machine.
        let mut children: Vec<_> = (0..4).map(|_| shell(SPIN).spawn().unwrap()).collect();
        // Its parent has ended, so it descends from no process of ours.
        let other = shell(&format!("({SPIN}) > /dev/null 2>&1 & echo $!")).output();
        let other: u32 = String::from_utf8(other.unwrap().stdout)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        thread::sleep(2 * SHORTEST);
        let used = |pid| process_cpu(pid).unwrap();
        // Other tests run in this process.
        let own: Duration = children.iter().map(|child| used(child.id())).sum();
        let (own, others) = (own + own_cpu().unwrap() - before, used(other));
        // These are read last, so that a test that has to wait for a core proves less, but nothing wrong.
        let (free, wall) = (meter.read().unwrap(), meter.elapsed().as_secs_f64());
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        signal::kill(Pid::from_raw(other as i32), signal::Signal::SIGKILL).unwrap();
        let usable = f64::from(usable_cores().count);
        let (own, left) = (
            own.as_secs_f64() / wall,
            usable - others.as_secs_f64() / wall,
        );
        // The idle time of each core is counted in steps.
        let step = 0.03 * usable;
        assert!(free > own - step, "{free} free, of which we used {own}");
        assert!(free < left + step, "{free} free, {left} left");
    }

    #[test]
    fn those_who_share_a_core_share_its_time() {
        let alone = thread::spawn(|| spin_for(Duration::from_millis(100))).join();
        let Some(alone) = alone.expect("it only spins") else {
            return;
        };
        // With four threads per core, each gets at most a quarter of a core, however busy the machine is.
        let many = 4 * usable_cores().count;
        let began = Instant::now();
        let until = began + Duration::from_millis(200);
        let all: Vec<_> = (0..many)
            .map(|_| thread::spawn(move || spin_until(began, until)))
            .collect();
        let shares: Vec<f64> = all
            .into_iter()
            .filter_map(|thread| thread.join().expect("it only spins"))
            .collect();
        let mean = shares.iter().sum::<f64>() / f64::from(many);
        assert!(mean < 0.3, "{mean}, alone {alone}");
    }

    fn spin_for(window: Duration) -> Option<f64> {
        let began = Instant::now();
        spin_until(began, began + window)
    }
}
