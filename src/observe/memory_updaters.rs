//! Which processes change the same shared memory without a lock.
//!
//! The hooks look at the first updates of a process only. When another process begins to change the same memory later,
//! the earlier one is asked with the signal for samples, and looks again: so it is known whether both change it at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
};

/// The processes for each place in memory, and those that are to look again.
#[derive(Default)]
pub struct MemoryUpdaters {
    by_place: BTreeMap<String, Vec<u32>>,
    /// Each earlier process, with each later one for which it has been asked.
    pairs: BTreeSet<(u32, u32)>,
    asked: BTreeSet<u32>,
}

impl MemoryUpdaters {
    /// Adds an update of a place. The process that was the last to begin before this one is then asked, once.
    pub fn add_update(&mut self, place: &str, pid: u32) {
        let pids = self.by_place.entry(place.to_owned()).or_default();
        if pids.contains(&pid) {
            return;
        }
        if let Some(&earlier) = pids.last()
            && self.pairs.insert((earlier, pid))
        {
            self.asked.insert(earlier);
        }
        pids.push(pid);
    }

    /// Takes the processes to ask.
    pub fn take_asked(&mut self) -> BTreeSet<u32> {
        mem::take(&mut self.asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_process_is_asked_once_for_each_later_one() {
        let mut updaters = MemoryUpdaters::default();
        updaters.add_update("/a 0", 1);
        updaters.add_update("/a 0", 1);
        assert!(updaters.take_asked().is_empty());
        for place in ["/a 0", "/a 1", "/a 0"] {
            updaters.add_update(place, 1);
            updaters.add_update(place, 2);
        }
        assert_eq!(updaters.take_asked(), BTreeSet::from([1]));
        updaters.add_update("/a 0", 1);
        updaters.add_update("/a 1", 2);
        assert!(updaters.take_asked().is_empty());
        updaters.add_update("/a 0", 3);
        assert_eq!(updaters.take_asked(), BTreeSet::from([2]));
    }
}
