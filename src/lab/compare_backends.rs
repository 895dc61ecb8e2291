//! The common part of demos that compare backends.

use std::{io, time::Duration};

use super::{Demo, DemoContext, LabError, trials, worker_group};
use crate::{
    measure,
    record::{Backend, Run, Value},
    report::{self, DemoPart, Table, TableByInterpreter, tables},
    workload::{Calibration, IoPlan, Job, WorkSite, Workload, calibrate_freely},
};

/// The duration of serial work of calibrated size: long enough to measure, short enough for a class.
pub const SERIAL_WORK: Duration = Duration::from_millis(200);

/// Runs one workload under each backend in turn, and records every trial.
///
/// # Errors
/// As [`trials::run_in_turns`].
pub fn compare_backends(
    context: &DemoContext,
    demo: &Demo,
    default: Workload,
) -> Result<(), LabError> {
    let workload = chosen_workload(context, default)?;
    // The site (a server or a folder that the workers use) is kept until the last trial.
    let (job, _site) = prepare_job(context, workload)?;
    let (workers, trials) = (context.workers(demo.spec), context.trials(demo.spec));
    let backends = chosen_backends(context, demo);
    context.resolve_params(|params| {
        params.workers = Some(workers);
        params.trials = Some(trials);
        params.size = Some(job.size);
        params.workload = Some(workload.name().to_owned());
    });
    trials::run_in_turns(context, &backends, trials, |backend, trial| {
        worker_group::run_trial(context, backend, trial, &job, workers)
    })
}

/// A job with the requested size, or with one that takes about [`SERIAL_WORK`] here; and the server or folder
/// that it needs.
pub fn prepare_job(context: &DemoContext, workload: Workload) -> Result<(Job, WorkSite), LabError> {
    let seed = context.params.seed.unwrap_or_default();
    let folder = || context.mp.private_folder().map_err(io::Error::other);
    let site = WorkSite::set_up(workload, seed, folder)
        .map_err(|error| LabError::Worker(error.to_string()))?;
    let io = site.plan();
    let size = match context.params.size {
        Some(size) => size,
        None => calibrate_job(context, workload, io.as_ref())?,
    };
    Ok((
        Job {
            seed,
            io,
            ..Job::new(workload, size)
        },
        site,
    ))
}

fn calibrate_job(
    context: &DemoContext,
    workload: Workload,
    io: Option<&IoPlan>,
) -> Result<u64, LabError> {
    context.report_progress(
        0,
        1,
        format!("finding a size of `{workload}` that fits this machine"),
    );
    let calibration = Calibration {
        target: SERIAL_WORK,
        ..Calibration::default()
    };
    let size = calibrate_freely(workload, io, calibration, core_wait, context.stop.flag());
    context.check_stop()?;
    size.map_err(|error| LabError::Worker(error.to_string()))
}

/// How long this thread has waited for a core so far, as far as the platform tells.
pub fn core_wait() -> Duration {
    measure::run_queue_wait().unwrap_or_default()
}

/// The requested workload, or `default`.
pub fn chosen_workload(context: &DemoContext, default: Workload) -> Result<Workload, LabError> {
    let Some(name) = &context.params.workload else {
        return Ok(default);
    };
    name.parse()
        .map_err(|error: crate::workload::UnknownWorkload| LabError::Setting(error.to_string()))
}

/// The requested native backends, or all of the demo's. Pythons run their own backends.
pub fn chosen_backends(context: &DemoContext, demo: &Demo) -> Vec<Backend> {
    let mut backends = if context.params.backends.is_empty() {
        demo.spec.backends.to_vec()
    } else {
        context.params.backends.clone()
    };
    backends.retain(|backend| !backend.is_python());
    backends
}

/// The workers of each backend's last trial, one table per part. The workers of earlier trials did the same.
pub fn build_worker_tables(run: &Run) -> Vec<Table> {
    let parts = report::demo_parts(run).into_iter();
    parts
        .filter_map(|part| {
            let backends = part.run.backends().into_iter();
            let mut workers: Vec<_> = backends
                .flat_map(|backend| part.run.workers(backend))
                .collect();
            tables::sort_by_name(&mut workers);
            let title = part.table_title("The workers of the last trial");
            (!workers.is_empty())
                .then(|| tables::workers_table(&title, &workers).in_part("workers"))
        })
        .collect()
}

/// The tables of each part: first the native ones, then those of each Python, with its name at the beginning of
/// the title. A part that was skipped has none. A note that is below one table is not repeated below that of
/// another part.
pub fn build_tables_by_part(run: &Run, tables: impl Fn(DemoPart) -> Vec<Table>) -> Vec<Table> {
    let parts = report::demo_parts(run);
    let several = parts.len() > 1;
    let mut said: Vec<String> = Vec::new();
    let of_part = |part: DemoPart| {
        let mut tables = tables(part);
        tables.retain(|table| !several || !table.rows.is_empty());
        for table in &mut tables {
            table.title = part.table_title(&table.title);
            table.notes.retain(|note| !said.contains(note));
        }
        said.extend(tables.iter().flat_map(|table| table.notes.clone()));
        if let (Some(line), Some(first)) = (part.interpreter_line(), tables.first_mut()) {
            first.add_note(line);
        }
        tables
    };
    parts.into_iter().flat_map(of_part).collect()
}

/// The largest number of cores that a table shows individually.
const MOST_CORES: usize = 16;

/// The load of each core, from all programs. `None` if no trial was long enough to sample.
pub fn build_core_load_table(run: &Run) -> Option<Table> {
    let loads: Vec<(DemoPart, Backend, Vec<f32>)> = report::demo_parts(run)
        .into_iter()
        .flat_map(|part| {
            let backends = part.run.backends().into_iter();
            backends.filter_map(move |backend| Some((part, backend, part.run.core_load(backend)?)))
        })
        .collect();
    let cores = loads.iter().map(|(_, _, load)| load.len()).max()?;
    let shown = cores.min(MOST_CORES);
    let mut headings = vec!["backend".to_owned(), "all cores".to_owned()];
    headings.extend((0..shown).map(|core| format!("core {core}")));
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut table = TableByInterpreter::new(run, "How busy the cores were", &headings);
    for (part, backend, load) in &loads {
        let share = |load: &f32| Value::Share(f64::from(*load));
        let mean = load.iter().sum::<f32>() / load.len().max(1) as f32;
        let cells = (0..shown).map(|core| load.get(core).map_or(Value::Nothing, share));
        let row = [backend.name().into(), share(&mean)].into_iter();
        table.add_row(*part, row.chain(cells));
    }
    table.add_note("Of the whole trial, start-up included, and with the work of other programs.");
    Some(table.into_table().in_part("cores"))
}
