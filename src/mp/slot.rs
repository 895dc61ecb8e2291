//! A thing that threads take in turns, that can be waited for with a deadline, and that can be given away.

use std::mem;
use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

/// When to stop waiting: `None` is never.
pub(crate) type Deadline = Option<Instant>;

/// The moment `timeout` from now; never, if that is further away than the clock can represent.
pub(crate) fn deadline_in(timeout: Duration) -> Deadline {
    Instant::now().checked_add(timeout)
}

/// The time until `deadline`, zero if it has passed.
pub(crate) fn time_until(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

/// Holds one `T`. Unlike a mutex, its contents can be waited for with a deadline, or removed for good.
#[derive(Debug)]
pub(crate) struct ExclusiveSlot<T> {
    state: Mutex<SlotState<T>>,
    returned: Condvar,
}

#[derive(Debug)]
enum SlotState<T> {
    Here(T),
    /// A thread of this process has it.
    Taken,
    /// It was given away.
    Gone,
}

/// Why the contents can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlotUnavailable {
    /// Another thread kept it until the deadline.
    Busy,
    /// It was given away.
    Gone,
}

impl<T> ExclusiveSlot<T> {
    pub(crate) fn new(contents: T) -> Self {
        Self {
            state: Mutex::new(SlotState::Here(contents)),
            returned: Condvar::new(),
        }
    }

    /// Takes the contents until the returned guard is dropped; waits for its turn until `deadline`.
    pub(crate) fn acquire_by(
        &self,
        deadline: Deadline,
    ) -> Result<SlotGuard<'_, T>, SlotUnavailable> {
        let mut state = self.state.lock();
        loop {
            match mem::replace(&mut *state, SlotState::Taken) {
                SlotState::Here(contents) => {
                    return Ok(SlotGuard {
                        slot: self,
                        contents: Some(contents),
                    });
                }
                SlotState::Gone => {
                    *state = SlotState::Gone;
                    return Err(SlotUnavailable::Gone);
                }
                SlotState::Taken => match deadline {
                    None => self.returned.wait(&mut state),
                    Some(deadline) if deadline <= Instant::now() => {
                        return Err(SlotUnavailable::Busy);
                    }
                    Some(deadline) => {
                        self.returned.wait_until(&mut state, deadline);
                    }
                },
            }
        }
    }

    /// Removes the contents for good.
    pub(crate) fn remove_contents(&self) -> Result<T, SlotUnavailable> {
        let mut taken = self.acquire_by(Some(Instant::now()))?;
        // The guard, finding nothing to put back, marks the slot as empty.
        taken.contents.take().ok_or(SlotUnavailable::Gone)
    }
}

/// The contents of a slot while this thread has its turn.
#[derive(Debug)]
pub(crate) struct SlotGuard<'a, T> {
    slot: &'a ExclusiveSlot<T>,
    contents: Option<T>,
}

impl<T> Deref for SlotGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.contents
            .as_ref()
            .unwrap_or_else(|| unreachable!("only `remove` empties it"))
    }
}

impl<T> DerefMut for SlotGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.contents
            .as_mut()
            .unwrap_or_else(|| unreachable!("only `remove` empties it"))
    }
}

impl<T> Drop for SlotGuard<'_, T> {
    fn drop(&mut self) {
        let contents = self.contents.take();
        let gone = contents.is_none();
        *self.slot.state.lock() = contents.map_or(SlotState::Gone, SlotState::Here);
        if gone {
            self.slot.returned.notify_all();
        } else {
            self.slot.returned.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn soon() -> Deadline {
        deadline_in(Duration::from_millis(20))
    }

    #[test]
    fn threads_take_turns() {
        let slot = ExclusiveSlot::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1000).for_each(|_| *slot.acquire_by(None).unwrap() += 1));
            }
        });
        assert_eq!(*slot.acquire_by(None).unwrap(), 4000);
    }

    #[test]
    fn a_turn_is_waited_for_until_the_deadline() {
        let slot = ExclusiveSlot::new(());
        let turn = slot.acquire_by(None).unwrap();
        assert_eq!(slot.acquire_by(soon()).unwrap_err(), SlotUnavailable::Busy);
        drop(turn);
        assert!(slot.acquire_by(soon()).is_ok());
    }

    #[test]
    fn what_was_removed_is_gone() {
        let slot = ExclusiveSlot::new(5);
        assert_eq!(slot.remove_contents(), Ok(5));
        assert_eq!(slot.acquire_by(None).unwrap_err(), SlotUnavailable::Gone);
        assert_eq!(slot.remove_contents(), Err(SlotUnavailable::Gone));
    }

    #[test]
    fn nothing_is_removed_while_it_is_taken() {
        let slot = ExclusiveSlot::new(5);
        let turn = slot.acquire_by(None).unwrap();
        assert_eq!(slot.remove_contents(), Err(SlotUnavailable::Busy));
        drop(turn);
        assert_eq!(slot.remove_contents(), Ok(5));
    }

    #[test]
    fn a_waiting_thread_sees_that_it_is_gone() {
        let slot = ExclusiveSlot::new(5);
        thread::scope(|scope| {
            let mut turn = slot.acquire_by(None).unwrap();
            let waiting = scope.spawn(|| slot.acquire_by(None).map(|_| ()));
            turn.contents = None;
            drop(turn);
            assert_eq!(waiting.join().unwrap(), Err(SlotUnavailable::Gone));
        });
    }
}
