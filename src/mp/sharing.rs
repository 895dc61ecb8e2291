//! What a context makes for its processes to share. The `Context` needs to be there only for the lock, whose file
//! lies in its private folder; everything is here so that a program finds it in one place, as in Python.

use super::shared_array::{Element, Value};
use super::{Context, Error, Lock, LockError, MemoryError, Queue, QueueError};

impl Context {
    /// A queue, whose items are kept in this process.
    pub fn queue<T>(&self) -> Result<Queue<T>, QueueError> {
        Queue::new()
    }

    /// A lock that excludes processes as well as threads. Keep the context as long as it is to be passed on.
    pub fn lock(&self) -> Result<Lock, LockError> {
        let folder = self.ensure_private_folder().map_err(|error| match error {
            Error::Folder { path, source } => LockError::File {
                path,
                reason: source,
            },
            other => LockError::File {
                path: std::env::temp_dir(),
                reason: std::io::Error::other(other.to_string()),
            },
        })?;
        Lock::new(folder.path())
    }

    /// A number that processes share.
    pub fn value<T: Element>(&self, value: T) -> Result<Value<T>, MemoryError> {
        Value::new(value)
    }
}
