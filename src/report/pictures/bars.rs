//! Bars: one figure of the table that decides, for every item of every world; and the time of each kind of worker.

use crate::{
    record::{Backend, Run, Value, metrics::Metric},
    report::{
        BackendSummary, Column, DemoPart, FigureBar, GIL_MODEL, Picture, PictureShape,
        SummaryTable,
        compared::{is_summarized, worker_kind},
        demo_parts, stats, tables,
    },
    text::units::{BYTES, SECONDS, format_with_unit},
};

/// Fewer bars than these compare nothing.
const LEAST_BARS: usize = 2;

/// The bars of one figure of this table; nothing if too few things have it.
pub fn figure_bars(summary: &SummaryTable, figure: &str) -> Option<Picture> {
    let at = summary
        .figures
        .iter()
        .position(|known| known.name == figure)?;
    let bars = summary.rows.iter().filter_map(|row| {
        let value = row.cells[at].clone();
        value.number().filter(|number| number.is_finite())?;
        Some(FigureBar {
            group: summary.worlds[row.world].clone(),
            name: name_item(&row.item),
            value,
            spread: None,
        })
    });
    let bars: Vec<FigureBar> = bars.collect();
    let title = name_figure(summary, at);
    (bars.len() >= LEAST_BARS).then(|| Picture::new(title, PictureShape::Bars(bars)))
}

/// How long the work took with each kind of worker, and the spread of the rounds; nothing if too few kinds did it.
pub fn time_bars(run: &Run, title: &str) -> Option<Picture> {
    let parts = demo_parts(run).into_iter();
    let bars = parts.flat_map(|part| {
        let backends = part.run.backends().into_iter();
        let mut bars: Vec<FigureBar> = backends
            .filter(|backend| is_summarized(run, *backend))
            .filter_map(|backend| time_bar(part, backend))
            .collect();
        bars.sort_by_key(|bar| bar.group == GIL_MODEL);
        bars
    });
    let bars: Vec<FigureBar> = bars.collect();
    if bars.len() < LEAST_BARS {
        return None;
    }
    let has_spread = bars.iter().any(|bar| bar.spread.is_some());
    let is_noisy = demo_parts(run)
        .iter()
        .any(|part| tables::is_own_noisy(&part.run));
    let notes = [(has_spread, SPREAD_NOTE), (is_noisy, NOISY_NOTE)].into_iter();
    let mut picture = Picture::new(title, PictureShape::Bars(bars));
    picture.notes = notes
        .filter(|(has, _)| *has)
        .map(|(_, note)| note.to_owned())
        .collect();
    Some(picture)
}

/// How to read the figures beside the bars.
const SPREAD_NOTE: &str = "Medians; half of the rounds lie in the range in parentheses.";
/// What is said where other programs used the cores.
const NOISY_NOTE: &str = "Other programs used the cores meanwhile, so the times are too long.";

fn time_bar(part: DemoPart, backend: Backend) -> Option<FigureBar> {
    let times = Metric::Work.values(part.run, backend);
    let at = |share| stats::quantile(&times, share);
    let summary = BackendSummary::from_trials(&part.run, backend);
    Some(FigureBar {
        group: part.world_of(backend.name()),
        name: worker_kind(backend, summary.workers),
        value: Value::Seconds(at(0.5)?),
        spread: at(0.25)
            .zip(at(0.75))
            .filter(|_| times.len() > 1)
            .map(<[f64; 2]>::from),
    })
}

/// The table's title, with the figure's name where the title does not have it, and its unit where it is not beside each bar.
fn name_figure(summary: &SummaryTable, figure: usize) -> String {
    let Column { name, unit, .. } = &summary.figures[figure];
    let title = &summary.title;
    let named = if title.to_lowercase().contains(name.as_str()) {
        title.clone()
    } else {
        format!("{title}: {name}")
    };
    match unit.as_deref() {
        None | Some("s" | "B" | "%") => named,
        Some(unit) => format!("{named} [{unit}]"),
    }
}

fn name_item(item: &Value) -> String {
    match item {
        Value::Text(text) => text.clone(),
        Value::Seconds(seconds) => format_with_unit(SECONDS, *seconds),
        Value::Bytes(bytes) => format_with_unit(BYTES, *bytes as f64),
        other => other.number().map_or_else(String::new, |n| n.to_string()),
    }
}
