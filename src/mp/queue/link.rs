//! A handle on a queue that another process keeps.

use std::time::{Duration, Instant};

use super::QueueError;
use super::gauge::Gauge;
use super::store::Got;
use super::wire::{Reply, Request, Ticket};
use crate::parcel::Parcel;
use crate::post::{self, Inlet, Outlet};
use crate::slot::{Deadline, Slot, Unavailable, deadline_in};

/// How long a `Get` that nobody wants any more may take to be answered. Only a keeper that is stopped or starved
/// needs as long; the answer is then for the next `Get`.
const GRACE: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub(super) struct Link {
    requests: Slot<Outlet<Request>>,
    replies: Slot<Replies>,
    pub(super) gauge: Gauge,
}

#[derive(Debug)]
struct Replies {
    inlet: Inlet<Reply>,
    last_ticket: Ticket,
    /// Whether the last ticket's answer is still to come.
    unanswered: bool,
}

impl Link {
    pub(super) fn new(requests: Outlet<Request>, replies: Inlet<Reply>, gauge: Gauge) -> Self {
        let replies = Replies {
            inlet: replies,
            last_ticket: 0,
            unanswered: false,
        };
        Self {
            requests: Slot::new(requests),
            replies: Slot::new(replies),
            gauge,
        }
    }

    /// Sends a request, waiting until `deadline` for a keeper that is behind.
    pub(super) fn ask(&self, request: Request, deadline: Deadline) -> Result<(), QueueError> {
        let requests = self
            .requests
            .take(deadline)
            .map_err(|_| QueueError::TimedOut)?;
        Ok(requests.send(request, deadline)?)
    }

    /// Takes an item; waits for one until `deadline`.
    pub(super) fn take(&self, deadline: Deadline) -> Result<Got, QueueError> {
        let mut replies = match self.replies.take(deadline) {
            Ok(replies) => replies,
            Err(Unavailable::Busy | Unavailable::Gone) => return Ok(Got::Empty),
        };
        let wait = deadline.is_none_or(|deadline| deadline > Instant::now());
        // An answer that came too late for an earlier call comes first; if it is empty, ask anew.
        if replies.unanswered
            && let Got::Item(item) = self.answer(&mut replies, deadline)?
        {
            return Ok(Got::Item(item));
        }
        if replies.unanswered {
            return Ok(Got::Empty);
        }
        replies.last_ticket += 1;
        self.ask(
            Request::Get {
                ticket: replies.last_ticket,
                wait,
            },
            deadline.map(with_grace),
        )?;
        replies.unanswered = true;
        self.answer(
            &mut replies,
            if wait { deadline } else { deadline_in(GRACE) },
        )
    }

    /// Waits for the answer to the last ticket until `deadline`, then a little for the answer to its cancelling.
    fn answer(&self, replies: &mut Replies, deadline: Deadline) -> Result<Got, QueueError> {
        let mut reply = replies.inlet.receive(deadline)?;
        if reply.is_none() {
            let grace = deadline_in(GRACE);
            match self.ask(Request::Cancel(replies.last_ticket), grace) {
                Ok(()) => reply = replies.inlet.receive(grace)?,
                Err(QueueError::TimedOut) => {}
                Err(error) => return Err(error),
            }
        }
        let Some(reply) = reply else {
            return Ok(Got::Empty);
        };
        replies.unanswered = false;
        match reply {
            Reply::Empty => Ok(Got::Empty),
            Reply::Closed => Ok(Got::Closed),
            Reply::Item(item) => self.confirm(replies.last_ticket, item),
        }
    }

    /// Tells the keeper that the item is here. From then on it is this process's alone.
    fn confirm(&self, ticket: Ticket, item: Parcel) -> Result<Got, QueueError> {
        match self.ask(Request::Taken(ticket), None) {
            // A keeper that is gone can't give it to anybody else.
            Ok(()) | Err(QueueError::Disconnected) => Ok(Got::Item(item)),
            Err(error) => Err(error),
        }
    }

    /// Says that no more items are to come.
    pub(super) fn close(&self) -> Result<(), QueueError> {
        self.gauge.close();
        self.ask(Request::Close, None)
    }

    /// Asks for an item and leaves the answer for later.
    #[cfg(test)]
    pub(super) fn leave_unanswered(&self) {
        let mut replies = self.replies.take(None).unwrap();
        replies.last_ticket += 1;
        replies.unanswered = true;
        self.ask(
            Request::Get {
                ticket: replies.last_ticket,
                wait: true,
            },
            None,
        )
        .unwrap();
    }

    /// Makes the ends of one more handle for another process.
    pub(super) fn open(&self) -> Result<(Outlet<Request>, Inlet<Reply>), QueueError> {
        let (requests, requested) = post::channel()?;
        let (replies, replied) = post::channel::<Reply>()?;
        self.ask(
            Request::Link {
                requests: requested.into_opaque(),
                replies: replies.share(),
            },
            None,
        )?;
        Ok((requests, replied))
    }
}

fn with_grace(deadline: Instant) -> Instant {
    deadline + GRACE
}
