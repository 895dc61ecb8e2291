//! The report of `worlds`: one row per backend and interpreter.

use crate::{
    lab::crash,
    record::{
        Backend, Run, Value,
        metrics::{self, Metric, WorkOverlap},
    },
    report::{
        self, DemoPart, GIL_MODEL, SummaryTable, TOO_NOISY, Table, demo_parts, stats, tables,
    },
};

/// All ways of running several workers, in the order of the rows.
const BACKENDS: [Backend; 6] = [
    Backend::Threads,
    Backend::GilThreads,
    Backend::Processes,
    Backend::PythonThreads,
    Backend::PythonProcesses,
    Backend::PythonInterpreters,
];

/// Two workers that used this many cores ran at the same time.
const AT_ONCE: f64 = 1.5;
/// The mark for figures that were not measured for these workers themselves.
const AS_THREADS: &str = "*";

/// The same rows; what each column means is in the table's notes.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let figures = [
        "lock",
        "memory",
        tables::CAN_RUN,
        "speed-up",
        "lost",
        "crash",
        "PIDs",
        "cores used",
    ];
    let tables = build_report(run).into_iter();
    let worlds: Vec<(String, Table)> = tables.map(|table| (String::new(), table)).collect();
    let title = worlds
        .first()
        .map_or_else(String::new, |(_, table)| table.title.clone());
    SummaryTable::merge_worlds(&title, worlds, &figures)
}

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    let mut table = Table::new(
        "Locks and memory: every world on one screen",
        &[
            "world",
            "lock",
            "memory",
            "PIDs",
            tables::CAN_RUN,
            "cores used",
            "speed-up [×]",
            "lost",
            "crash",
        ],
    );
    let Some(parallel) = run.find_nested("parallel") else {
        return vec![table];
    };
    let races = nested_parts(run, "race");
    let crashes = nested_parts(run, "crash");
    for part in demo_parts(&parallel) {
        let world = |backend| WorldRow {
            backend,
            computed: part,
            counted: find_same_interpreter(&races, part),
            crashed: find_same_interpreter(&crashes, part),
        };
        let worlds = BACKENDS.into_iter().map(world);
        for world in worlds.filter(WorldRow::has_run) {
            table.add_row(world.build_row());
        }
    }
    add_notes(&parallel, &mut table);
    vec![tables::without_silent(table)]
}

fn add_notes(parallel: &Run, table: &mut Table) {
    table.add_note(
        "Threads that share a GIL share one core. Workers with a lock each, or with none, run at the same time. \
         Workers that share memory can lose additions and crash together; workers that do not must send \
         messages.",
    );
    table.add_note(
        "Lost: the most that a counter without a lock lost in a round, where threads share it; processes have one \
         each. Crash: does the program live on after a worker's segmentation fault?",
    );
    let noisy = Value::text(TOO_NOISY);
    if table.rows.iter().any(|row| row.contains(&noisy)) {
        table.add_note(
            "Too noisy: other programs used the cores, so this run does not show how many these workers can use.",
        );
    }
    if table
        .rows
        .iter()
        .any(|row| row.last().is_some_and(is_copied))
    {
        table.add_note(format!(
            "{AS_THREADS} Not tried: these workers live in one process, so a crash takes it down as it did with plain \
             threads."
        ));
    }
    for line in report::interpreter_lines(parallel) {
        table.add_note(line);
    }
}

/// Whether a crash's cell has the figure of plain threads.
fn is_copied(cell: &Value) -> bool {
    matches!(cell, Value::Text(text) if text.ends_with(AS_THREADS))
}

fn nested_parts<'a>(run: &Run<'a>, demo: &str) -> Vec<DemoPart<'a>> {
    run.find_nested(demo)
        .map_or_else(Vec::new, |nested| demo_parts(&nested))
}

/// The part that the same interpreter ran.
fn find_same_interpreter<'a>(all: &[DemoPart<'a>], part: DemoPart) -> Option<DemoPart<'a>> {
    let mut all = all.iter().copied();
    all.find(|other| other.interpreter() == part.interpreter())
}

/// One backend with one interpreter, and where its figures are.
struct WorldRow<'a> {
    backend: Backend,
    computed: DemoPart<'a>,
    counted: Option<DemoPart<'a>>,
    crashed: Option<DemoPart<'a>>,
}

impl WorldRow<'_> {
    /// Whether it ran, or was requested and could not run.
    fn has_run(&self) -> bool {
        self.computed.run.backends().contains(&self.backend) || self.skip_reason().is_some()
    }

    fn skip_reason(&self) -> Option<String> {
        let skipped = self.computed.run.skipped_backends().into_iter();
        let mut why = skipped.filter(|(backend, _)| *backend == self.backend);
        let (_, why) = why.next()?;
        let never_ran = self.computed.run.trials(self.backend).is_empty();
        never_ran.then(|| why.to_owned())
    }

    fn build_row(&self) -> Vec<Value> {
        let mut row = vec![self.name()];
        if let Some(why) = self.skip_reason() {
            row.extend((0..8).map(|_| Value::missing(&why)));
            return row;
        }
        row.extend([
            self.lock().into(),
            self.memory().into(),
            self.pids(),
            self.can_run(),
            self.gained(Metric::CoresUsed, "no processor time was reported"),
            self.gained(Metric::Speedup, "the serial row is missing"),
            self.most_lost(),
            self.crash_outcome(),
        ]);
        row
    }

    /// Whether these workers can compute at the same time. Where other programs had the cores, those that were
    /// ready at once can.
    fn can_run(&self) -> Value {
        match metrics::work_overlap(self.computed.run, self.backend) {
            Ok(WorkOverlap::ReadyAtOnce) => WorkOverlap::AtOnce.name().into(),
            Ok(overlap) => overlap.name().into(),
            Err(why) => Value::missing(why),
        }
    }

    /// How many cores these workers used, or how much faster they were. Where other programs had the cores, only workers
    /// that got several of them all the same show something: those that take turns can't be faster than one.
    fn gained(&self, metric: Metric, missing: &str) -> Value {
        let run = self.computed.run;
        let by_turns = metrics::work_overlap(run, self.backend) == Ok(WorkOverlap::ByTurns);
        match stats::median(&metric.values(run, self.backend)) {
            Some(_) if run.machine().cores_usable < 2 => {
                Value::missing("with one usable core, nothing can run in parallel")
            }
            Some(figure) if (by_turns || figure < AT_ONCE) && !self.had_free_cores() => {
                Value::text(TOO_NOISY)
            }
            Some(figure) => Value::Ratio(figure),
            None => Value::missing(missing),
        }
    }

    /// Whether the processes of the same interpreter got their cores; otherwise the probes decide.
    fn had_free_cores(&self) -> bool {
        let run = self.computed.run;
        let processes = match self.computed.interpreter() {
            Some(_) => Backend::PythonProcesses,
            None => Backend::Processes,
        };
        match stats::median(&Metric::CoresUsed.values(run, processes)) {
            Some(used) => used >= AT_ONCE,
            None => !tables::is_own_noisy(&run),
        }
    }

    /// `3.13t threads`: the interpreter's short name, and the kind of worker.
    fn name(&self) -> Value {
        let name = self.backend.name();
        let worked = name.strip_prefix("python-").unwrap_or(name);
        match (self.computed.interpreter(), self.backend) {
            (Some(python), _) => format!("{} {worked}", python.name).into(),
            (None, Backend::GilThreads) => GIL_MODEL.into(),
            (None, _) => format!("Rust {worked}").into(),
        }
    }

    fn lock(&self) -> &'static str {
        let gil = self.computed.interpreter().is_some_and(|python| python.gil);
        match self.backend {
            Backend::GilThreads => "a GIL",
            Backend::PythonThreads if gil => "a GIL",
            Backend::PythonProcesses | Backend::PythonInterpreters if gil => "a GIL each",
            backend if backend.is_python() => "no GIL",
            _ => "none",
        }
    }

    fn memory(&self) -> &'static str {
        match self.backend {
            Backend::Threads | Backend::GilThreads | Backend::PythonThreads => "shared",
            _ => "private",
        }
    }

    fn pids(&self) -> Value {
        let pids = metrics::count_pids(self.computed.run, self.backend);
        pids.map_or_else(|| Value::missing("no worker was seen"), Value::count)
    }

    /// The most updates that were lost in the memory that these workers have by default.
    fn most_lost(&self) -> Value {
        if self.backend == Backend::PythonInterpreters {
            return Value::missing("subinterpreters have no counter that all could add to");
        }
        let most = self.counted.and_then(|part| {
            let labels = [
                ("backend", self.backend.name()),
                ("memory", self.memory()),
                ("lock", "no"),
            ];
            let expected = part.run.number_series("expected", &labels);
            let seen = part.run.number_series("seen", &labels);
            let shares = expected.iter().zip(&seen);
            let shares: Vec<f64> = shares.map(|(all, seen)| (all - seen) / all).collect();
            stats::max(&shares)
        });
        most.map_or_else(|| Value::missing("`race` gave no figure"), Value::Share)
    }

    fn crash_outcome(&self) -> Value {
        let place = match self.backend {
            Backend::Processes | Backend::PythonProcesses => "process",
            // A crash in a subinterpreter is a crash in a thread of its process.
            _ => "thread",
        };
        let survived = self
            .crashed
            .and_then(|part| crash::program_survived(&part.run, place));
        let word = match survived {
            Some(Value::Flag(true)) => Some("lives"),
            Some(Value::Flag(false)) => Some("dies"),
            _ => None,
        };
        let copied = [Backend::GilThreads, Backend::PythonInterpreters].contains(&self.backend);
        match word {
            Some(word) if copied => format!("{word}{AS_THREADS}").into(),
            Some(word) => word.into(),
            None => Value::missing("`crash` gave no figure"),
        }
    }
}

#[cfg(test)]
mod tests;
