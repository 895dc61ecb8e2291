//! A queue that any number of processes and threads put items into and take items out of.
//!
//! The items are kept in the process that made the queue, by a thread there that ends with its last handle.
//! - A worker that dies with an item takes that one with it and no other. One that dies before `get` returned takes
//!   none: the item goes to the next. (Except an item that holds a [`Connection`](super::connection::Connection):
//!   that can be in one place only.)
//! - A worker that dies in the middle of `put` loses at most that item.
//! - When the maker's process ends or drops its last handle, every other handle returns
//!   [`QueueError::Disconnected`] at once, and the items are gone.
//!
//! Items of one producer come out in their order. `put` doesn't wait for a consumer, and a producer can end before
//! its items are taken. (In Python, joining such a producer can wait for ever.)

mod gauge;
mod link;
mod server;
mod store;
mod wire;

use std::borrow::Borrow;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use self::gauge::QueueGauge;
use self::link::QueueLink;
use self::server::QueueOwner;
use self::wire::QueueRequest;
use super::channel::ChannelError;
use super::memory::MemoryError;
use super::message::{
    AttachError, Message, PackError, UnpackError, attach_receiver, attach_sender, refuse_packing,
    take_receiver, take_sender,
};
use super::slot::{Deadline, deadline_in};

/// A queue couldn't be made or used.
#[derive(Debug, Error)]
pub enum QueueError {
    /// The process that made the queue ended, or dropped its last handle.
    #[error("the queue is gone: the process that made it ended, or keeps no handle on it")]
    Disconnected,
    /// The process that made the queue accepted nothing in time. The item isn't in the queue.
    #[error("the process that made the queue accepted nothing in time")]
    TimedOut,
    /// The item can't travel. It isn't in the queue.
    #[error("the item can't be put into a queue: {0}")]
    Pack(PackError),
    /// The item that was taken isn't what was expected.
    #[error("the item that was taken can't be read: {0}")]
    Unpack(UnpackError),
    /// There is no memory for the queue.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// An item was lost, most often for want of descriptors.
    #[error("an item was lost, most likely because this process has too many open files")]
    Lost,
    /// The system refused.
    #[error("the queue fails: {0}")]
    Io(io::Error),
}

impl From<PackError> for QueueError {
    fn from(error: PackError) -> Self {
        Self::Pack(error)
    }
}

impl From<UnpackError> for QueueError {
    fn from(error: UnpackError) -> Self {
        Self::Unpack(error)
    }
}

impl From<io::Error> for QueueError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ChannelError> for QueueError {
    fn from(error: ChannelError) -> Self {
        match error {
            ChannelError::PeerGone => Self::Disconnected,
            ChannelError::TimedOut => Self::TimedOut,
            ChannelError::Lost => Self::Lost,
            ChannelError::Io(error) => Self::Io(error),
        }
    }
}

/// A handle on a queue of `T`. `clone` is another; passing one to a process makes one there.
///
/// In the process that made the queue, its threads wait for items side by side. Elsewhere the threads of one
/// process take turns at `get`.
pub struct Queue<T> {
    side: QueueSide,
    items: PhantomData<fn(T) -> T>,
}

#[derive(Clone)]
enum QueueSide {
    /// In the process that made the queue.
    Here(Arc<QueueOwner>),
    /// In any other.
    There(Arc<QueueLink>),
}

impl<T> Queue<T> {
    /// An empty queue, kept in this process.
    pub fn new() -> Result<Self, QueueError> {
        Ok(Self {
            side: QueueSide::Here(Arc::new(QueueOwner::new()?)),
            items: PhantomData,
        })
    }

    /// How many items wait. An item that another process has just put may not be counted yet.
    pub fn len(&self) -> usize {
        self.gauge().length()
    }

    /// Whether no item waits, with the same reservation.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn gauge(&self) -> &QueueGauge {
        match &self.side {
            QueueSide::Here(maker) => &maker.store.gauge,
            QueueSide::There(link) => &link.gauge,
        }
    }
}

impl<T: Serialize> Queue<T> {
    /// Puts an item at the end.
    pub fn put(&self, item: impl Borrow<T>) -> Result<(), QueueError> {
        self.put_by(item.borrow(), None)
    }

    /// Puts an item at the end, or returns [`QueueError::TimedOut`] when the process that made the queue accepts
    /// nothing that long, because it is stopped.
    pub fn put_timeout(&self, item: impl Borrow<T>, timeout: Duration) -> Result<(), QueueError> {
        self.put_by(item.borrow(), deadline_in(timeout))
    }

    fn put_by(&self, item: &T, deadline: Deadline) -> Result<(), QueueError> {
        let item = Message::pack(item)?;
        match &self.side {
            QueueSide::Here(maker) => maker.store.put_item(item),
            QueueSide::There(link) => link.send_request(QueueRequest::Put(item), deadline)?,
        }
        Ok(())
    }
}

impl<T: DeserializeOwned> Queue<T> {
    /// Takes the first item; waits for one.
    pub fn get(&self) -> Result<T, QueueError> {
        loop {
            if let Some(item) = self.get_by(None)? {
                return Ok(item);
            }
        }
    }

    /// Takes the first item; `None` if there is none within `timeout`.
    pub fn get_timeout(&self, timeout: Duration) -> Result<Option<T>, QueueError> {
        self.get_by(deadline_in(timeout))
    }

    /// Takes the first item if there is one.
    pub fn try_get(&self) -> Result<Option<T>, QueueError> {
        self.get_by(Some(Instant::now()))
    }

    fn get_by(&self, deadline: Deadline) -> Result<Option<T>, QueueError> {
        let got = match &self.side {
            QueueSide::Here(maker) => maker.store.take_item(deadline),
            QueueSide::There(link) => link.take_item(deadline)?,
        };
        Ok(got.map(Message::unpack).transpose()?)
    }
}

impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Self {
            side: self.side.clone(),
            items: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Queue of {} {}",
            self.len(),
            std::any::type_name::<T>()
        )
    }
}

impl<T> Serialize for Queue<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let opened = match &self.side {
            QueueSide::Here(maker) => maker.open_link(),
            QueueSide::There(link) => link.open_link(),
        };
        let (requests, replies) = opened.map_err(|error| {
            S::Error::custom(refuse_packing(AttachError::Refused(error.to_string())))
        })?;
        let requests = attach_sender(requests.to_opaque()).map_err(S::Error::custom)?;
        let replies = attach_receiver(Box::new(move || Ok(replies.into_opaque())));
        (requests, replies.map_err(S::Error::custom)?, self.gauge()).serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Queue<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (requests, replies, gauge) = <(u32, u32, QueueGauge)>::deserialize(deserializer)?;
        let requests = take_sender(requests).map_err(D::Error::custom)?;
        let replies = take_receiver(replies).map_err(D::Error::custom)?;
        let link = QueueLink::new(requests.into(), replies.into(), gauge);
        Ok(Self {
            side: QueueSide::There(Arc::new(link)),
            items: PhantomData,
        })
    }
}

#[cfg(test)]
mod tests;
