//! `imap`: results one by one, while the input is still being read.

use std::{collections::VecDeque, iter::Fuse, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};

use super::{
    Pool,
    batch::{ResultSlot, TaskBatch},
};
use crate::task_error::TaskError;

/// How many chunks a worker the input is read ahead.
const AHEAD: usize = 4;

/// The results of [`Pool::imap`]. The pool works while a thread waits in `next`; in between, workers finish what they hold.
pub struct ImapIterator<'a, I: Iterator, R> {
    pool: &'a Pool,
    target: &'static str,
    input: Fuse<I>,
    chunksize: usize,
    submitted: usize,
    out: VecDeque<Arc<ResultSlot<R>>>,
    ready: VecDeque<Result<R, TaskError>>,
}

impl<'a, I, A, R> ImapIterator<'a, I, R>
where
    I: Iterator<Item = A>,
    A: Serialize + Send + 'static,
    R: DeserializeOwned + Send + 'static,
{
    pub(crate) fn new(pool: &'a Pool, target: &'static str, input: I) -> Self {
        Self {
            pool,
            target,
            input: input.fuse(),
            chunksize: 1,
            submitted: 0,
            out: VecDeque::new(),
            ready: VecDeque::new(),
        }
    }

    /// So many tasks a chunk, where the default is one.
    #[must_use]
    pub fn chunksize(mut self, chunksize: usize) -> Self {
        self.chunksize = chunksize.max(1);
        self
    }

    fn read_ahead(&mut self) {
        while self.out.len() < AHEAD * self.pool.processes() {
            let chunk: Vec<A> = self.input.by_ref().take(self.chunksize).collect();
            if chunk.is_empty() {
                return;
            }
            let base = self.submitted;
            self.submitted += chunk.len();
            let (tasks, slot) = TaskBatch::<A, R>::new(self.target, base, chunk);
            self.pool
                .driver()
                .submit_batch(Box::new(tasks), self.chunksize);
            self.out.push_back(slot);
        }
    }
}

impl<I, A, R> Iterator for ImapIterator<'_, I, R>
where
    I: Iterator<Item = A>,
    A: Serialize + Send + 'static,
    R: DeserializeOwned + Send + 'static,
{
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(result) = self.ready.pop_front() {
                return Some(result);
            }
            self.read_ahead();
            let next = self.out.pop_front()?;
            self.pool.driver().run_until(&|_| next.is_filled());
            let results = next.take_results()?;
            self.ready.extend(results.into_each());
        }
    }
}
