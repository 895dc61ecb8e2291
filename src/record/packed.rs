//! Parts of events in one small block of memory each: a recording may hold a million of them.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

/// A value that is kept packed, and unpacked when it is asked for.
#[derive(Clone, PartialEq)]
pub struct PackedValue<T> {
    bytes: Box<[u8]>,
    value: PhantomData<T>,
}

impl<T: Serialize> From<T> for PackedValue<T> {
    fn from(value: T) -> Self {
        Self {
            bytes: pack(&value),
            value: PhantomData,
        }
    }
}

impl<T: DeserializeOwned + Default> PackedValue<T> {
    /// The value.
    pub fn unpack(&self) -> T {
        // What was packed can be unpacked.
        postcard::from_bytes(&self.bytes).unwrap_or_default()
    }
}

impl<T: DeserializeOwned + Default + fmt::Debug> fmt::Debug for PackedValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.unpack().fmt(f)
    }
}

impl<T: Serialize + DeserializeOwned + Default> Serialize for PackedValue<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.unpack().serialize(to)
    }
}

impl<'de, T: Serialize + Deserialize<'de>> Deserialize<'de> for PackedValue<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::deserialize(from).map(Self::from)
    }
}

fn pack(value: &impl Serialize) -> Box<[u8]> {
    // Writing into memory fails for no value that derives its form.
    postcard::to_stdvec(value).unwrap_or_default().into()
}

/// What a figure belongs to: `{"backend": "threads", "lock": "yes"}`, in the order of the keys.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Labels(Box<[u8]>);

impl Labels {
    /// No labels.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a label.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter()
            .find(|(of, _)| *of == key)
            .map(|(_, value)| value)
    }

    /// Keys and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = &self.0[..];
        std::iter::from_fn(move || {
            let (pair, behind) = postcard::take_from_bytes(rest).ok()?;
            rest = behind;
            Some(pair)
        })
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter();
        let sorted: BTreeMap<String, String> = pairs
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
        let packed: Vec<u8> = sorted
            .iter()
            .flat_map(|pair| pack(&pair).into_vec())
            .collect();
        Self(packed.into())
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Labels {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let pairs: Vec<_> = self.iter().collect();
        to.collect_map(pairs)
    }
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let pairs = BTreeMap::<String, String>::deserialize(from)?;
        Ok(pairs.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Event, ResourceUsage};

    #[test]
    fn labels_are_found_by_key_in_one_order() {
        let labels = Labels::from_iter([("way", "a"), ("lock", "\0yes\n"), ("", "")]);
        assert_eq!(labels.get("lock"), Some("\0yes\n"));
        assert_eq!(labels.get(""), Some(""));
        assert_eq!(labels.get("wa"), None);
        let other = Labels::from_iter([("", ""), ("lock", "\0yes\n"), ("way", "a")]);
        assert_eq!(labels, other);
        assert_eq!(
            serde_json::to_string(&labels).unwrap(),
            r#"{"":"","lock":"\u0000yes\n","way":"a"}"#
        );
    }

    #[test]
    fn a_million_events_are_small() {
        assert!(size_of::<Event>() <= 88, "{} bytes", size_of::<Event>());
        let usage = ResourceUsage {
            cpu_s: Some(0.1),
            voluntary_switches: Some(3),
            ..ResourceUsage::default()
        };
        let packed = PackedValue::from(usage.clone());
        assert!(packed.bytes.len() <= 24, "{} bytes", packed.bytes.len());
        assert_eq!(packed.unpack(), usage);
    }
}
