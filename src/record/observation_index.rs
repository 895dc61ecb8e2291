//! Finds the observations of a name and a label without a look at every event.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use super::{Event, EventKind};

/// Chains of the observations that share a run and a name, or these and a label. Each begins at its last event.
///
/// Chains are found by a hash alone, so a chain may hold others too: whoever follows it compares.
#[derive(Debug, Clone, Default)]
pub(super) struct ObservationIndex {
    hasher: RandomState,
    chains: HashMap<u64, ObservationChain>,
    links: Vec<ChainLink>,
}

#[derive(Debug, Clone, Copy)]
struct ObservationChain {
    /// The place of its last link.
    last: u32,
    length: u32,
}

#[derive(Debug, Clone, Copy)]
struct ChainLink {
    event: u32,
    /// The place of the link before it; the first link names itself.
    before: u32,
}

impl ObservationIndex {
    /// The index of these events.
    pub(super) fn of_events(events: &[Event]) -> Self {
        let mut index = Self::default();
        for (at, event) in (0..).zip(events) {
            let EventKind::Observed { name, labels, .. } = &event.what else {
                continue;
            };
            index.add_link((event.run, name.as_str(), None), at);
            for label in labels.iter() {
                index.add_link((event.run, name.as_str(), Some(label)), at);
            }
        }
        index
    }

    fn add_link(&mut self, key: ChainKey<'_>, event: u32) {
        let place = self.links.len() as u32;
        let first = ObservationChain {
            last: place,
            length: 0,
        };
        let chain = self
            .chains
            .entry(self.hasher.hash_one(key))
            .or_insert(first);
        self.links.push(ChainLink {
            event,
            before: chain.last,
        });
        chain.last = place;
        chain.length += 1;
    }

    /// The places of the events that may be observations of this name with these labels, the last one first: a few
    /// others may be among them.
    pub(super) fn find_backwards(
        &self,
        run: u32,
        name: &str,
        labels: &[(&str, &str)],
    ) -> impl Iterator<Item = usize> {
        let find = |label| {
            let hash = self.hasher.hash_one((run, name, label));
            self.chains.get(&hash).copied()
        };
        // Without a chain for one of the labels, no observation carries them all.
        let all: Option<Vec<ObservationChain>> =
            labels.iter().map(|label| find(Some(*label))).collect();
        let shortest = all.and_then(|all| {
            let shortest = all.into_iter().min_by_key(|chain| chain.length);
            shortest.or_else(|| find(None))
        });
        let mut next = shortest.map(|chain| chain.last as usize);
        std::iter::from_fn(move || {
            let place = next?;
            let link = self.links[place];
            let before = link.before as usize;
            next = (before < place).then_some(before);
            Some(link.event as usize)
        })
    }
}

/// The run, the name, and perhaps a label.
type ChainKey<'a> = (u32, &'a str, Option<(&'a str, &'a str)>);
