//! The core of an event loop: one thread, and a queue of timers.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    thread,
    time::{Duration, Instant},
};

/// Calls that are to be made at a time, by one thread. It sleeps until the next one is due.
pub struct TimerLoop<Call> {
    timers: BinaryHeap<Reverse<(Instant, Call)>>,
}

impl<Call: Ord> TimerLoop<Call> {
    /// A loop without timers.
    pub const fn new() -> Self {
        Self {
            timers: BinaryHeap::new(),
        }
    }

    /// Adds a call that is due at this time.
    pub fn call_at(&mut self, due: Instant, call: Call) {
        self.timers.push(Reverse((due, call)));
    }

    /// The bytes of memory that its queue takes.
    pub fn queue_bytes(&self) -> usize {
        self.timers.capacity() * size_of::<Reverse<(Instant, Call)>>()
    }

    /// Makes each call when it is due, until none is left. A call may add others. While a call lasts, no other is made.
    pub fn run(&mut self, mut make_call: impl FnMut(&mut Self, Instant, Call)) {
        while let Some(Reverse((due, call))) = self.timers.pop() {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            make_call(self, due, call);
        }
    }
}

/// Where a call blocks for a while beside the ticks of a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockingPlace {
    /// There is no such call.
    None,
    /// In the loop's own thread.
    Loop,
    /// In a thread of its own.
    Thread,
}

/// What the loop of [`measure_tick_delay`] calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum LoopCall {
    Tick,
    Block,
}

/// How often the loop ticks, for how long, and how long the call blocks.
#[derive(Debug, Clone, Copy)]
pub struct TickPlan {
    /// The time between two ticks.
    pub period: Duration,
    /// No tick is due after this time.
    pub until: Duration,
    /// The length of the call that blocks.
    pub blocked: Duration,
}

/// How late the latest tick of a loop was, beside a call that blocks.
pub fn measure_tick_delay(plan: TickPlan, place: BlockingPlace) -> Duration {
    let began = Instant::now();
    let mut timers = TimerLoop::new();
    timers.call_at(began + plan.period, LoopCall::Tick);
    if place != BlockingPlace::None {
        timers.call_at(began + plan.period * 2, LoopCall::Block);
    }
    let mut latest = Duration::ZERO;
    thread::scope(|scope| {
        timers.run(|timers, due, call| match (call, place) {
            (LoopCall::Tick, _) => {
                latest = latest.max(due.elapsed());
                let next = Instant::now() + plan.period;
                if next < began + plan.until {
                    timers.call_at(next, LoopCall::Tick);
                }
            }
            (LoopCall::Block, BlockingPlace::Thread) => {
                scope.spawn(|| thread::sleep(plan.blocked));
            }
            (LoopCall::Block, _) => thread::sleep(plan.blocked),
        });
    });
    latest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_made_in_the_order_of_their_times() {
        let began = Instant::now();
        let mut timers = TimerLoop::new();
        for ms in [3, 1, 2] {
            timers.call_at(began + Duration::from_millis(ms), ms);
        }
        let mut made = Vec::new();
        timers.run(|timers, due, ms| {
            assert!(Instant::now() >= due);
            made.push(ms);
            if ms == 1 {
                timers.call_at(due, 0);
            }
        });
        assert_eq!(made, [1, 0, 2, 3]);
    }

    #[test]
    fn a_call_that_blocks_the_loop_delays_a_tick_by_its_length() {
        let plan = TickPlan {
            period: Duration::from_millis(2),
            until: Duration::from_millis(60),
            blocked: Duration::from_millis(40),
        };
        // A tick was due when the call began or at most one period later.
        let delay = measure_tick_delay(plan, BlockingPlace::Loop);
        assert!(delay + plan.period * 2 >= plan.blocked, "{delay:?}");
        // A busy machine may delay a tick as well, but hardly every time.
        let mut others = (0..50).map(|_| measure_tick_delay(plan, BlockingPlace::Thread));
        assert!(others.any(|delay| delay < plan.blocked / 2));
    }
}
