//! The functions that a worker can run: one visible list, looked up by name.
//!
//! The parent sends a name; the worker, the same program started again, finds the function in the list that its
//! `main` gave to [`child_entry`](super::child_entry). No addresses cross the border, so a worker of another
//! build answers with an error where it would otherwise jump somewhere.

use std::{fmt, marker::PhantomData, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};

use super::{
    callable::{Callable, function_name},
    message::{Message, UnpackError},
    pool::{self, ChunkRun},
    task_error::Failure,
};

/// A function that workers can run, found by its name.
///
/// ```
/// fn square(number: u64) -> u64 {
///     number * number
/// }
/// let targets = [forklore_mp::Target::new(square)];
/// assert!(targets[0].name().ends_with("square"));
/// ```
#[derive(Clone)]
pub struct Target {
    name: &'static str,
    run: Arc<dyn ErasedTarget>,
}

impl Target {
    /// Makes a function known. A closure is never found: it has no name to ask for.
    pub fn new<F, Args, Kind>(function: F) -> Self
    where
        F: Callable<Args, Kind>,
        Args: Serialize + DeserializeOwned + Send + 'static,
        Kind: 'static,
    {
        Self {
            name: function_name(&function).unwrap_or("{{closure}}"),
            run: Arc::new(TypedTarget {
                function,
                types: PhantomData::<fn(Args, Kind)>,
            }),
        }
    }

    /// Its full name, such as `forklore::lab::squares::square`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn erased_target(&self) -> &Arc<dyn ErasedTarget> {
        &self.run
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Target").field(&self.name).finish()
    }
}

/// The target of that name.
pub(crate) fn find_target<'a>(targets: &'a [Target], name: &str) -> Option<&'a Target> {
    targets.iter().find(|target| target.name == name)
}

/// A call with its arguments decoded, ready to run.
pub(crate) type PreparedCall = Box<dyn FnOnce() -> Result<(), Failure>>;

/// A function whose types are forgotten.
pub(crate) trait ErasedTarget: Send + Sync {
    /// Decodes the arguments; what the function returns is dropped.
    fn prepare_call(&self, arguments: Message) -> Result<PreparedCall, UnpackError>;

    /// Runs a chunk of a pool's tasks and answers them.
    fn run_chunk(&self, arguments: Message, work: &mut ChunkRun<'_>);
}

struct TypedTarget<F, Args, Kind> {
    function: F,
    types: PhantomData<fn(Args, Kind)>,
}

impl<F, Args, Kind> ErasedTarget for TypedTarget<F, Args, Kind>
where
    F: Callable<Args, Kind>,
    Args: Serialize + DeserializeOwned + Send + 'static,
    Kind: 'static,
{
    fn prepare_call(&self, arguments: Message) -> Result<PreparedCall, UnpackError> {
        let function = self.function;
        let arguments: Args = arguments.unpack()?;
        Ok(Box::new(move || function.call(arguments).map(drop)))
    }

    fn run_chunk(&self, arguments: Message, work: &mut ChunkRun<'_>) {
        pool::run_tasks(self.function, arguments, work);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(left: u64, right: u64) -> u64 {
        left + right
    }

    #[test]
    fn a_target_is_found_by_name() {
        let targets = [Target::new(add)];
        let name = targets[0].name();
        assert!(find_target(&targets, name).is_some());
        assert!(find_target(&targets, "add").is_none());
    }

    #[test]
    fn arguments_of_another_type_are_an_error() {
        let target = Target::new(add);
        let wrong = Message::pack(&("one", "two", "three")).unwrap();
        assert!(target.erased_target().prepare_call(wrong).is_err());
        let right = Message::pack(&(1_u64, 2_u64)).unwrap();
        assert!(target.erased_target().prepare_call(right).unwrap()().is_ok());
    }
}
