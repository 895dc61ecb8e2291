//! Memory that workers share: one [`SharedArray`], or a single [`Value`].
//!
//! Sending a handle to another process sends no data: both sides map the same memory, and a store on one side
//! is seen on the other. Each element is an atomic, so sharing is always lawful, but atomics don't make a
//! *sequence* of steps one step: `array.store(i, array.load(i) + 1)` by two workers at once loses updates.
//! [`fetch_add`](SharedArray::fetch_add), or a [`Lock`](super::lock::Lock) around both steps, loses none.
//!
//! When a worker dies, the data stay as it left them. The memory is freed with the last handle anywhere.

mod element;

use std::fmt;
use std::sync::Arc;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use self::element::Element;
use super::memory::{self, MemoryError};
use super::message::{attach_memory, refuse_unpacking, take_memory};
use super::raw::SharedCells;

/// A fixed number of elements in memory that several processes share.
///
/// `clone` is a second handle on the same elements. As with a slice, an index past the end panics.
pub struct SharedArray<T: Element> {
    cells: Arc<SharedCells<T::Atomic>>,
}

impl<T: Element> SharedArray<T> {
    /// `length` zeros.
    pub fn zeroed(length: usize) -> Result<Self, MemoryError> {
        let size = length.saturating_mul(size_of::<T>());
        Self::from_memory(memory::create_zeroed_memory(size)?).ok_or_else(|| MemoryError::Refused {
            wanted: size,
            source: misaligned_error(),
        })
    }

    /// A copy of `values`.
    pub fn from_slice(values: &[T]) -> Result<Self, MemoryError> {
        let array = Self::zeroed(values.len())?;
        array.copy_from(values);
        Ok(array)
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.cells.as_slice().len()
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at `index`: what was last stored there by any worker.
    pub fn load(&self, index: usize) -> T {
        T::load(&self.cells.as_slice()[index])
    }

    /// Stores `value` at `index`. A worker that loads it also sees what this one stored before it.
    pub fn store(&self, index: usize, value: T) {
        T::store(&self.cells.as_slice()[index], value);
    }

    /// Adds `value` to the element at `index` as one atomic step, and returns what was
    /// there. Integers wrap around.
    pub fn fetch_add(&self, index: usize, value: T) -> T {
        T::fetch_add(&self.cells.as_slice()[index], value)
    }

    /// Goes through the elements, each as it is at that moment.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + '_ {
        self.cells.as_slice().iter().map(T::load_relaxed)
    }

    /// How many elements are `value`.
    pub fn count(&self, value: T) -> usize {
        T::count(self.cells.as_slice(), value)
    }

    /// A private copy of the elements.
    pub fn to_vec(&self) -> Vec<T> {
        T::load_all(self.cells.as_slice())
    }

    /// Stores all of `values`, which must be as many as the elements.
    pub fn copy_from(&self, values: &[T]) {
        let cells = self.cells.as_slice();
        assert_eq!(
            cells.len(),
            values.len(),
            "the array and the values differ in length"
        );
        T::store_all(cells, values);
    }

    fn from_memory(memory: ipc_channel::ipc::IpcSharedMemory) -> Option<Self> {
        Some(Self {
            cells: Arc::new(SharedCells::new(memory)?),
        })
    }
}

impl SharedArray<u64> {
    /// Adds 1 to the element at `index` this many times, each time by a load and a store: what another worker stores in
    /// between is lost. Compiled here, in the crate that is always optimised.
    #[inline(never)]
    pub fn increment_in_two_steps(&self, index: usize, times: u64) {
        for _ in 0..times {
            self.store(index, self.load(index).wrapping_add(1));
        }
    }
}

fn misaligned_error() -> std::io::Error {
    std::io::Error::other("it starts at an odd address")
}

impl<T: Element> Clone for SharedArray<T> {
    fn clone(&self) -> Self {
        Self {
            cells: Arc::clone(&self.cells),
        }
    }
}

impl<T: Element> fmt::Debug for SharedArray<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "SharedArray of {} {}",
            self.len(),
            std::any::type_name::<T>()
        )
    }
}

impl<T: Element> Serialize for SharedArray<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let memory = Arc::clone(self.cells.memory());
        let index = attach_memory(memory).map_err(S::Error::custom)?;
        (T::CODE, self.len() as u64, index).serialize(serializer)
    }
}

impl<'de, T: Element> Deserialize<'de> for SharedArray<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (code, length, index) = <(u8, u64, u32)>::deserialize(deserializer)?;
        let shared = take_memory(index).map_err(D::Error::custom)?;
        let refused = |why: String| D::Error::custom(refuse_unpacking(why));
        let memory =
            memory::into_owned_memory(shared).map_err(|error| refused(error.to_string()))?;
        match Self::from_memory(memory) {
            Some(array) if code == T::CODE && array.len() as u64 == length => Ok(array),
            _ => Err(refused(format!(
                "the shared array doesn't hold {}: sender and receiver must agree on its type",
                std::any::type_name::<T>()
            ))),
        }
    }
}

/// One number that several processes share.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Value<T: Element>(SharedArray<T>);

impl<T: Element> Value<T> {
    /// A shared number that begins as `value`.
    pub fn new(value: T) -> Result<Self, MemoryError> {
        SharedArray::from_slice(&[value]).map(Self)
    }

    /// What was last set by any worker.
    pub fn get(&self) -> T {
        self.0.load(0)
    }

    /// Sets the number. `value.set(value.get() + 1)` by two workers at once loses updates.
    pub fn set(&self, value: T) {
        self.0.store(0, value);
    }

    /// Adds as one atomic step, and returns what was there. Integers wrap around.
    pub fn fetch_add(&self, value: T) -> T {
        self.0.fetch_add(0, value)
    }
}

impl Value<u64> {
    /// Adds 1 this many times, each time by a `get` and a `set`: what another worker sets in between is lost.
    pub fn increment_in_two_steps(&self, times: u64) {
        self.0.increment_in_two_steps(0, times);
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Instant;

    use super::*;
    use crate::message::{Message, UnpackError};

    fn through_a_channel<T: Serialize + serde::de::DeserializeOwned>(handle: &T) -> T {
        let (sender, receiver) = ipc_channel::ipc::channel().unwrap();
        sender.send(Message::pack(handle).unwrap()).unwrap();
        receiver.recv().unwrap().unpack().unwrap()
    }

    #[test]
    fn an_array_begins_as_told() {
        let array = SharedArray::from_slice(&[1.5_f64, -2.0]).unwrap();
        assert_eq!(array.to_vec(), [1.5, -2.0]);
        assert_eq!((array.count(-2.0), array.count(2.0)), (1, 0));
        assert_eq!(SharedArray::<i32>::zeroed(3).unwrap().to_vec(), [0; 3]);
        assert!(SharedArray::<u8>::zeroed(0).unwrap().is_empty());
    }

    #[test]
    fn bytes_are_all_copied_and_the_other_side_has_them() {
        let bytes: Vec<u8> = (0..300_001_u32).map(|index| (index * 7) as u8).collect();
        for length in [0, 1, 63, 4097, bytes.len()] {
            let here = SharedArray::from_slice(&bytes[..length]).unwrap();
            assert!(
                through_a_channel(&here).to_vec() == bytes[..length],
                "{length}"
            );
        }
    }

    #[test]
    fn the_other_side_sees_a_store() {
        let here = SharedArray::<u32>::zeroed(4).unwrap();
        let there = through_a_channel(&here);
        here.store(2, 7);
        assert_eq!(there.load(2), 7);
        there.copy_from(&[1, 2, 3, 4]);
        assert_eq!(here.iter().sum::<u32>(), 10);
    }

    #[test]
    fn the_data_outlive_the_handle_that_made_them() {
        let there = through_a_channel(&SharedArray::from_slice(&[5_i64]).unwrap());
        assert_eq!(there.load(0), 5);
    }

    #[test]
    fn additions_by_two_sides_are_all_there() {
        let here = Value::new(0.0_f64).unwrap();
        let there = through_a_channel(&here);
        thread::scope(|scope| {
            for side in [&here, &there] {
                scope.spawn(move || {
                    for _ in 0..20_000 {
                        side.fetch_add(0.5);
                    }
                });
            }
        });
        assert!((here.get() - 20_000.0).abs() < f64::EPSILON);
    }

    #[test]
    fn one_side_alone_loses_no_increment() {
        let here = Value::new(u64::MAX).unwrap();
        through_a_channel(&here).increment_in_two_steps(5);
        assert_eq!(here.get(), 4);
    }

    #[test]
    fn integers_wrap_around() {
        let value = Value::new(250_u8).unwrap();
        assert_eq!(value.fetch_add(10), 250);
        assert_eq!(value.get(), 4);
    }

    #[test]
    fn the_wrong_element_type_is_an_error() {
        let array = SharedArray::from_slice(&[1_u32]).unwrap();
        let arrived = Message::pack(&array).unwrap().unpack::<SharedArray<i32>>();
        let Err(UnpackError::HandleRefused(why)) = arrived else {
            panic!("{arrived:?}")
        };
        assert!(why.contains("doesn't hold i32"), "{why}");
    }

    #[test]
    #[should_panic(expected = "index out of bounds")]
    fn an_index_past_the_end_panics_as_in_a_slice() {
        SharedArray::<u8>::zeroed(1).unwrap().load(1);
    }

    #[test]
    fn a_handle_crosses_without_its_data() {
        let array = SharedArray::<u64>::zeroed(8 << 20).unwrap();
        array.store(array.len() - 1, 9);
        let start = Instant::now();
        let there = through_a_channel(&array);
        let took = start.elapsed();
        assert_eq!(there.load(there.len() - 1), 9);
        // Copying 64 MiB takes 10 ms and more; the handle takes some tens of microseconds.
        assert!(took.as_millis() < 1000, "{took:?}");
    }
}
