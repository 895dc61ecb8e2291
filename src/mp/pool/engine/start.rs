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
                self.add_worker(child, began)?;
            }
            Ok(())
        });
        let started = self.workers.len() + spawned.len();
        for child in &spawned {
            // All at once; each is waited for when it is dropped.
            child.child().send_signal(ChildSignal::Kill);
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
            spawned.push_back(self.spawn_worker()?);
        }
        Ok(())
    }

    pub(super) fn spawn_worker(&self) -> Result<SpawnedChild, Error> {
        let name = self.context.next_name("PoolWorker");
        self.context
            .spawn_child(name, true, self.settings.processes as u32)
    }

    /// Welcomes a started child as an additional worker.
    fn add_worker(&mut self, spawned: SpawnedChild, began: Instant) -> Result<(), Error> {
        let slot = self.workers.len();
        let worker = self.connect_worker(slot, spawned, began)?;
        self.workers.push(worker);
        Ok(())
    }

    pub(super) fn connect_worker(
        &mut self,
        slot: usize,
        spawned: SpawnedChild,
        began: Instant,
    ) -> Result<PoolWorker, Error> {
        let initializer = self.settings.initializer_message()?;
        let child = spawned.child().clone();
        let (worker, bell) = PoolWorker::from_spawned(
            spawned,
            &self.settings.sink,
            self.spin.limit(),
            initializer.is_some(),
            began,
        )?;
        let bell = self.set.add(bell).map_err(|error| {
            child.kill();
            Error::from_system("cannot wait for one more worker", error)
        })?;
        self.bells.insert(bell, slot);
        if let Some(initializer) = initializer {
            // If it is gone already, its wake-up channel is closed, which is noticed.
            worker.send_message(initializer);
        }
        self.history.record_start(&worker);
        Ok(worker)
    }
}
