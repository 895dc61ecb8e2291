//! Starting workers: first all programs, then all handshakes, so that the programs load side by side.

use std::{collections::VecDeque, time::Instant};

use super::{super::worker::PoolWorker, ChildSignal, Error, PoolEngine, SpawnedChild};

impl PoolEngine {
    pub(super) fn start_workers(&mut self) -> Result<(), Error> {
        let wanted = self.settings.processes;
        let began = Instant::now();
        let mut spawned = VecDeque::with_capacity(wanted);
        let outcome = self.spawn_all(&mut spawned, wanted).and_then(|()| {
            while let Some(child) = spawned.pop_front() {
                self.welcome(child, began)?;
            }
            Ok(())
        });
        let started = self.workers.len() + spawned.len();
        for child in &spawned {
            // All at once; each is waited for when it is dropped.
            child.child().signal(ChildSignal::Kill);
        }
        drop(spawned);
        outcome.map_err(|source| match source {
            Error::Stopped => Error::Stopped,
            source => Error::PoolStart {
                started,
                wanted,
                source: Box::new(source),
            },
        })
    }

    fn spawn_all(&self, spawned: &mut VecDeque<SpawnedChild>, wanted: usize) -> Result<(), Error> {
        for _ in 0..wanted {
            spawned.push_back(self.spawn()?);
        }
        Ok(())
    }

    pub(super) fn spawn(&self) -> Result<SpawnedChild, Error> {
        let name = self.context.next_name("PoolWorker");
        self.context
            .spawn(name, true, self.settings.processes as u32)
    }

    /// Welcomes a started child as an additional worker.
    fn welcome(&mut self, spawned: SpawnedChild, began: Instant) -> Result<(), Error> {
        let slot = self.workers.len();
        let worker = self.welcome_as(slot, spawned, began)?;
        self.workers.push(worker);
        Ok(())
    }

    pub(super) fn welcome_as(
        &mut self,
        slot: usize,
        spawned: SpawnedChild,
        began: Instant,
    ) -> Result<PoolWorker, Error> {
        let initializer = self.settings.initializer()?;
        let child = spawned.child().clone();
        let (worker, bell) = PoolWorker::welcome(
            spawned,
            &self.settings.sink,
            self.spin,
            initializer.is_some(),
            began,
        )?;
        let bell = self.set.add(bell).map_err(|error| {
            child.kill();
            Error::system("cannot wait for one more worker", error)
        })?;
        self.bells.insert(bell, slot);
        if let Some(initializer) = initializer {
            // If it is gone already, its bell tells.
            worker.send(initializer);
        }
        self.history.started(&worker);
        Ok(worker)
    }
}
