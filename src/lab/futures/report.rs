//! The report of `futures`: the first result, the work, and the order of results, for each kind of workers.

use crate::{
    lab::{compare_backends, figure_column::median_value},
    record::{Backend, Run, Value},
    report::{
        SummaryTable, Table,
        tables::{self, OwnFigure},
    },
};

const TITLE: &str = "The same tasks by executors of each kind (medians)";

const FIRST_RESULT: &str = "first result";
const COMPLETED: &str = "as_completed gave";

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    let mut compared = tables::backend_table(run);
    compared.add_note(
        "`serial` has no executor. The start-up ends when every worker has done a task; the first result comes earlier.",
    );
    let orders = compare_backends::build_tables_by_part(run, |part| vec![build_orders(&part.run)]);
    let orders = orders.into_iter().map(|table| table.in_part("order"));
    std::iter::once(compared)
        .chain(orders)
        .chain(compare_backends::build_worker_tables(run))
        .collect()
}

/// Time, speed-up and overlap of each kind of workers, with its first result and the order of completion.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let figures = ["time", "they ran", FIRST_RESULT, COMPLETED];
    let own: [OwnFigure; 2] = [(FIRST_RESULT, first_result), (COMPLETED, completed_order)];
    tables::summarize_backends(run, TITLE, &figures, &own, |_| true).with_note(
        "The time is that of the computing. Then there were three waits, the first of them the longest: `map` gives 1 2 3, \
         `as_completed` gives first what is done first.",
    )
}

fn build_orders(run: &Run) -> Table {
    let headings = [
        "executor",
        "map gave",
        "the first after [s]",
        "as_completed gave",
        "the first of these after [s]",
    ];
    let mut table = Table::new("Three waits: 150 ms, 10 ms, 10 ms", &headings);
    for backend in run.backends() {
        let Value::Text(map_order) = order(run, "map_order", backend) else {
            continue;
        };
        table.add_row([
            Value::text(backend.name()),
            Value::text(map_order),
            first_after(run, backend, "map"),
            completed_order(run, backend),
            first_after(run, backend, "as_completed"),
        ]);
    }
    table
}

fn completed_order(run: &Run, backend: Backend) -> Value {
    order(run, "completed_order", backend)
}

/// The order of the last trial.
fn order(run: &Run, name: &str, backend: Backend) -> Value {
    run.last_cell(name, &[("backend", backend.name())])
}

fn first_after(run: &Run, backend: Backend, call: &str) -> Value {
    let labels = [("backend", backend.name()), ("call", call)];
    median_value(run, "first_after", &labels, Value::Seconds)
}

fn first_result(run: &Run, backend: Backend) -> Value {
    let labels = [("backend", backend.name())];
    median_value(run, "first_result", &labels, Value::Seconds)
}

#[cfg(test)]
mod tests;
