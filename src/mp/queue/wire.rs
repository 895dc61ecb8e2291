//! The messages between a queue's handle in another process and the queue's server.
//!
//! A handle has at most one unanswered `Get`, and each `Get` is answered exactly once: by an item, or by the
//! reply that there is none. So the server never waits to send an answer.

use ipc_channel::ipc::{OpaqueIpcReceiver, OpaqueIpcSender};
use serde::{Deserialize, Serialize};

use crate::channel::ChannelMessage;
use crate::message::Message;

/// Numbers the `Get`s of one handle.
pub(super) type RequestTicket = u64;

/// From a handle to the server.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum QueueRequest {
    /// Look at what the maker's threads left for the server.
    Wake,
    Put(Message),
    /// Answer with an item: at once, or, if `wait`, as soon as there is one.
    Get {
        ticket: RequestTicket,
        wait: bool,
    },
    /// The item arrived: the server can forget it.
    Taken(RequestTicket),
    /// Answer now. (It may cross with the answer.)
    Cancel(RequestTicket),
    /// Another process gets a handle: these are the server's ends.
    Link {
        requests: OpaqueIpcReceiver,
        replies: OpaqueIpcSender,
    },
}

/// From the server to a handle.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum QueueReply {
    Item(Message),
    Empty,
}

impl ChannelMessage for QueueRequest {
    fn payload(&mut self) -> Option<&mut Message> {
        match self {
            Self::Put(item) => Some(item),
            _ => None,
        }
    }

    fn repeat_plain(&self) -> Option<Self> {
        match self {
            Self::Put(item) => item.repeat_plain().map(Self::Put),
            Self::Get { ticket, wait } => Some(Self::Get {
                ticket: *ticket,
                wait: *wait,
            }),
            Self::Taken(ticket) => Some(Self::Taken(*ticket)),
            _ => None,
        }
    }
}

impl ChannelMessage for QueueReply {
    fn payload(&mut self) -> Option<&mut Message> {
        match self {
            Self::Item(item) => Some(item),
            Self::Empty => None,
        }
    }

    fn repeat_plain(&self) -> Option<Self> {
        match self {
            Self::Item(item) => item.repeat_plain().map(Self::Item),
            Self::Empty => Some(Self::Empty),
        }
    }
}
