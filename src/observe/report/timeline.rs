//! The lifetimes: a bar of characters for each process and thread, and the same in words.

use super::{
    MOST_ROWS, note_left_out,
    participants::{Participant, Participants},
    summary::format_seconds,
};
use crate::{record::Value, report::Table};

/// The width of a bar: with a name beside it, it fits a screen of 50 columns.
const WIDTH: usize = 24;
/// The process ran and worked more than half of the time.
const WORKED: char = '█';
/// The process ran and mostly waited.
const WAITED: char = '░';
/// The process did not run.
const ABSENT: char = '·';
/// The explanation of the bars.
const LEGEND: &str = "█ lived and mostly worked, ░ lived and mostly waited, · was not there.";

/// One row for each process, and for each thread that the program started.
pub(super) fn build_timeline_table(participants: &Participants) -> Table {
    let mut table = Table::new("Who lived when", &["who", "life", "in words"]);
    table.columns[1].picture = Some(LEGEND);
    let all: Vec<&Participant> = participants
        .processes
        .iter()
        .chain(&participants.threads)
        .collect();
    for part in all.iter().take(MOST_ROWS) {
        table.add_row([
            Value::text(&part.worker.name),
            Value::text(draw_bar(participants, part)),
            Value::text(describe_lifetime(participants, part)),
        ]);
    }
    table.add_note(format!(
        "From the start to {}.",
        format_seconds(participants.whole_s)
    ));
    note_left_out(&mut table, all.len(), "processes and threads");
    table
}

/// Draws the state in each stretch of time.
fn draw_bar(participants: &Participants, part: &Participant) -> String {
    let whole = participants.whole_s.max(f64::MIN_POSITIVE);
    let at = |moment: f64| (moment / whole * WIDTH as f64).clamp(0.0, WIDTH as f64);
    let first = (at(part.began_s).floor() as usize).min(WIDTH - 1);
    let end = part.ended_s.unwrap_or(participants.whole_s);
    // Even the shortest process gets one character.
    let end = (at(end).ceil() as usize).clamp(first + 1, WIDTH);
    let worked = part
        .busy_share(participants.whole_s)
        .is_some_and(|busy| busy >= 0.5);
    let alive = if worked { WORKED } else { WAITED };
    let sign = |place: usize| {
        if (first..end).contains(&place) {
            alive
        } else {
            ABSENT
        }
    };
    (0..WIDTH).map(sign).collect()
}

/// The bar in words, for screen readers: `0.02 s to 1.20 s, worked 98 %`.
fn describe_lifetime(participants: &Participants, part: &Participant) -> String {
    let began = format_seconds(part.began_s);
    let lived = match part.ended_s {
        Some(end) => format!("{began} to {}", format_seconds(end)),
        None => format!("from {began} on, its end was not seen"),
    };
    match part.busy_share(participants.whole_s) {
        Some(busy) => format!("{lived}, worked {:.0} %", busy * 100.0),
        None => lived,
    }
}
