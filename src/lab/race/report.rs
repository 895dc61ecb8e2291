//! The report of `race`: which workers lost how many additions, and why.

use std::cmp::Reverse;

use crate::{
    lab::compare_backends,
    record::{Backend, Interpreter, Labels, Run, Value},
    report::{DemoPart, SummaryTable, Table, demo_parts, stats},
    text::units::group_thousands,
};

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| vec![build_table(part)])
}

/// The share of the additions that each way of counting lost.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let rows = demo_parts(run).into_iter().flat_map(|part| {
        let counted = collect_counted(&part.run).into_iter();
        counted.map(move |counted| {
            let lost = Value::Share(counted.median_lost() / counted.expected.max(1.0));
            let row = vec![counted.way.describe().into(), lost];
            (part.world_of(counted.way.backend.name()), row)
        })
    });
    let workers = run.params().workers.unwrap_or_default();
    let title = format!("{workers} workers add 1 again and again: lost additions");
    SummaryTable::from_rows(&title, &["counting", "lost"], &["lost"], rows)
}

/// One way of counting, as its figures' labels identify it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RecordedWay {
    backend: Backend,
    shared: bool,
    lock: bool,
    /// The line of code that counts; empty if it is a plain load, add and store.
    form: String,
}

impl RecordedWay {
    fn from_labels(labels: &Labels) -> Option<Self> {
        let label = |key: &str| labels.get(key);
        Some(Self {
            backend: label("backend")?.parse().ok()?,
            shared: label("memory")? == "shared",
            lock: label("lock")? == "yes",
            form: label("form").unwrap_or_default().to_owned(),
        })
    }

    /// Whether the line of code calls a function between the load and the store.
    fn has_call(&self) -> bool {
        self.form.ends_with("()")
    }

    /// `+= one()`: the left side is the same in all of them.
    fn describe(&self) -> &'static str {
        let is_thread = !matches!(self.backend, Backend::Processes | Backend::PythonProcesses);
        match (is_thread, self.shared, self.lock) {
            (true, false, _) => "threads, a counter each",
            (true, true, true) => "threads, with a lock",
            (true, true, false) if self.has_call() => "threads, += one()",
            (true, true, false) => "threads, += 1",
            (false, false, _) => "processes, a counter each",
            (false, true, true) => "processes, shared, with a lock",
            (false, true, false) => "processes, shared counter",
        }
    }

    fn code_value(&self) -> Value {
        match self.form.find("+=") {
            Some(at) => self.form[at..].into(),
            None if self.form.is_empty() => Value::Nothing,
            None => Value::text(&self.form),
        }
    }

    /// `threads`, also for a Python: the title says which one.
    fn workers_value(&self, part: DemoPart) -> Value {
        let name = self.backend.name();
        match part.interpreter() {
            Some(_) => name.strip_prefix("python-").unwrap_or(name).into(),
            None => name.into(),
        }
    }

    /// Only without a lock and in shared memory can additions get lost.
    fn can_lose(&self) -> bool {
        self.shared && !self.lock
    }
}

/// The results of one way.
struct CountedWay {
    way: RecordedWay,
    expected: f64,
    lost: Vec<f64>,
}

impl CountedWay {
    fn median_lost(&self) -> f64 {
        stats::median(&self.lost).unwrap_or_default()
    }

    fn most_lost(&self) -> f64 {
        stats::max(&self.lost).unwrap_or_default()
    }

    fn build_row(&self, part: DemoPart, forms: bool) -> Vec<Value> {
        let median = self.median_lost();
        let range = [stats::min(&self.lost).unwrap_or_default(), self.most_lost()];
        let [least, most] = range.map(|count| group_thousands(&count.to_string()));
        let mut row = vec![
            self.way.workers_value(part),
            if self.way.shared { "shared" } else { "private" }.into(),
            if self.way.lock { "yes" } else { "no" }.into(),
        ];
        row.extend(forms.then(|| self.way.code_value()));
        row.push(Value::Count(self.expected as i64));
        if !forms {
            row.push(Value::Count((self.expected - median) as i64));
        }
        row.extend([
            Value::Count(median as i64),
            format!("{least}–{most}").into(),
        ]);
        row
    }
}

/// All ways that were counted, by backend, with shared memory first.
fn collect_counted(run: &Run) -> Vec<CountedWay> {
    let mut ways: Vec<RecordedWay> = Vec::new();
    for expected in run.observations("expected") {
        if let Some(way) = RecordedWay::from_labels(expected.labels)
            && !ways.contains(&way)
        {
            ways.push(way);
        }
    }
    ways.sort_by_key(|way| (way.backend, Reverse(way.shared), way.lock));
    let series = |name: &str, way: &RecordedWay| -> Vec<f64> {
        let all = run.observations(name).into_iter();
        all.filter(|seen| RecordedWay::from_labels(seen.labels).as_ref() == Some(way))
            .filter_map(|seen| seen.value.number())
            .collect()
    };
    let all = ways.into_iter().filter_map(|way| {
        let expected = series("expected", &way);
        let seen = series("seen", &way);
        let lost = expected.iter().zip(&seen).map(|(all, seen)| all - seen);
        Some(CountedWay {
            lost: lost.collect(),
            expected: *expected.first()?,
            way,
        })
    });
    all.collect()
}

fn build_table(part: DemoPart) -> Table {
    let counted = collect_counted(&part.run);
    let forms = counted.iter().any(|counted| !counted.way.form.is_empty());
    let mut headings = vec!["workers", "counter", "lock"];
    headings.extend(forms.then_some("code"));
    headings.push("expected");
    headings.extend((!forms).then_some("seen (median)"));
    headings.extend(["lost (median)", "lost, min–max"]);
    let workers = part.run.params().workers.unwrap_or_default();
    let title = format!("{workers} workers add 1 again and again: load, add, store");
    let mut table = Table::new(title, &headings);
    for counted in &counted {
        table.add_row(counted.build_row(part, forms));
    }
    match part.interpreter() {
        None => add_native_notes(&counted, &mut table),
        Some(interpreter) => add_python_notes(&counted, interpreter, &mut table),
    }
    table
}

fn add_native_notes(counted: &[CountedWay], table: &mut Table) {
    table.add_note(
        "Without a lock, an addition that falls between another worker's load and store is lost: with \
         threads, and just as well with processes that share the counter.",
    );
    if let Some(text) = describe_under_gil(counted, Backend::GilThreads, "the model of the GIL") {
        table.add_note(text);
    }
    table.add_note(
        "A private counter cannot race; a lock makes load, add and store one step, and slow: those \
         rows count fewer.",
    );
}

fn add_python_notes(counted: &[CountedWay], interpreter: &Interpreter, table: &mut Table) {
    let text = if interpreter.gil {
        describe_under_gil(counted, Backend::PythonThreads, "this GIL")
    } else {
        describe_without_gil(counted)
    };
    if let Some(text) = text {
        table.add_note(text);
    }
    let shared = |counted: &&CountedWay| {
        counted.way.backend == Backend::PythonProcesses && counted.way.can_lose()
    };
    if counted
        .iter()
        .find(shared)
        .is_some_and(|c| c.most_lost() > 0.0)
    {
        table.add_note(
            "No GIL spans two processes: each load and each store of a shared Value takes its lock, the \
             two together do not, so `value.value += 1` loses additions unless it holds `get_lock()`.",
        );
    }
}

/// The two forms of a thread's addition: plain, and with a call.
fn find_forms(
    counted: &[CountedWay],
    backend: Backend,
) -> (Option<&CountedWay>, Option<&CountedWay>) {
    let find = |calls: bool| {
        let mut all = counted.iter();
        all.find(|c| c.way.backend == backend && c.way.can_lose() && c.way.has_call() == calls)
    };
    (find(false), find(true))
}

fn describe_under_gil(counted: &[CountedWay], backend: Backend, gil: &str) -> Option<String> {
    let (plain, with_call) = find_forms(counted, backend);
    let plain = plain?;
    let first = if plain.most_lost() > 0.0 {
        format!(
            "Under {gil} `counter += 1` loses additions: here a thread may have to let go of the GIL between \
             load and store. Later versions have no check point there."
        )
    } else {
        format!(
            "Under {gil} `counter += 1` loses nothing: a thread lets go of the GIL at check points only (a \
             call, a jump back in a loop), and there is none between load and store. That is how the \
             interpreter is built, no promise of the language."
        )
    };
    let Some(with_call) = with_call else {
        return Some(first);
    };
    let second = if with_call.most_lost() > 0.0 {
        "`counter += one()` has one there, the call: another thread adds meanwhile, and that is lost."
    } else {
        "`counter += one()` has one there, the call; that no addition was lost was luck."
    };
    Some(format!("{first} {second}"))
}

fn describe_without_gil(counted: &[CountedWay]) -> Option<String> {
    let (plain, _) = find_forms(counted, Backend::PythonThreads);
    Some(if plain?.most_lost() > 0.0 {
        "With no GIL the threads really run at once: even `counter += 1` loses additions, which no GIL build \
         of today does. Code that relied on the GIL needs a lock here."
            .to_owned()
    } else {
        "With no GIL the threads can run at once; that `counter += 1` lost nothing was luck, or there was \
         one core."
            .to_owned()
    })
}

#[cfg(test)]
mod tests;
