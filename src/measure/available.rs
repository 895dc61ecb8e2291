//! How many cores this process gets while other programs run.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{cpu::thread_cpu, usable_cores};

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
