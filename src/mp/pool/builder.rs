//! A pool's settings, one by one.

use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};

use super::{Pool, settings::PoolSettings};
use crate::{
    Callable, Context, Error, OutputLine, callable::function_name, message::Message,
    output::OutputSink,
};

/// Builds a [`Pool`]: `mp.pool_builder().processes(4).maxtasksperchild(10).build()?`.
pub struct PoolBuilder {
    context: Context,
    settings: PoolSettings,
    refused: Option<Error>,
}

impl PoolBuilder {
    pub(crate) fn new(context: &Context) -> Self {
        let processes = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            context: context.clone(),
            settings: PoolSettings {
                processes,
                initializer: None,
                max_tasks: None,
                task_log: false,
                sink: OutputSink::default(),
            },
            refused: None,
        }
    }

    /// How many workers; as many as there are cores if never called.
    #[must_use]
    pub fn processes(mut self, processes: usize) -> Self {
        self.settings.processes = processes;
        self
    }

    /// Each worker calls `function(arguments…)` before its first task. If that fails, so does the pool.
    #[must_use]
    pub fn initializer<F, Args, Kind>(mut self, function: F, arguments: Args) -> Self
    where
        F: Callable<Args, Kind>,
        Args: Serialize + DeserializeOwned + Send + 'static,
    {
        let made = function_name(&function).and_then(|target| {
            let packed = Message::pack(&arguments).map_err(|source| Error::Encode {
                target: target.to_owned(),
                source,
            })?;
            Ok((target, packed))
        });
        match made {
            Ok(initializer) => self.settings.initializer = Some(initializer),
            Err(error) => self.refused = self.refused.or(Some(error)),
        }
        self
    }

    /// A worker ends after so many tasks and is replaced by a fresh one. (CPython counts chunks; here it is
    /// tasks.)
    #[must_use]
    pub fn maxtasksperchild(mut self, tasks: usize) -> Self {
        self.settings.max_tasks = Some(tasks);
        self
    }

    /// Notes for each task who ran it and when; read with [`Pool::take_task_log`]. It costs two readings of the
    /// clock a task.
    #[must_use]
    pub fn task_log(mut self, keep: bool) -> Self {
        self.settings.task_log = keep;
        self
    }

    /// Hands every line that a worker prints to `handler`, on a thread of ours.
    #[must_use]
    pub fn on_output(mut self, handler: impl Fn(&OutputLine) + Send + Sync + 'static) -> Self {
        self.settings.sink.handler = Some(Arc::new(handler));
        self
    }

    /// Starts the workers.
    ///
    /// # Errors
    ///
    /// A setting that cannot be; [`Error::PoolStart`] when not all workers can be started;
    /// [`Error::Initializer`]. Nothing is left behind then.
    pub fn build(self) -> Result<Pool, Error> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        if self.settings.processes == 0 {
            return Err(Error::Setting("a pool needs at least one worker".into()));
        }
        if self.settings.max_tasks == Some(0) {
            return Err(Error::Setting("maxtasksperchild must be at least 1".into()));
        }
        Pool::start(self.context, self.settings)
    }
}
