//! A handle on a queue that another process keeps.

use std::time::{Duration, Instant};

use super::QueueError;
use super::gauge::QueueGauge;
use super::wire::{QueueReply, QueueRequest, RequestTicket};
use crate::channel::{self, Receiver, Sender};
use crate::message::Message;
use crate::slot::{Deadline, ExclusiveSlot, SlotUnavailable, deadline_in};

/// How long a cancelled `Get` may take to be answered. Only a server that is stopped or starved
/// needs as long; the answer is then for the next `Get`.
const GRACE: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub(super) struct QueueLink {
    requests: ExclusiveSlot<Sender<QueueRequest>>,
    replies: ExclusiveSlot<ReplyInbox>,
    pub(super) gauge: QueueGauge,
}

#[derive(Debug)]
struct ReplyInbox {
    inlet: Receiver<QueueReply>,
    last_ticket: RequestTicket,
    /// Whether the last ticket's answer is still to come.
    unanswered: bool,
}

impl QueueLink {
    pub(super) fn new(
        requests: Sender<QueueRequest>,
        replies: Receiver<QueueReply>,
        gauge: QueueGauge,
    ) -> Self {
        let replies = ReplyInbox {
            inlet: replies,
            last_ticket: 0,
            unanswered: false,
        };
        Self {
            requests: ExclusiveSlot::new(requests),
            replies: ExclusiveSlot::new(replies),
            gauge,
        }
    }

    /// Sends a request, waiting until `deadline` for a server that is behind.
    pub(super) fn send_request(
        &self,
        request: QueueRequest,
        deadline: Deadline,
    ) -> Result<(), QueueError> {
        let mut requests = self
            .requests
            .acquire_by(deadline)
            .map_err(|_| QueueError::TimedOut)?;
        Ok(requests.send(request, deadline)?)
    }

    /// Takes an item; waits for one until `deadline`.
    pub(super) fn take_item(&self, deadline: Deadline) -> Result<Option<Message>, QueueError> {
        let mut replies = match self.replies.acquire_by(deadline) {
            Ok(replies) => replies,
            Err(SlotUnavailable::Busy | SlotUnavailable::Gone) => return Ok(None),
        };
        let wait = deadline.is_none_or(|deadline| deadline > Instant::now());
        // An answer that came too late for an earlier call comes first; if it is empty, ask anew.
        if replies.unanswered
            && let Some(item) = self.receive_answer(&mut replies, deadline)?
        {
            return Ok(Some(item));
        }
        if replies.unanswered {
            return Ok(None);
        }
        replies.last_ticket += 1;
        self.send_request(
            QueueRequest::Get {
                ticket: replies.last_ticket,
                wait,
            },
            deadline.map(with_grace),
        )?;
        replies.unanswered = true;
        self.receive_answer(
            &mut replies,
            if wait { deadline } else { deadline_in(GRACE) },
        )
    }

    /// Waits for the answer to the last ticket until `deadline`, then a little for the answer to its cancelling.
    fn receive_answer(
        &self,
        replies: &mut ReplyInbox,
        deadline: Deadline,
    ) -> Result<Option<Message>, QueueError> {
        let mut reply = replies.inlet.receive(deadline)?;
        if reply.is_none() {
            let grace = deadline_in(GRACE);
            match self.send_request(QueueRequest::Cancel(replies.last_ticket), grace) {
                Ok(()) => reply = replies.inlet.receive(grace)?,
                Err(QueueError::TimedOut) => {}
                Err(error) => return Err(error),
            }
        }
        let Some(reply) = reply else {
            return Ok(None);
        };
        replies.unanswered = false;
        match reply {
            QueueReply::Empty => Ok(None),
            QueueReply::Item(item) => self.confirm_item(replies.last_ticket, item),
        }
    }

    /// Tells the server that the item is here. From then on it is this process's alone.
    fn confirm_item(
        &self,
        ticket: RequestTicket,
        item: Message,
    ) -> Result<Option<Message>, QueueError> {
        match self.send_request(QueueRequest::Taken(ticket), None) {
            // A server that is gone can't give it to another taker.
            Ok(()) | Err(QueueError::Disconnected) => Ok(Some(item)),
            Err(error) => Err(error),
        }
    }

    /// Asks for an item and leaves the answer for later.
    #[cfg(test)]
    pub(super) fn leave_unanswered(&self) {
        let mut replies = self.replies.acquire_by(None).unwrap();
        replies.last_ticket += 1;
        replies.unanswered = true;
        self.send_request(
            QueueRequest::Get {
                ticket: replies.last_ticket,
                wait: true,
            },
            None,
        )
        .unwrap();
    }

    /// Makes the ends of one more handle for another process.
    pub(super) fn open_link(
        &self,
    ) -> Result<(Sender<QueueRequest>, Receiver<QueueReply>), QueueError> {
        let (requests, requested) = channel::open_channel()?;
        let (replies, replied) = channel::open_channel::<QueueReply>()?;
        self.send_request(
            QueueRequest::Link {
                requests: requested.into_opaque(),
                replies: replies.to_opaque(),
            },
            None,
        )?;
        Ok((requests, replied))
    }
}

fn with_grace(deadline: Instant) -> Instant {
    deadline + GRACE
}
