//! The ways to give a pool work, with Python's names.

use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};

use super::{
    AsyncResult, ImapIterator, Pool,
    batch::{BatchResults, ResultSlot, TaskBatch},
    default_chunksize,
};
use crate::{Callable, Error, callable::function_name};

impl Pool {
    /// Calls `function` with each item, and returns the results in the order of the items. Waits for all.
    ///
    /// # Errors
    ///
    /// The error of the first task that failed (the others were run); why the pool ended.
    pub fn map<F, A, Kind>(
        &self,
        function: F,
        items: impl IntoIterator<Item = A>,
    ) -> Result<Vec<F::Output>, Error>
    where
        F: Callable<(A,), Kind>,
        A: Serialize + DeserializeOwned + Send + 'static,
    {
        self.map_batch::<A, F::Output>(function_name(&function)?, collect_items(items), None)?
            .into_vec()
    }

    /// As [`map`](Self::map), with so many tasks a chunk. The default is CPython's: about four chunks a worker.
    ///
    /// # Errors
    ///
    /// As [`map`](Self::map).
    pub fn map_chunked<F, A, Kind>(
        &self,
        function: F,
        items: impl IntoIterator<Item = A>,
        chunksize: usize,
    ) -> Result<Vec<F::Output>, Error>
    where
        F: Callable<(A,), Kind>,
        A: Serialize + DeserializeOwned + Send + 'static,
    {
        let items = collect_items(items);
        self.map_batch::<A, F::Output>(function_name(&function)?, items, Some(chunksize))?
            .into_vec()
    }

    /// As [`map`](Self::map), but returns at once; the result is asked for later.
    ///
    /// # Errors
    ///
    /// If the pool takes no work.
    pub fn map_async<F, A, Kind>(
        &self,
        function: F,
        items: impl IntoIterator<Item = A>,
    ) -> Result<AsyncResult<Vec<F::Output>>, Error>
    where
        F: Callable<(A,), Kind>,
        A: Serialize + DeserializeOwned + Send + 'static,
    {
        let items: Vec<A> = collect_items(items);
        let chunksize = default_chunksize(items.len(), self.processes);
        self.submit_async(
            function_name(&function)?,
            items,
            chunksize,
            BatchResults::into_vec,
        )
    }

    /// Calls `function(arguments…)` in a worker and waits for the result.
    ///
    /// # Errors
    ///
    /// The task's error; why the pool ended.
    pub fn apply<F, Args, Kind>(&self, function: F, arguments: Args) -> Result<F::Output, Error>
    where
        F: Callable<Args, Kind>,
        Args: Serialize + DeserializeOwned + Send + 'static,
    {
        let target = function_name(&function)?;
        let results = self.map_batch::<Args, F::Output>(target, vec![arguments], Some(1))?;
        single_result(results)
    }

    /// As [`apply`](Self::apply), but returns at once; the result is asked for later.
    ///
    /// # Errors
    ///
    /// If the pool takes no work.
    pub fn apply_async<F, Args, Kind>(
        &self,
        function: F,
        arguments: Args,
    ) -> Result<AsyncResult<F::Output>, Error>
    where
        F: Callable<Args, Kind>,
        Args: Serialize + DeserializeOwned + Send + 'static,
    {
        self.submit_async(function_name(&function)?, vec![arguments], 1, single_result)
    }

    /// The results one by one, in the order of the items, which are read only a little ahead. One task a chunk.
    ///
    /// # Errors
    ///
    /// If the pool takes no work.
    pub fn imap<F, I, A, Kind>(
        &self,
        function: F,
        items: I,
    ) -> Result<ImapIterator<'_, I::IntoIter, F::Output>, Error>
    where
        F: Callable<(A,), Kind>,
        I: IntoIterator<Item = A>,
        A: Serialize + DeserializeOwned + Send + 'static,
    {
        self.check_open()?;
        Ok(ImapIterator::new(
            self,
            function_name(&function)?,
            items.into_iter(),
        ))
    }

    fn map_batch<A, R>(
        &self,
        target: &'static str,
        items: Vec<A>,
        chunksize: Option<usize>,
    ) -> Result<BatchResults<R>, Error>
    where
        A: Serialize + Send + 'static,
        R: DeserializeOwned + Send + 'static,
    {
        self.check_open()?;
        let chunksize = chunksize.unwrap_or_else(|| default_chunksize(items.len(), self.processes));
        let (tasks, slot) = TaskBatch::<A, R>::new(target, 0, items);
        self.driver.submit_batch(Box::new(tasks), chunksize);
        self.driver.run_until(&|_| slot.is_filled());
        slot.take_results().ok_or(Error::PoolClosed {
            state: "terminated",
        })
    }

    fn submit_async<A, R, T: 'static>(
        &self,
        target: &'static str,
        items: Vec<A>,
        chunksize: usize,
        read: fn(BatchResults<R>) -> Result<T, Error>,
    ) -> Result<AsyncResult<T>, Error>
    where
        A: Serialize + Send + 'static,
        R: DeserializeOwned + Send + 'static,
    {
        self.check_open()?;
        let (tasks, slot): (_, Arc<ResultSlot<R>>) = TaskBatch::new(target, 0, items);
        self.driver
            .submit_async(Box::new(tasks), chunksize, slot.clone())?;
        Ok(AsyncResult::new(slot, read, self.driver.clone()))
    }
}

fn collect_items<A>(items: impl IntoIterator<Item = A>) -> Vec<A> {
    items.into_iter().collect()
}

/// The result of a batch of one task.
fn single_result<R>(results: BatchResults<R>) -> Result<R, Error> {
    let result = results.into_vec()?.pop();
    result.ok_or_else(|| Error::PoolBroken {
        reason: "a task has no result".into(),
    })
}
