//! Builds pictures from recordings: pure functions, as those that build tables.

mod bars;
mod calls;
mod holders;
mod spreads;
mod stages;
mod timeline;

pub use bars::figure_bars;
pub use calls::call_timelines;
pub use holders::lock_timeline;
pub use spreads::{count_bars, value_spreads};
pub use stages::{STAGES, stage_timeline};
pub use timeline::worker_timelines;

use super::{Picture, SummaryTable};
use crate::record::Run;

/// The bars of one figure, then what each worker did.
pub fn bars_and_timelines(run: &Run, summary: &SummaryTable, figure: &str) -> Vec<Picture> {
    let bars = figure_bars(summary, figure).into_iter();
    bars.chain(worker_timelines(run)).collect()
}
