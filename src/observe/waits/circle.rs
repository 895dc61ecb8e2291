//! Finds threads that wait for one another in a circle.

use super::{ProgramWaits, SampledThread};

/// Threads of which each waits for the next, and the last for the first.
#[derive(Debug)]
pub struct WaitCircle<'w, 'a> {
    pub threads: Vec<&'w SampledThread<'a>>,
}

/// Waits that end when the workers of a pool have done their tasks.
const ON_POOLS: &[&str] = &["result.get", "result.next", "Pool.join"];

impl<'a> ProgramWaits<'a> {
    /// A circle, if there is one. At least one wait in it is for a lock.
    pub fn find_circle(&self) -> Option<WaitCircle<'_, 'a>> {
        let edges: Vec<Vec<usize>> = self.threads.iter().map(|one| self.awaited(one)).collect();
        for start in 0..self.threads.len() {
            let mut path = vec![start];
            let mut seen = vec![false; self.threads.len()];
            if walk_back_to(start, &edges, &mut path, &mut seen)
                && path.iter().any(|&at| is_lock(&self.threads[at]))
            {
                let threads = path.into_iter().map(|at| &self.threads[at]).collect();
                return Some(WaitCircle { threads });
            }
        }
        None
    }

    /// The threads without which this one's wait never ends.
    fn awaited(&self, thread: &SampledThread<'_>) -> Vec<usize> {
        if !thread.waits_for_program() {
            return Vec::new();
        }
        let find = |pid: u32, tid: Option<u32>| {
            let mut threads = self.threads.iter();
            threads.position(|other| other.pid == pid && other.sample.tid == tid)
        };
        let found = match thread.wait().unwrap_or_default() {
            "Lock" | "RLock" => {
                let object = thread.sample.object.as_deref().unwrap_or_default();
                let holder = self.holder_of(object);
                holder.and_then(|(pid, tid)| find(pid, Some(tid?)))
            }
            "Process.join" => thread
                .state_number("pid")
                .and_then(|pid| find(pid, Some(pid))),
            "Thread.join" => find(thread.pid, thread.state_number("tid")),
            on if ON_POOLS.contains(&on) => return self.busy_workers(thread.pid),
            _ => None,
        };
        found.into_iter().collect()
    }

    /// Whether a worker of this process's pools is in the middle of a task.
    pub fn is_any_busy(&self, parent: u32) -> bool {
        !self.busy_workers(parent).is_empty()
    }

    /// The threads of a process's pool workers that are in the middle of a task.
    fn busy_workers(&self, parent: u32) -> Vec<usize> {
        let is_worker = |pid: u32| {
            let mut starts = self.starts.iter();
            starts.any(|(by, child, role)| (*by, *child, *role) == (parent, pid, "pool"))
        };
        let all = self.threads.iter().enumerate();
        let busy = all.filter(|(_, other)| other.wait() != Some("tasks") && is_worker(other.pid));
        busy.map(|(at, _)| at).collect()
    }
}

fn walk_back_to(
    start: usize,
    edges: &[Vec<usize>],
    path: &mut Vec<usize>,
    seen: &mut [bool],
) -> bool {
    let Some(&at) = path.last() else {
        return false;
    };
    for &next in &edges[at] {
        if next == start {
            return true;
        }
        if std::mem::replace(&mut seen[next], true) {
            continue;
        }
        path.push(next);
        if walk_back_to(start, edges, path, seen) {
            return true;
        }
        path.pop();
    }
    false
}

pub(super) fn is_lock(thread: &SampledThread<'_>) -> bool {
    matches!(thread.wait(), Some("Lock" | "RLock"))
}

impl WaitCircle<'_, '_> {
    /// Whether one thread waits for a lock that it holds itself.
    pub fn is_single(&self) -> bool {
        self.threads.len() == 1
    }

    /// `Process-1 holds `a` and waits for lock `b` (my.py line 9)`, and so on round the circle.
    pub fn describe(
        &self,
        waits: &ProgramWaits<'_>,
        name_of: impl Fn(&SampledThread<'_>) -> String,
    ) -> String {
        let count = self.threads.len();
        let parts = self.threads.iter().enumerate().map(|(at, thread)| {
            let before = self.threads[(at + count - 1) % count];
            let held = before.sample.object.as_deref().filter(|_| is_lock(before));
            let held = held.and_then(|object| waits.object_name(object));
            let held = held.map_or(String::new(), |name| format!("holds {name} and "));
            let what = waits.describe_wait(thread).unwrap_or_default();
            // `holds `a` and waits for `b``: that it is a lock, the first word tells.
            let what = what.strip_prefix("lock ").unwrap_or(&what);
            let place = thread
                .place()
                .map_or(String::new(), |at| format!(" ({at})"));
            format!("{} {held}waits for {what}{place}", name_of(thread))
        });
        parts.collect::<Vec<String>>().join("; ")
    }
}
