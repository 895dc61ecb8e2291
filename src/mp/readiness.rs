//! Waiting until channels are ready: the one place that depends on how a system reports it.
//!
//! Linux polls the descriptors. Elsewhere, and wherever a descriptor isn't known, a channel counts as ready to
//! take a message, and those that may have one are asked every few milliseconds.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use super::raw::{ChannelEnd, WatchedEnd};
use super::slot::Deadline;

/// How long to sleep where the system cannot report that a message has come.
const ASK_AGAIN: Duration = Duration::from_millis(2);

/// Waits until `sender` takes a message without blocking, or its peer is gone. `false`: not before `deadline`.
pub(crate) fn wait_for_room<E: ChannelEnd>(
    sender: &WatchedEnd<E>,
    deadline: Deadline,
) -> io::Result<bool> {
    Ok(platform::wait_until_ready(sender, ReadyCondition::Room, deadline)?.unwrap_or(true))
}

/// Waits until `receiver` has a message or has lost its peer. `Some(false)`: not before `deadline`; `None`: the
/// system cannot report it.
pub(crate) fn wait_for_message<E: ChannelEnd>(
    receiver: &WatchedEnd<E>,
    deadline: Instant,
) -> io::Result<Option<bool>> {
    platform::wait_until_ready(receiver, ReadyCondition::Message, Some(deadline))
}

/// Whether the peer of `sender` is known to be gone.
pub(crate) fn has_hung_up<E: ChannelEnd>(sender: &WatchedEnd<E>) -> bool {
    platform::has_hung_up(sender)
}

/// Waits until some of `receivers` may have a message or have lost their peer. Returns which.
pub(crate) fn wait_for_any<E: ChannelEnd>(receivers: &[&WatchedEnd<E>]) -> io::Result<Vec<bool>> {
    if let Some(ready) = platform::wait_for_any(receivers)? {
        return Ok(ready);
    }
    thread::sleep(ASK_AGAIN);
    Ok(vec![true; receivers.len()])
}

#[derive(Debug, Clone, Copy)]
enum ReadyCondition {
    Message,
    Room,
}

#[cfg(target_os = "linux")]
mod platform {
    use std::io;
    use std::time::Instant;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;

    use super::ReadyCondition;
    use crate::raw::{ChannelEnd, WatchedEnd};
    use crate::slot::{Deadline, time_until};

    /// Whether the end is ready by `deadline`; `None` if its descriptor isn't known.
    pub(super) fn wait_until_ready<E: ChannelEnd>(
        end: &WatchedEnd<E>,
        wanted: ReadyCondition,
        deadline: Deadline,
    ) -> io::Result<Option<bool>> {
        let flags = match wanted {
            ReadyCondition::Message => PollFlags::IN,
            ReadyCondition::Room => PollFlags::OUT,
        };
        let Some(descriptor) = end.descriptor() else {
            return Ok(None);
        };
        let mut polled = [PollFd::from_borrowed_fd(descriptor, flags)];
        poll_until(&mut polled, deadline)?;
        Ok(Some(!polled[0].revents().is_empty()))
    }

    /// Which ends are ready; `None` if a descriptor isn't known.
    pub(super) fn wait_for_any<E: ChannelEnd>(
        ends: &[&WatchedEnd<E>],
    ) -> io::Result<Option<Vec<bool>>> {
        let known: Option<Vec<_>> = ends.iter().map(|end| end.descriptor()).collect();
        let Some(known) = known else { return Ok(None) };
        let mut polled: Vec<_> = known
            .into_iter()
            .map(|one| PollFd::from_borrowed_fd(one, PollFlags::IN))
            .collect();
        poll_until(&mut polled, None)?;
        Ok(Some(
            polled.iter().map(|one| !one.revents().is_empty()).collect(),
        ))
    }

    pub(super) fn has_hung_up<E: ChannelEnd>(end: &WatchedEnd<E>) -> bool {
        let Some(descriptor) = end.descriptor() else {
            return false;
        };
        let mut polled = [PollFd::from_borrowed_fd(descriptor, PollFlags::empty())];
        poll_until(&mut polled, Some(Instant::now())).is_ok()
            && polled[0]
                .revents()
                .intersects(PollFlags::HUP | PollFlags::ERR)
    }

    /// Polls again when a signal interrupts it.
    fn poll_until(polled: &mut [PollFd<'_>], deadline: Deadline) -> io::Result<()> {
        loop {
            let left = deadline.and_then(|deadline| Timespec::try_from(time_until(deadline)).ok());
            match poll(polled, left.as_ref()) {
                Ok(_) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use std::io;

    use super::ReadyCondition;
    use crate::raw::{ChannelEnd, WatchedEnd};
    use crate::slot::Deadline;

    pub(super) fn wait_until_ready<E: ChannelEnd>(
        _: &WatchedEnd<E>,
        _: ReadyCondition,
        _: Deadline,
    ) -> io::Result<Option<bool>> {
        Ok(None)
    }

    pub(super) fn wait_for_any<E: ChannelEnd>(
        _: &[&WatchedEnd<E>],
    ) -> io::Result<Option<Vec<bool>>> {
        Ok(None)
    }

    pub(super) fn has_hung_up<E: ChannelEnd>(_: &WatchedEnd<E>) -> bool {
        false
    }
}
