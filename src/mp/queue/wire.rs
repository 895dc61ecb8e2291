//! What a queue's handle in another process and the queue's keeper say to each other.
//!
//! A handle has at most one unanswered `Get`, and each `Get` is answered exactly once: by an item, or by word that
//! there is none. So the keeper never waits to send an answer.

use ipc_channel::ipc::{OpaqueIpcReceiver, OpaqueIpcSender};
use serde::{Deserialize, Serialize};

use crate::channel::ChannelMessage;
use crate::message::Message;

/// Numbers the `Get`s of one handle.
pub(super) type RequestTicket = u64;

/// From a handle to the keeper.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum QueueRequest {
    /// Look at what the maker's threads left for the keeper.
    Wake,
    Put(Message),
    /// Answer with an item: at once, or, if `wait`, as soon as there is one.
    Get {
        ticket: RequestTicket,
        wait: bool,
    },
    /// The item arrived: the keeper can forget it.
    Taken(RequestTicket),
    /// Answer now. (It may cross with the answer.)
    Cancel(RequestTicket),
    /// Another process gets a handle: these are the keeper's ends.
    Link {
        requests: OpaqueIpcReceiver,
        replies: OpaqueIpcSender,
    },
}

/// From the keeper to a handle.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum QueueReply {
    Item(Message),
    Empty,
}

impl ChannelMessage for QueueRequest {
    fn duplicated_descriptors(&self) -> usize {
        match self {
            Self::Put(item) => item.shared_memory_count(),
            _ => 0,
        }
    }
}

impl ChannelMessage for QueueReply {
    fn duplicated_descriptors(&self) -> usize {
        match self {
            Self::Item(item) => item.shared_memory_count(),
            Self::Empty => 0,
        }
    }
}
