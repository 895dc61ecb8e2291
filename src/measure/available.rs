//! How much of the cores others leave at this moment.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{cpu::thread_cpu, usable_cores};

/// How many cores this process really gets just now: as many threads as it may use cores compute for `window`,
/// and the processor time that they got, divided by the wall time that they took for it, is the answer.
///
/// On an idle machine that is all of its cores; beside another program that computes it is less. `None` where
/// the platform tells no processor time of a thread.
pub fn available_cores(window: Duration) -> Option<f64> {
    let threads = usable_cores().count;
    let began = Instant::now();
    let until = began + window;
    // From the request to start it: a thread that has to wait for a core gets less.
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

/// The share of a core that this thread gets until then.
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
        // The clocks of wall and processor time differ by next to nothing.
        let most = f64::from(usable_cores().count) * 1.05;
        assert!(cores > 0.0 && cores <= most, "{cores} of {most}");
    }

    #[test]
    fn those_who_share_a_core_share_its_time() {
        let alone = thread::spawn(|| spin_for(Duration::from_millis(100))).join();
        let Some(alone) = alone.expect("it only spins") else {
            return;
        };
        // Four times as many as there are cores: each gets a fourth at most, however busy the machine is.
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
