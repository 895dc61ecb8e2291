//! Reads other processes' files in `/proc`.

use std::{fs, sync::LazyLock, time::Duration};

use rustix::time::{ClockId, clock_gettime};

use crate::measure::{ProcessState, ThreadState, clock, process_cpu};

/// The unit of processor time in `/proc`: 100 ticks a second on every Linux that a program sees.
const TICK: Duration = Duration::from_millis(10);

/// Whether the kernel lists children (`CONFIG_PROC_CHILDREN`).
static LISTS_CHILDREN: LazyLock<bool> =
    LazyLock::new(|| fs::exists("/proc/thread-self/children").unwrap_or(false));

/// The fields of a `stat` file after the name, which may contain any character.
struct ProcStat<'a> {
    name: &'a str,
    fields: Vec<&'a str>,
}

impl<'a> ProcStat<'a> {
    fn from_text(text: &'a str) -> Option<Self> {
        let (head, rest) = text.rsplit_once(") ")?;
        let (_, name) = head.split_once('(')?;
        let fields = rest.split_ascii_whitespace().collect();
        Some(Self { name, fields })
    }

    /// A field by its number in `proc(5)`: the first after the name is 3.
    fn parse_field<T: std::str::FromStr>(&self, number: usize) -> Option<T> {
        self.fields.get(number - 3)?.parse().ok()
    }

    fn is_runnable(&self) -> bool {
        self.fields.first() == Some(&"R")
    }

    fn cpu_time(&self) -> Option<Duration> {
        self.parse_ticks(14)
    }

    /// The processor time of its children that have ended and were waited for.
    fn ended_children_cpu(&self) -> Option<Duration> {
        self.parse_ticks(16)
    }

    /// Two fields in ticks, added up: the time in the program, and that in the system for it.
    fn parse_ticks(&self, first: usize) -> Option<Duration> {
        let ticks = self
            .parse_field::<u32>(first)?
            .checked_add(self.parse_field(first + 1)?)?;
        TICK.checked_mul(ticks)
    }
}

/// Converts a start time, which `stat` counts in ticks since the boot, to the clock of all processes. A tick is cut off,
/// not rounded: its end is the first moment at which the process certainly ran.
fn start_time_ns(ticks: u64) -> u64 {
    let since_boot = clock_gettime(ClockId::Boottime);
    let since_boot =
        Duration::new(since_boot.tv_sec as u64, since_boot.tv_nsec as u32).as_nanos() as u64;
    // Only the clock of the boot goes on while the machine is suspended.
    let suspended_ns = since_boot.saturating_sub(clock::now_ns());
    let tick_ns = TICK.as_nanos() as u64;
    (ticks.saturating_add(1).saturating_mul(tick_ns)).saturating_sub(suspended_ns)
}

/// Reads one process.
pub fn read_process(pid: u32) -> Option<ProcessState> {
    let text = read_lossy(format!("/proc/{pid}/stat"))?;
    let mut state = parse_process(pid, &text)?;
    // `stat` counts in hundredths of a second; the process's clock is exact.
    state.cpu = process_cpu(pid).or(state.cpu);
    Some(state)
}

fn parse_process(pid: u32, text: &str) -> Option<ProcessState> {
    let stat = ProcStat::from_text(text)?;
    let threads = stat.parse_field(20)?;
    // The first thread may end before the others.
    let has_ended = matches!(stat.fields.first(), Some(&("Z" | "X"))) && threads <= 1;
    Some(ProcessState {
        pid,
        parent: stat.parse_field(4)?,
        group: stat.parse_field(5),
        session: stat.parse_field(6),
        name: stat.name.to_owned(),
        has_ended,
        exitcode: stat
            .parse_field(52)
            .filter(|_| has_ended)
            .map(exitcode_from_status),
        cpu: stat.cpu_time(),
        core: stat.parse_field(39),
        is_runnable: stat.is_runnable(),
        is_stopped: matches!(stat.fields.first(), Some(&("T" | "t"))),
        threads,
        began: stat.parse_field(22)?,
        started_ns: stat.parse_field(22).map(start_time_ns),
    })
}

/// Converts a wait status to Python's exit code.
fn exitcode_from_status(status: i32) -> i32 {
    match status & 0x7f {
        0 => (status >> 8) & 0xff,
        signal => -signal,
    }
}

/// Processor time of all that descend from a process, with their children that have ended. Its own time and that of its
/// children that have ended are left out.
pub fn descendants_cpu(pid: u32) -> Duration {
    let mut cpu = Duration::ZERO;
    let mut found = child_pids(pid, u32::MAX);
    while let Some(pid) = found.pop() {
        let text = read_lossy(format!("/proc/{pid}/stat")).unwrap_or_default();
        let Some(stat) = ProcStat::from_text(&text) else {
            continue;
        };
        let own = process_cpu(pid).or_else(|| stat.cpu_time());
        cpu += own.unwrap_or_default() + stat.ended_children_cpu().unwrap_or_default();
        found.extend(child_pids(pid, stat.parse_field(20).unwrap_or(1)));
    }
    cpu
}

/// The children of a process.
pub fn child_pids(pid: u32, threads: u32) -> Vec<u32> {
    if !*LISTS_CHILDREN {
        return all_pids()
            .filter(|&other| {
                let text = read_lossy(format!("/proc/{other}/stat")).unwrap_or_default();
                ProcStat::from_text(&text).and_then(|stat| stat.parse_field(4)) == Some(pid)
            })
            .collect();
    }
    if threads <= 1 {
        return children_of_thread(pid, pid);
    }
    let threads = numeric_entries(&format!("/proc/{pid}/task"));
    threads
        .flat_map(|tid| children_of_thread(pid, tid))
        .collect()
}

fn children_of_thread(pid: u32, tid: u32) -> Vec<u32> {
    let list = read_lossy(format!("/proc/{pid}/task/{tid}/children")).unwrap_or_default();
    list.split_ascii_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect()
}

/// The threads of a process.
pub fn thread_states(pid: u32) -> Vec<ThreadState> {
    numeric_entries(&format!("/proc/{pid}/task"))
        .filter_map(|tid| read_thread(pid, tid))
        .collect()
}

fn read_thread(pid: u32, tid: u32) -> Option<ThreadState> {
    let text = read_lossy(format!("/proc/{pid}/task/{tid}/stat"))?;
    let stat = ProcStat::from_text(&text)?;
    let exact = read_lossy(format!("/proc/{pid}/task/{tid}/schedstat"));
    let exact = exact.unwrap_or_default();
    let ran = exact.split(' ').next().and_then(|ran| ran.parse().ok());
    Some(ThreadState {
        tid,
        name: stat.name.to_owned(),
        cpu: ran.map(Duration::from_nanos).or_else(|| stat.cpu_time()),
        run_queue: super::parse_schedstat(&exact),
        core: stat.parse_field(39),
        is_runnable: stat.is_runnable(),
    })
}

/// The command line of a process.
pub fn command_line(pid: u32) -> Vec<String> {
    let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words = String::from_utf8_lossy(&words);
    words.split_terminator('\0').map(str::to_owned).collect()
}

/// The processes with this variable in their environment.
pub fn pids_with_environment(name: &str, value: &str) -> Vec<u32> {
    all_pids()
        .filter(|&pid| has_environment(pid, name, value))
        .collect()
}

/// Whether a process has this variable in its environment.
pub fn has_environment(pid: u32, name: &str, value: &str) -> bool {
    let wanted = format!("{name}={value}");
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environment
        .split(|byte| *byte == 0)
        .any(|one| one == wanted.as_bytes())
}

fn all_pids() -> impl Iterator<Item = u32> {
    numeric_entries("/proc")
}

/// The entries of a folder whose names are numbers.
fn numeric_entries(folder: &str) -> impl Iterator<Item = u32> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn read_lossy(path: String) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let text = "7 (a) b (c) S 1 7 7 0 -1 0 0 0 0 0 12 30 0 0 20 0 3 0 4711 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 \
            0 0 0 0 0 0 0 0 0 0 0 512";
        let state = parse_process(7, text).unwrap();
        assert_eq!(state.name, "a) b (c");
        assert_eq!((state.parent, state.group), (1, Some(7)));
        assert_eq!(state.cpu, Some(Duration::from_millis(420)));
        assert_eq!((state.threads, state.began, state.core), (3, 4711, Some(1)));
        assert_eq!(state.exitcode, None, "it lives");
        let ended = text.replace(") S", ") Z").replace("20 0 3 0", "20 0 1 0");
        assert_eq!(parse_process(7, &ended).unwrap().exitcode, Some(2));
        assert_eq!(parse_process(7, "7 (sh"), None);
    }

    #[test]
    fn a_status_is_an_exit_code() {
        assert_eq!([0, 256, 9, 139].map(exitcode_from_status), [0, 1, -9, -11]);
    }
}
