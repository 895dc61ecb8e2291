//! Postcard with two bounds: how many bytes come out, and how much stack the nesting may use.
//!
//! Serde walks a value by recursion, so a chain of 200,000 boxes would overflow the stack, which kills the
//! process. A recursive value writes at least one byte a level (the variant, the option, the length), so it is
//! enough to look at the stack wherever a byte is written or read: no wrapper around each of serde's sixty
//! methods, and the bound is on the thing that runs out. The look is inlined into every level: a local whose address is
//! taken there keeps the compiler from making the writing a loop, of a depth that the reading would refuse.
#![allow(clippy::inline_always)]

use std::cell::Cell;

use postcard::de_flavors::Flavor as Source;
use postcard::ser_flavors::Flavor as Sink;
use postcard::{Deserializer, Error, Serializer};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::body::BodyWriter;

/// How much stack, in bytes, one walk over a value may use. A thread has 2 MiB by default.
pub(crate) const STACK_LIMIT: usize = 512 * 1024;

/// Why a walk stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BoundedError {
    /// The nesting used up [`STACK_LIMIT`].
    TooDeep,
    /// More bytes than allowed came out.
    TooBig,
    /// Bytes were left over after the value.
    Trailing(usize),
    /// Postcard, or the type itself, refused.
    Refused(Error),
}

/// Writes `value`, in `limit` bytes at most.
pub(crate) fn write_bounded<T>(value: &T, limit: usize) -> Result<BodyWriter, BoundedError>
where
    T: Serialize + ?Sized,
{
    let output = BoundedSink {
        body: BodyWriter::new(),
        limit,
        stack: StackGauge::at_current_depth(),
        stop: None,
    };
    let mut serializer = Serializer { output };
    let outcome = value.serialize(&mut serializer);
    let BoundedSink { body, stop, .. } = serializer.output;
    match outcome {
        Ok(()) => Ok(body),
        Err(error) => Err(stop.unwrap_or(BoundedError::Refused(error))),
    }
}

/// Reads one value that takes up all of `bytes`.
pub(crate) fn read_bounded<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BoundedError> {
    let too_deep = Cell::new(false);
    let source = BoundedSource {
        rest: bytes,
        stack: StackGauge::at_current_depth(),
        too_deep: &too_deep,
    };
    let mut deserializer = Deserializer::from_flavor(source);
    let stopped = |error| {
        if too_deep.get() {
            BoundedError::TooDeep
        } else {
            BoundedError::Refused(error)
        }
    };
    let value = T::deserialize(&mut deserializer).map_err(stopped)?;
    match deserializer.finalize().map_err(BoundedError::Refused)? {
        0 => Ok(value),
        left => Err(BoundedError::Trailing(left)),
    }
}

/// The lowest address that the stack may reach during a walk. (The stack grows downwards wherever we run.)
#[derive(Clone, Copy)]
struct StackGauge {
    lowest: usize,
}

impl StackGauge {
    fn at_current_depth() -> Self {
        Self {
            lowest: stack_address().saturating_sub(STACK_LIMIT),
        }
    }

    #[inline(always)]
    fn is_exhausted(self) -> bool {
        stack_address() < self.lowest
    }
}

/// About where the stack ends now: the address of a local.
#[inline(always)]
fn stack_address() -> usize {
    let local = 0_u8;
    (&raw const local).addr()
}

struct BoundedSink {
    body: BodyWriter,
    limit: usize,
    stack: StackGauge,
    stop: Option<BoundedError>,
}

impl BoundedSink {
    #[inline(always)]
    fn check_limits(&mut self, more: usize) -> Result<(), Error> {
        let stop = if self.stack.is_exhausted() {
            BoundedError::TooDeep
        } else if self.limit - self.body.len() < more {
            BoundedError::TooBig
        } else {
            return Ok(());
        };
        self.stop = Some(stop);
        Err(Error::SerializeBufferFull)
    }
}

impl Sink for BoundedSink {
    type Output = ();

    #[inline(always)]
    fn try_extend(&mut self, data: &[u8]) -> Result<(), Error> {
        self.check_limits(data.len())?;
        self.body.append(data);
        Ok(())
    }

    #[inline(always)]
    fn try_push(&mut self, byte: u8) -> Result<(), Error> {
        self.check_limits(1)?;
        self.body.append(&[byte]);
        Ok(())
    }

    fn finalize(self) -> Result<(), Error> {
        Ok(())
    }
}

struct BoundedSource<'de> {
    rest: &'de [u8],
    stack: StackGauge,
    too_deep: &'de Cell<bool>,
}

impl BoundedSource<'_> {
    #[inline(always)]
    fn check_stack(&self) -> Result<(), Error> {
        if !self.stack.is_exhausted() {
            return Ok(());
        }
        self.too_deep.set(true);
        Err(Error::DeserializeUnexpectedEnd)
    }
}

impl<'de> Source<'de> for BoundedSource<'de> {
    type Remainder = usize;
    type Source = &'de [u8];

    #[inline(always)]
    fn pop(&mut self) -> Result<u8, Error> {
        self.check_stack()?;
        let (&first, rest) = self
            .rest
            .split_first()
            .ok_or(Error::DeserializeUnexpectedEnd)?;
        self.rest = rest;
        Ok(first)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }

    #[inline(always)]
    fn try_take_n(&mut self, count: usize) -> Result<&'de [u8], Error> {
        self.check_stack()?;
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(Error::DeserializeUnexpectedEnd)?;
        self.rest = rest;
        Ok(taken)
    }

    fn finalize(self) -> Result<usize, Error> {
        Ok(self.rest.len())
    }
}

#[cfg(test)]
mod tests {
    use std::mem;

    use serde::Deserialize;

    use super::super::body::MessageBody;
    use super::*;

    #[derive(Debug, Default, Serialize, Deserialize)]
    struct Chain(Option<Box<Chain>>);

    impl Chain {
        fn of(links: usize) -> Self {
            (0..links).fold(Self(None), |chain, _| Self(Some(Box::new(chain))))
        }

        fn len(&self) -> usize {
            std::iter::successors(self.0.as_ref(), |link| link.0.as_ref()).count()
        }
    }

    /// Taken apart link by link: the recursive drop would itself overflow.
    impl Drop for Chain {
        fn drop(&mut self) {
            let mut next = self.0.take();
            while let Some(mut link) = next {
                next = mem::take(&mut link.0);
            }
        }
    }

    fn written<T: Serialize>(value: &T) -> Result<Vec<u8>, BoundedError> {
        let body = MessageBody::new(write_bounded(value, 1 << 20)?).unwrap();
        Ok(body.as_bytes().to_vec())
    }

    #[test]
    fn a_value_comes_back() {
        let value = (
            7_u64,
            String::from("seven"),
            vec![Some(1.5_f64), None],
            [b'x'; 3],
        );
        let bytes = written(&value).unwrap();
        assert_eq!(bytes, postcard::to_stdvec(&value).unwrap());
        assert_eq!(
            read_bounded::<(u64, String, Vec<Option<f64>>, [u8; 3])>(&bytes).unwrap(),
            value
        );
    }

    #[test]
    fn a_chain_of_200_000_links_is_an_error_and_not_an_overflow() {
        let deep = Chain::of(200_000);
        assert_eq!(written(&deep), Err(BoundedError::TooDeep));
        // What `written` would have made of it.
        let mut bytes = vec![1_u8; 200_000];
        bytes.push(0);
        assert_eq!(
            read_bounded::<Chain>(&bytes).unwrap_err(),
            BoundedError::TooDeep
        );
    }

    #[test]
    fn a_hundred_levels_are_fine() {
        let bytes = written(&Chain::of(100)).unwrap();
        assert_eq!(read_bounded::<Chain>(&bytes).unwrap().len(), 100);
    }

    #[test]
    fn too_many_bytes_are_refused() {
        let refused = write_bounded(&[0_u8; 11], 10).err();
        assert_eq!(refused, Some(BoundedError::TooBig));
        assert!(write_bounded(&[0_u8; 10], 10).is_ok());
    }

    #[test]
    fn trailing_and_missing_bytes_are_errors() {
        let mut bytes = written(&5_u32).unwrap();
        bytes.push(0);
        assert_eq!(read_bounded::<u32>(&bytes), Err(BoundedError::Trailing(1)));
        assert_eq!(
            read_bounded::<u32>(&[]),
            Err(BoundedError::Refused(Error::DeserializeUnexpectedEnd))
        );
    }
}
