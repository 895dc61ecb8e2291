//! The progress of `lint --run`, with a forecast: it takes minutes, and a wait of unknown length is tiresome.

use std::time::{Duration, Instant};

/// The progress through a list of runs.
#[derive(Debug)]
pub struct LintProgress {
    begun: Instant,
    done: usize,
    of: usize,
    /// The number of times that each is run.
    times: u32,
}

impl LintProgress {
    /// Begins before the first run.
    pub fn new(of: usize, times: u32) -> Self {
        Self {
            begun: Instant::now(),
            done: 0,
            of,
            times,
        }
    }

    /// The message before the next run: "3 of 51: `run race`, 5 times; 40 s so far, about 11 min left".
    pub fn next(&mut self, what: &str) -> String {
        let words = self.progress_text(what, self.begun.elapsed());
        self.done += 1;
        words
    }

    fn progress_text(&self, what: &str, so_far: Duration) -> String {
        let mut words = format!("{} of {}: {what}", self.done + 1, self.of);
        if self.times > 1 {
            words = format!("{words}, {} times", self.times);
        }
        // The first few allow no forecast, and a short run needs none.
        let (Ok(done), Ok(of)) = (u32::try_from(self.done), u32::try_from(self.of)) else {
            return words;
        };
        if done < 3 || so_far < WORTH_TELLING {
            return words;
        }
        let left = so_far / done * of.saturating_sub(done);
        format!(
            "{words}; {} so far, about {} left",
            format_duration(so_far),
            format_duration(left)
        )
    }
}

const WORTH_TELLING: Duration = Duration::from_secs(10);

fn format_duration(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..100 => format!("{seconds} s"),
        seconds => format!("{} min", (seconds + 30) / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_comes_once_there_is_something_to_go_by() {
        let mut progress = LintProgress::new(51, 5);
        let long = Duration::from_mins(1);
        assert_eq!(
            progress.next("`run numbers`"),
            "1 of 51: `run numbers`, 5 times"
        );
        assert_eq!(progress.progress_text("a", long), "2 of 51: a, 5 times");
        progress.done = 3;
        assert_eq!(
            progress.progress_text("a", long),
            "4 of 51: a, 5 times; 60 s so far, about 16 min left"
        );
        assert_eq!(
            progress.progress_text("a", Duration::from_secs(2)),
            "4 of 51: a, 5 times"
        );
    }

    #[test]
    fn what_is_run_once_is_not_counted() {
        assert_eq!(
            LintProgress::new(2, 1).next("exercise `a`"),
            "1 of 2: exercise `a`"
        );
    }
}
