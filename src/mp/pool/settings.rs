//! What a pool was asked to be.

use super::wire::ToWorker;
use crate::{Error, message::Message, output::OutputSink};

pub(crate) struct PoolSettings {
    pub(crate) processes: usize,
    pub(crate) initializer: Option<(&'static str, Message)>,
    pub(crate) max_tasks: Option<usize>,
    pub(crate) task_log: bool,
    pub(crate) sink: OutputSink,
}

impl PoolSettings {
    /// How many more tasks a worker may be sent.
    pub(crate) fn remaining_tasks(&self, sent: usize) -> usize {
        self.max_tasks
            .map_or(usize::MAX, |most| most.saturating_sub(sent))
    }

    pub(crate) fn initializer_name(&self) -> &'static str {
        self.initializer.as_ref().map_or("", |(name, _)| name)
    }

    /// The first message to each new worker.
    pub(crate) fn initializer_message(&self) -> Result<Option<ToWorker>, Error> {
        let Some((target, arguments)) = &self.initializer else {
            return Ok(None);
        };
        let arguments = arguments.duplicate().ok_or_else(|| {
            Error::Setting(
                "an initializer's arguments go to every worker, so they cannot hold a receiving end"
                    .into(),
            )
        })?;
        Ok(Some(ToWorker::Initialize {
            target: (*target).to_owned(),
            arguments,
        }))
    }
}
