//! The ends and memories that travel beside a value's bytes.
//!
//! A handle inside a value (a `Queue`, a `SharedArray`) can't turn its descriptors into bytes. While a value is
//! packed, such a handle leaves them here and writes only an index; while it is unpacked, it takes them back by
//! that index. ipc-channel has such a list of its own, but a failed serialise leaves that one dirty and its
//! contents travel with the *next* message: ours is emptied by a guard, also after an error or a panic.

use std::cell::RefCell;
use std::sync::Arc;

use ipc_channel::ipc::{IpcSharedMemory, OpaqueIpcReceiver, OpaqueIpcSender};
use thiserror::Error;

/// How many descriptors one message may carry: ipc-channel panics at more than 64, and a large body needs one.
pub(crate) const MAX_ATTACHMENTS: usize = 60;

thread_local! {
    static OUTGOING: RefCell<Option<OutgoingHandles>> = const { RefCell::new(None) };
    static INCOMING: RefCell<Option<IncomingHandles>> = const { RefCell::new(None) };
}

/// Why a handle couldn't be attached to, or taken from, a message.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum AttachError {
    #[error(
        "a handle travels only as an argument, a result or a message of this library, not in a file or as text"
    )]
    NotPacking,
    #[error("more than {MAX_ATTACHMENTS} handles in one message: send them in several")]
    TooMany,
    #[error("{0}")]
    Refused(String),
    #[error("the message names a handle ({0}) that it doesn't carry")]
    Missing(u32),
}

/// Gives a receiving end away. Called once, when the rest of the value is packed; `None` if there is none to give.
pub(crate) type TakeReceiver = Box<dyn FnOnce() -> Result<OpaqueIpcReceiver, AttachError>>;

/// What the value being packed has attached so far.
#[derive(Default)]
pub(crate) struct OutgoingHandles {
    pub(crate) senders: Vec<OpaqueIpcSender>,
    pub(crate) receivers: Vec<TakeReceiver>,
    pub(crate) memories: Vec<Arc<IpcSharedMemory>>,
    /// The first refusal, kept because postcard drops the text of custom errors.
    pub(crate) refused: Option<AttachError>,
}

impl OutgoingHandles {
    fn len(&self) -> usize {
        self.senders.len() + self.receivers.len() + self.memories.len()
    }
}

/// What came with the value being unpacked; taken one by one.
#[derive(Default)]
pub(crate) struct IncomingHandles {
    pub(crate) senders: Vec<Option<OpaqueIpcSender>>,
    pub(crate) receivers: Vec<Option<OpaqueIpcReceiver>>,
    pub(crate) memories: Vec<Option<Arc<IpcSharedMemory>>>,
    pub(crate) refused: Option<AttachError>,
}

impl IncomingHandles {
    /// How many were not taken.
    pub(crate) fn remaining_handles(&self) -> usize {
        self.senders.iter().flatten().count()
            + self.receivers.iter().flatten().count()
            + self.memories.iter().flatten().count()
    }
}

/// Puts back, when dropped, what the list held before: packing may nest, fail or panic.
struct RestoreOnDrop<T: 'static>(
    &'static std::thread::LocalKey<RefCell<Option<T>>>,
    Option<T>,
);

impl<T> Drop for RestoreOnDrop<T> {
    fn drop(&mut self) {
        self.0.replace(self.1.take());
    }
}

/// Runs `work` with an empty list to attach to, and returns that list.
pub(crate) fn with_outgoing_handles<R>(work: impl FnOnce() -> R) -> (R, OutgoingHandles) {
    let _restore = RestoreOnDrop(
        &OUTGOING,
        OUTGOING.replace(Some(OutgoingHandles::default())),
    );
    let result = work();
    (result, OUTGOING.take().unwrap_or_default())
}

/// Runs `work`, which may take from `incoming`, and returns what is left of it.
pub(crate) fn with_incoming_handles<R>(
    incoming: IncomingHandles,
    work: impl FnOnce() -> R,
) -> (R, IncomingHandles) {
    let _restore = RestoreOnDrop(&INCOMING, INCOMING.replace(Some(incoming)));
    let result = work();
    (result, INCOMING.take().unwrap_or_default())
}

/// Attaches a sending end; returns the index to serialise in its place.
pub(crate) fn attach_sender(sender: OpaqueIpcSender) -> Result<u32, AttachError> {
    attach_handle(|outgoing| push_and_index(&mut outgoing.senders, sender))
}

/// Attaches a receiving end, which `take` gives away once the whole value is packed: until then a failure
/// leaves the local handle as it was.
pub(crate) fn attach_receiver(take: TakeReceiver) -> Result<u32, AttachError> {
    attach_handle(|outgoing| push_and_index(&mut outgoing.receivers, take))
}

/// Attaches a shared memory; returns the index to serialise in its place.
pub(crate) fn attach_memory(memory: Arc<IpcSharedMemory>) -> Result<u32, AttachError> {
    attach_handle(|outgoing| push_and_index(&mut outgoing.memories, memory))
}

/// Remembers why a handle refuses to be packed, and returns the same.
pub(crate) fn refuse_packing(error: AttachError) -> AttachError {
    OUTGOING.with_borrow_mut(|outgoing| {
        if let Some(outgoing) = outgoing {
            outgoing.refused.get_or_insert_with(|| error.clone());
        }
    });
    error
}

/// Remembers why a handle can't be made of what arrived, and returns the same.
pub(crate) fn refuse_unpacking(why: String) -> AttachError {
    let error = AttachError::Refused(why);
    INCOMING.with_borrow_mut(|incoming| {
        if let Some(incoming) = incoming {
            incoming.refused.get_or_insert_with(|| error.clone());
        }
    });
    error
}

/// Takes the sending end with this index.
pub(crate) fn take_sender(index: u32) -> Result<OpaqueIpcSender, AttachError> {
    take_handle(index, |incoming| &mut incoming.senders)
}

/// Takes the receiving end with this index.
pub(crate) fn take_receiver(index: u32) -> Result<OpaqueIpcReceiver, AttachError> {
    take_handle(index, |incoming| &mut incoming.receivers)
}

/// Takes the shared memory with this index.
pub(crate) fn take_memory(index: u32) -> Result<Arc<IpcSharedMemory>, AttachError> {
    take_handle(index, |incoming| &mut incoming.memories)
}

fn push_and_index<T>(list: &mut Vec<T>, item: T) -> u32 {
    list.push(item);
    list.len() as u32 - 1
}

fn attach_handle(add: impl FnOnce(&mut OutgoingHandles) -> u32) -> Result<u32, AttachError> {
    let attached = OUTGOING.with_borrow_mut(|outgoing| match outgoing {
        None => Err(AttachError::NotPacking),
        Some(outgoing) if outgoing.len() >= MAX_ATTACHMENTS => Err(AttachError::TooMany),
        Some(outgoing) => Ok(add(outgoing)),
    });
    attached.map_err(refuse_packing)
}

fn take_handle<T>(
    index: u32,
    list: impl FnOnce(&mut IncomingHandles) -> &mut Vec<Option<T>>,
) -> Result<T, AttachError> {
    INCOMING.with_borrow_mut(|incoming| {
        let incoming = incoming.as_mut().ok_or(AttachError::NotPacking)?;
        if let Some(taken) = list(incoming)
            .get_mut(index as usize)
            .and_then(Option::take)
        {
            return Ok(taken);
        }
        let missing = AttachError::Missing(index);
        incoming.refused.get_or_insert_with(|| missing.clone());
        Err(missing)
    })
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use ipc_channel::ipc;

    use super::*;

    fn sender() -> OpaqueIpcSender {
        ipc::channel::<u8>().unwrap().0.to_opaque()
    }

    #[test]
    fn nothing_is_attached_outside_of_packing() {
        assert_eq!(attach_sender(sender()), Err(AttachError::NotPacking));
    }

    #[test]
    fn lists_nest_and_do_not_mix() {
        let (inner, outer) = with_outgoing_handles(|| {
            attach_sender(sender()).unwrap();
            let (_, inner) = with_outgoing_handles(|| attach_sender(sender()).unwrap());
            attach_sender(sender()).unwrap();
            inner
        });
        assert_eq!((inner.len(), outer.len()), (1, 2));
    }

    #[test]
    fn a_panic_leaves_nothing_behind() {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            with_outgoing_handles(|| {
                attach_sender(sender()).unwrap();
                std::panic::resume_unwind(Box::new("a Serialize that panics"));
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(attach_sender(sender()), Err(AttachError::NotPacking));
        let ((), next) = with_outgoing_handles(|| ());
        assert_eq!(next.len(), 0);
    }

    #[test]
    fn the_sixty_first_is_refused_and_remembered() {
        let one = sender();
        let (last, outgoing) = with_outgoing_handles(|| {
            for _ in 0..MAX_ATTACHMENTS {
                attach_sender(one.clone()).unwrap();
            }
            attach_sender(one.clone())
        });
        assert_eq!(last, Err(AttachError::TooMany));
        assert_eq!(outgoing.refused, Some(AttachError::TooMany));
        assert_eq!(outgoing.len(), MAX_ATTACHMENTS);
    }

    #[test]
    fn each_is_taken_once() {
        let incoming = IncomingHandles {
            senders: vec![Some(sender())],
            ..IncomingHandles::default()
        };
        let ((first, again), left) =
            with_incoming_handles(incoming, || (take_sender(0), take_sender(0)));
        assert!(first.is_ok());
        assert_eq!(again.unwrap_err(), AttachError::Missing(0));
        assert_eq!(left.remaining_handles(), 0);
    }
}
