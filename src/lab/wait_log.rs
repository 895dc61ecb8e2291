//! When a worker waited for what. Many waits are summed up, so that a log stays short.

use crate::{
    measure::clock,
    record::{WaitKind, WaitSpan},
};

/// If there are more stretches, they are summed up in longer ones.
const MOST_SPANS: usize = 200;

/// The waits for one thing, by the clock of the machine.
pub struct WaitLog {
    what: WaitKind,
    name: &'static str,
    spans: Vec<WaitSpan>,
    /// Waits are summed up until a stretch has this length.
    least_ns: u64,
}

impl WaitLog {
    /// A log without waits.
    pub fn new(what: WaitKind, name: &'static str) -> Self {
        Self {
            what,
            name,
            spans: Vec::new(),
            least_ns: 0,
        }
    }

    /// Waits, and logs the wait.
    pub fn wait<T>(&mut self, wait: impl FnOnce() -> T) -> T {
        let from_ns = clock::now_ns();
        let result = wait();
        self.add_wait(from_ns, clock::now_ns());
        result
    }

    /// Logs a wait. They come in the order of time.
    pub fn add_wait(&mut self, from_ns: u64, until_ns: u64) {
        let span = WaitSpan {
            what: self.what,
            name: self.name.to_owned(),
            from_ns,
            until_ns,
            waited_ns: until_ns.saturating_sub(from_ns),
            count: 1,
        };
        self.add_span(span);
        if self.spans.len() > MOST_SPANS {
            let ends = self.spans.first().zip(self.spans.last());
            let all_ns = ends.map_or(0, |(first, last)| last.until_ns - first.from_ns);
            self.least_ns = (self.least_ns * 2)
                .max(all_ns * 2 / MOST_SPANS as u64)
                .max(1);
            for span in std::mem::take(&mut self.spans) {
                self.add_span(span);
            }
        }
    }

    fn add_span(&mut self, span: WaitSpan) {
        let least_ns = self.least_ns;
        match self.spans.last_mut() {
            Some(last) if last.until_ns - last.from_ns < least_ns => {
                last.until_ns = span.until_ns;
                last.waited_ns += span.waited_ns;
                last.count += span.count;
            }
            _ => self.spans.push(span),
        }
    }

    /// The stretches.
    pub fn into_spans(self) -> Vec<WaitSpan> {
        self.spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_waits_are_kept_as_they_are_and_many_are_summed_up() {
        for (waits, is_whole) in [(5, true), (10_000, false)] {
            let mut log = WaitLog::new(WaitKind::Lock, "lock");
            for at in 0..waits {
                log.add_wait(at * 1000, at * 1000 + 400);
            }
            let spans = log.into_spans();
            assert!(spans.len() <= MOST_SPANS, "{}", spans.len());
            assert_eq!(spans.iter().map(|span| span.count).sum::<u64>(), waits);
            let waited: u64 = spans.iter().map(|span| span.waited_ns).sum();
            assert_eq!(waited, waits * 400);
            assert_eq!(spans.iter().all(|span| span.count == 1), is_whole);
            assert!(spans.is_sorted_by_key(|span| span.from_ns));
        }
    }
}
