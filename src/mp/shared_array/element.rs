//! What a shared array may hold: numbers for which the machine has atomics.

use std::fmt;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI32, AtomicI64, AtomicU8, AtomicU32, AtomicU64};

use crate::raw;

/// A number that several processes can share: `u8`, `i32`, `u32`, `i64`, `u64`, `f32` or `f64`.
pub trait Element:
    Copy + PartialEq + Default + fmt::Debug + Send + Sync + cell::AtomicCell
{
}

/// Closed to the outside: the memory's layout is our affair.
pub(super) mod cell {
    use crate::raw::SharedCell;

    /// How an element lives in an atomic.
    pub trait AtomicCell: Sized {
        /// The atomic of the same size.
        type Atomic: SharedCell;
        /// Tells one element type from another when a handle arrives.
        const CODE: u8;
        /// What another worker stored and published.
        fn load(atomic: &Self::Atomic) -> Self;
        /// A plain read, for going through many.
        fn load_relaxed(atomic: &Self::Atomic) -> Self;
        /// Stores and publishes.
        fn store(atomic: &Self::Atomic, value: Self);
        /// Adds as one step (integers wrap), and returns what was there.
        fn fetch_add(atomic: &Self::Atomic, value: Self) -> Self;
        /// A copy of all. What goes through many is compiled here, in the crate that is always optimised.
        fn load_all(atomics: &[Self::Atomic]) -> Vec<Self>;
        /// Stores and publishes all; both are equally long.
        fn store_all(atomics: &[Self::Atomic], values: &[Self]);
        /// How many are that value.
        fn count(atomics: &[Self::Atomic], value: Self) -> usize;
    }
}

/// What goes through many, written once for all numbers. It stands in each impl, and not in the trait: only so is it
/// compiled in this crate.
macro_rules! bulk {
    ($atomic:ty) => {
        #[inline(never)]
        fn load_all(atomics: &[$atomic]) -> Vec<Self> {
            atomics.iter().map(Self::load_relaxed).collect()
        }

        #[inline(never)]
        fn store_all(atomics: &[$atomic], values: &[Self]) {
            for (atomic, value) in atomics.iter().zip(values) {
                Self::store(atomic, *value);
            }
        }

        count!($atomic);
    };
}

/// The same for bytes, for which one at a time is slow.
macro_rules! bulk_bytes {
    ($atomic:ty) => {
        fn load_all(atomics: &[$atomic]) -> Vec<Self> {
            raw::load_bytes(atomics)
        }

        fn store_all(atomics: &[$atomic], values: &[Self]) {
            raw::store_bytes(atomics, values);
        }

        count!($atomic);
    };
}

macro_rules! count {
    ($atomic:ty) => {
        #[inline(never)]
        #[allow(clippy::float_cmp, reason = "what was stored comes back bit by bit")]
        fn count(atomics: &[$atomic], value: Self) -> usize {
            let same = atomics
                .iter()
                .filter(|atomic| Self::load_relaxed(atomic) == value);
            same.count()
        }
    };
}

macro_rules! integers {
    ($($number:ty, $atomic:ty, $code:literal, $bulk:ident;)+) => {$(
        impl Element for $number {}

        impl cell::AtomicCell for $number {
            type Atomic = $atomic;
            const CODE: u8 = $code;

            fn load(atomic: &$atomic) -> Self {
                atomic.load(Acquire)
            }

            fn load_relaxed(atomic: &$atomic) -> Self {
                atomic.load(Relaxed)
            }

            fn store(atomic: &$atomic, value: Self) {
                atomic.store(value, Release);
            }

            fn fetch_add(atomic: &$atomic, value: Self) -> Self {
                atomic.fetch_add(value, AcqRel)
            }

            $bulk!($atomic);
        }
    )+};
}

macro_rules! floats {
    ($($number:ty, $atomic:ty, $code:literal;)+) => {$(
        impl Element for $number {}

        impl cell::AtomicCell for $number {
            type Atomic = $atomic;
            const CODE: u8 = $code;

            fn load(atomic: &$atomic) -> Self {
                Self::from_bits(atomic.load(Acquire))
            }

            fn load_relaxed(atomic: &$atomic) -> Self {
                Self::from_bits(atomic.load(Relaxed))
            }

            fn store(atomic: &$atomic, value: Self) {
                atomic.store(value.to_bits(), Release);
            }

            fn fetch_add(atomic: &$atomic, value: Self) -> Self {
                let mut seen = atomic.load(Relaxed);
                loop {
                    let sum = (Self::from_bits(seen) + value).to_bits();
                    match atomic.compare_exchange_weak(seen, sum, AcqRel, Relaxed) {
                        Ok(before) => return Self::from_bits(before),
                        Err(changed) => seen = changed,
                    }
                }
            }

            bulk!($atomic);
        }
    )+};
}

integers! {
    u8, AtomicU8, b'b', bulk_bytes;
    i32, AtomicI32, b'i', bulk;
    u32, AtomicU32, b'I', bulk;
    i64, AtomicI64, b'q', bulk;
    u64, AtomicU64, b'Q', bulk;
}

floats! {
    f32, AtomicU32, b'f';
    f64, AtomicU64, b'd';
}
