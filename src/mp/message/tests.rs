use std::cell::RefCell;

use ipc_channel::ipc::{self, IpcReceiver, IpcSender};
use serde::ser::Error as _;

use super::*;

/// What a handle does, in little.
struct Handle(IpcSender<u32>);

impl Serialize for Handle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let index = attach_sender(self.0.clone().to_opaque()).map_err(S::Error::custom)?;
        serializer.serialize_u32(index)
    }
}

impl<'de> Deserialize<'de> for Handle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let sender = take_sender(u32::deserialize(deserializer)?).map_err(D::Error::custom)?;
        Ok(Self(sender.to()))
    }
}

fn sent(parcel: Message) -> Message {
    let (sender, receiver) = ipc::channel().unwrap();
    sender.send(parcel).unwrap();
    receiver.recv().unwrap()
}

#[test]
fn a_value_arrives() {
    let value = (1_u8, String::from("two"), vec![3.0_f64]);
    let parcel = sent(Message::pack(&value).unwrap());
    assert_eq!(parcel.unpack::<(u8, String, Vec<f64>)>().unwrap(), value);
}

#[test]
fn a_large_value_travels_in_shared_memory() {
    let value: Vec<u64> = (0..100_000).collect();
    let parcel = Message::pack(&value).unwrap();
    assert!(matches!(parcel.body, MessageBody::Block { .. }));
    assert_eq!(sent(parcel).unpack::<Vec<u64>>().unwrap(), value);
}

#[test]
fn values_of_all_sizes_arrive_while_others_are_held() {
    let mut held = Vec::new();
    for size in [
        1,
        7_000,
        9_000,
        INLINE_LIMIT,
        INLINE_LIMIT + 1,
        1 << 20,
        3 << 20,
    ] {
        for _ in 0..3 {
            let values: Vec<u32> = (0..size as u32 / 2).collect();
            held.push((Message::pack(&values).unwrap(), values));
        }
    }
    for (parcel, values) in held {
        assert_eq!(sent(parcel).unpack::<Vec<u32>>().unwrap(), values);
    }
}

#[test]
fn a_handle_arrives_and_works() {
    let (sender, receiver): (IpcSender<u32>, IpcReceiver<u32>) = ipc::channel().unwrap();
    let parcel = sent(Message::pack(&(5_u8, Handle(sender))).unwrap());
    let (five, handle): (u8, Handle) = parcel.unpack().unwrap();
    handle.0.send(u32::from(five)).unwrap();
    assert_eq!(receiver.recv().unwrap(), 5);
}

#[test]
fn too_many_handles_are_an_error_that_says_so() {
    let handles: Vec<Handle> = (0..=MAX_ATTACHMENTS)
        .map(|_| Handle(ipc::channel().unwrap().0))
        .collect();
    assert!(matches!(
        Message::pack(&handles),
        Err(PackError::TooManyHandles)
    ));
    let (_, fitting) = handles.split_first().unwrap();
    let arrived: Vec<Handle> = sent(Message::pack(fitting).unwrap()).unpack().unwrap();
    assert_eq!(arrived.len(), MAX_ATTACHMENTS);
}

#[test]
fn as_many_handles_as_allowed_and_a_large_body_fit_together() {
    let handles: Vec<Handle> = (0..MAX_ATTACHMENTS)
        .map(|_| Handle(ipc::channel().unwrap().0))
        .collect();
    let value = (handles, vec![7_u8; INLINE_LIMIT * 2]);
    let (handles, bytes): (Vec<Handle>, Vec<u8>) =
        sent(Message::pack(&value).unwrap()).unpack().unwrap();
    assert_eq!(
        (handles.len(), bytes.len()),
        (MAX_ATTACHMENTS, INLINE_LIMIT * 2)
    );
}

#[test]
fn a_failure_leaves_nothing_for_the_next_parcel() {
    /// Fails after the handle before it was attached.
    struct Refuses;
    impl Serialize for Refuses {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("no"))
        }
    }
    let (sender, receiver) = ipc::channel().unwrap();
    let failed = Message::pack(&(Handle(sender), Refuses));
    assert!(matches!(failed, Err(PackError::NotSerialisable(_))));
    assert!(sent(Message::pack(&1_u8).unwrap()).senders.is_empty());
    assert!(
        receiver.recv().is_err(),
        "the failed parcel's sender is gone"
    );
}

#[test]
fn a_handle_is_not_text() {
    let handle = Handle(ipc::channel().unwrap().0);
    let error = serde_json::to_string(&handle).unwrap_err();
    assert!(
        error.to_string().contains("travels only as an argument"),
        "{error}"
    );
}

#[test]
fn the_wrong_type_is_an_error() {
    let unpacked = |parcel: Message| parcel.unpack::<u32>().unwrap_err();
    let long = Message::pack(&(1_u32, 2_u32)).unwrap();
    assert!(matches!(unpacked(long), UnpackError::TrailingBytes(1)));
    let short = Message::pack(&()).unwrap();
    assert!(matches!(unpacked(short), UnpackError::Malformed(_)));
    let handle = Message::pack(&Handle(ipc::channel().unwrap().0)).unwrap();
    assert!(matches!(unpacked(handle), UnpackError::TrailingHandles(1)));
    let missing = Message::pack(&4_u32).unwrap().unpack::<Handle>();
    assert!(matches!(missing, Err(UnpackError::HandleRefused(_))));
}

#[test]
fn what_the_type_itself_refuses_is_an_error() {
    let value = RefCell::new(1);
    let _borrowed = value.borrow_mut();
    assert!(matches!(
        Message::pack(&value),
        Err(PackError::NotSerialisable(_))
    ));
}

#[test]
fn a_duplicate_has_the_same_contents() {
    let parcel = Message::pack(&(1_u8, vec![2_u8; INLINE_LIMIT * 2])).unwrap();
    let twin = parcel.duplicate().unwrap();
    assert_eq!(twin.body.as_bytes(), parcel.body.as_bytes());
}

proptest::proptest! {
    #[test]
    fn garbage_never_panics(bytes: Vec<u8>) {
        type Anything = (u8, Option<String>, Vec<(char, bool)>, Result<i64, Vec<f32>>);
        let parcel = Message {
            body: MessageBody::Inline(bytes.into()),
            senders: Vec::new(),
            receivers: Vec::new(),
            memories: Vec::new(),
        };
        let _ = parcel.duplicate().unwrap().unpack::<Anything>();
        let _ = parcel.unpack::<(Handle, Anything)>();
    }
}
