//! The progress of a program in a few words, once a second: `3 processes, 1.9 cores, 12 s`.

use super::processes::ProcessTable;
use crate::text::pick_plural;

/// Nanoseconds between two messages.
const BETWEEN_NS: u64 = 1_000_000_000;
/// When the first message is due.
const FIRST_NS: u64 = 500_000_000;
/// Nanoseconds between two states of an unfinished line.
const BETWEEN_UNFINISHED_NS: u64 = 50_000_000;

/// The time of the last message, and the processor time used by then.
#[derive(Debug)]
pub struct ProgressTicker {
    /// Whether the program waits at the terminal: its question is shown at once.
    pub is_at_terminal: bool,
    next_ns: u64,
    last_ns: u64,
    last_cpu_s: f64,
    unfinished: String,
    next_unfinished_ns: u64,
}

impl Default for ProgressTicker {
    fn default() -> Self {
        Self {
            is_at_terminal: false,
            next_ns: FIRST_NS,
            last_ns: 0,
            last_cpu_s: 0.0,
            unfinished: String::new(),
            next_unfinished_ns: FIRST_NS,
        }
    }
}

impl ProgressTicker {
    /// Forgets the unfinished line: the next one may be the same.
    pub fn forget_unfinished(&mut self) {
        self.unfinished.clear();
    }

    /// The next message, if it is due. An unfinished line of the program takes the place of other messages.
    pub fn message_at(
        &mut self,
        now_ns: u64,
        processes: &ProcessTable,
        unfinished: Option<&str>,
    ) -> Option<String> {
        if let Some(line) = unfinished.filter(|line| !line.trim().is_empty()) {
            let is_due = self.is_at_terminal || now_ns >= self.next_unfinished_ns;
            if !is_due || self.unfinished == line {
                return None;
            }
            self.next_unfinished_ns = now_ns + BETWEEN_UNFINISHED_NS;
            line.clone_into(&mut self.unfinished);
            return Some(line.to_owned());
        }
        self.unfinished.clear();
        if now_ns < self.next_ns {
            return None;
        }
        let living = processes.living().count();
        let cpu_s: f64 = processes
            .all()
            .iter()
            .filter_map(|process| process.cpu)
            .map(|cpu| cpu.as_secs_f64())
            .sum();
        let wall_s = now_ns.saturating_sub(self.last_ns) as f64 / 1e9;
        let cores = ((cpu_s - self.last_cpu_s) / wall_s).max(0.0);
        self.next_ns = now_ns + BETWEEN_NS;
        self.last_ns = now_ns;
        self.last_cpu_s = cpu_s;
        let plural = pick_plural(living, "", "es");
        Some(format!(
            "{living} process{plural}, {cores:.1} cores, {:.0} s",
            now_ns as f64 / 1e9
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn once_a_second_it_says_what_was_used_since() {
        let mut processes = ProcessTable::default();
        let mut progress = ProgressTicker::default();
        let process = processes.find_or_add(7, 0).expect("room for one");
        process.cpu = Some(Duration::from_millis(500));
        assert_eq!(progress.message_at(400_000_000, &processes, None), None);
        assert_eq!(
            progress
                .message_at(1_000_000_000, &processes, None)
                .as_deref(),
            Some("1 process, 0.5 cores, 1 s")
        );
        assert_eq!(progress.message_at(1_900_000_000, &processes, None), None);
        let process = processes.get_mut(7).expect("the same");
        process.cpu = Some(Duration::from_millis(2500));
        assert_eq!(
            progress
                .message_at(2_000_000_000, &processes, None)
                .as_deref(),
            Some("1 process, 2.0 cores, 2 s")
        );
    }

    #[test]
    fn an_unfinished_line_takes_the_place_of_other_messages() {
        let processes = ProcessTable::default();
        let mut progress = ProgressTicker::default();
        let mut at = |ms: u64, line| progress.message_at(ms * 1_000_000, &processes, line);
        assert_eq!(at(1, Some("10 %")), None, "too early");
        assert_eq!(at(500, Some("10 %")).as_deref(), Some("10 %"));
        assert_eq!(at(502, Some("20 %")), None, "too soon");
        assert_eq!(at(560, Some("20 %")).as_deref(), Some("20 %"));
        assert_eq!(at(2_000, Some("20 %")), None, "it is there already");
        assert!(at(2_001, None).is_some());
        assert!(at(2_002, Some(" ")).is_none(), "nothing to see");
    }
}
