//! Bytes that travel as one block.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::raw;

/// A `Vec<u8>` that is copied whole when it travels. Serde walks a bare `Vec<u8>` byte by byte, which for 64 MiB
/// takes ten times as long.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Bytes(pub Vec<u8>);

impl Deref for Bytes {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Bytes {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_bytes(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_byte_buf(BlockVisitor(copy_bytes))
            .map(Self)
    }
}

fn copy_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut copy = Vec::with_capacity(bytes.len());
    raw::prefer_large_pages(&mut copy);
    copy.extend_from_slice(bytes);
    copy
}

/// For `serialize_with`.
pub(crate) fn serialize_bytes<S: Serializer>(
    bytes: &[u8],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

/// For `deserialize_with`.
pub(crate) fn deserialize_shared_bytes<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Arc<[u8]>, D::Error> {
    deserializer.deserialize_byte_buf(BlockVisitor(|bytes| Arc::from(bytes)))
}

/// Makes something of a block of bytes.
struct BlockVisitor<R>(fn(&[u8]) -> R);

impl<R> Visitor<'_> for BlockVisitor<R> {
    type Value = R;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<R, E> {
        Ok((self.0)(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    #[test]
    fn they_arrive_and_are_written_as_a_vec_is() {
        for length in [1000, raw::LARGE_PAGES_FROM + 1] {
            let bytes = Bytes::from(vec![200; length]);
            assert_eq!(
                postcard::to_stdvec(&bytes).unwrap(),
                postcard::to_stdvec(&*bytes).unwrap()
            );
            let packed = Message::pack(&bytes).unwrap();
            assert!(packed.unpack::<Bytes>().unwrap() == bytes);
        }
    }
}
