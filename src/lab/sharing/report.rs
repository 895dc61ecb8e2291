//! The report of `sharing`: what an update costs by each way, and how many get lost.

use crate::{
    lab::{compare_backends, figure_column::median_value},
    record::{Run, Value, metrics::divide_observed},
    report::{DemoPart, SummaryTable, Table, demo_parts, stats, tables},
    text::units::{BYTES, format_significant, format_with_unit, group_thousands},
};

/// The heading of the time of an update.
pub(super) const UPDATE: &str = "one update";
const LOST: &str = "lost without a lock";
const MANAGER: &str = "Manager";

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| vec![build_table(part)])
}

/// What an update costs, and the share that two workers lose without a lock.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let title = "Two workers add 1 to the same number";
    let figures = [UPDATE, LOST];
    let summary = SummaryTable::from_parts(run, title, &figures, |part| {
        let mut table = Table::new("", &["shared by", UPDATE, LOST]);
        for way in measured_ways(&part.run) {
            let lost = if sees_updates(&part.run, &way) {
                lost_value(&part.run, &way, "no")
            } else {
                Value::text("parent sees none")
            };
            table.add_row([Value::text(&way), median_update(&part.run, &way), lost]);
        }
        table
    })
    .with_all_figures();
    let parts = demo_parts(run);
    let price = parts.iter().find_map(|part| describe_price(*part));
    let notes = describe_locked(&parts).into_iter().chain(price);
    notes.fold(summary, SummaryTable::with_note)
}

fn build_table(part: DemoPart) -> Table {
    let run = &part.run;
    let headings = [
        "shared by",
        UPDATE,
        "parent sees it",
        LOST,
        "lost with a lock",
        "copied",
    ];
    let mut table = Table::new("One number, changed by two workers", &headings);
    for way in measured_ways(run) {
        table.add_row([
            Value::text(&way),
            median_update(run, &way),
            run.last_cell("parent_sees", &[("way", &way)]),
            lost_value(run, &way, "no"),
            lost_value(run, &way, "yes"),
            describe_copied(run, &way).into(),
        ]);
    }
    table.add_note(
        "The time of one update, by a worker alone. Then two workers make updates at the same time; a share of them is \
         lost, because each may write between the reading and the writing of the other one.",
    );
    if let Some(price) = describe_price(part) {
        table.add_note(price);
    }
    table
}

fn measured_ways(run: &Run) -> Vec<String> {
    run.label_values("update", "way")
}

fn median_update(run: &Run, way: &str) -> Value {
    median_value(run, "update", &[("way", way)], Value::Seconds)
}

fn sees_updates(run: &Run, way: &str) -> bool {
    let seen = run.last_observed("parent_sees", &[("way", way)]);
    seen != Some(Value::Flag(false))
}

/// The updates that were made and those that were lost, in all trials.
fn count_lost(run: &Run, way: &str, lock: &str) -> Option<(f64, f64)> {
    let labels = [("way", way), ("lock", lock)];
    let sum = |name| run.number_series(name, &labels).iter().sum::<f64>();
    let made = sum("updates");
    (made > 0.0).then(|| (made, sum("lost_updates")))
}

fn lost_value(run: &Run, way: &str, lock: &str) -> Value {
    match count_lost(run, way, lock) {
        None => Value::Nothing,
        Some((_, 0.0)) => Value::text("none"),
        Some((made, lost)) if lost < 0.001 * made => Value::text("below 0.1 %"),
        Some((made, lost)) => Value::Share(lost / made),
    }
}

/// `7.63 MiB, once`: what travels between the processes.
fn describe_copied(run: &Run, way: &str) -> String {
    let copied = |when| {
        let bytes = run.last_observed("copied", &[("way", way), ("when", when)]);
        let bytes = bytes.and_then(|bytes| bytes.number());
        bytes.filter(|bytes| *bytes > 0.0)
    };
    match (copied("once"), copied("each")) {
        (Some(bytes), _) => format!("{}, once", format_with_unit(BYTES, bytes)),
        (None, Some(bytes)) => format!("{}, each time", format_with_unit(BYTES, bytes)),
        (None, None) => "nothing".to_owned(),
    }
}

/// How many times as long an update takes by a Manager. On busy cores that says more of the waits for a core.
fn describe_price(part: DemoPart) -> Option<String> {
    if tables::is_own_noisy(&part.run) {
        return None;
    }
    let direct = ["shared_memory", "Array"];
    let direct = direct
        .into_iter()
        .find(|way| !part.run.number_series("update", &[("way", way)]).is_empty())?;
    let ratios = divide_observed(
        part.run,
        ("update", &[("way", MANAGER)]),
        ("update", &[("way", direct)]),
    );
    let price = format_significant(stats::median(&ratios)?, 2);
    let name = part.environment_name();
    Some(format!(
        "In {name}, a Manager's update took {price}× as long as one in {direct}."
    ))
}

/// What a lock around the reading and the writing changed.
fn describe_locked(parts: &[DemoPart]) -> Option<String> {
    let ways = parts.iter().flat_map(|part| {
        let ways = measured_ways(&part.run).into_iter();
        ways.filter_map(|way| count_lost(&part.run, &way, "yes"))
    });
    let (made, lost) = ways.reduce(|all, one| (all.0 + one.0, all.1 + one.1))?;
    let made = group_thousands(&made.to_string());
    Some(match lost as i64 {
        0 => format!("With a lock, none of {made} updates was lost."),
        lost => format!("With a lock, {lost} of {made} updates were lost."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing::{column, observed, recording_with, with_gil},
        record::{EventKind, Params, Recording},
    };

    fn measured(way: &str, micros: f64, lost: [i64; 2]) -> Vec<EventKind> {
        let alone = [("way", way)];
        let mut events = vec![
            observed("update", &alone, Value::Seconds(micros / 1e6)),
            observed("parent_sees", &alone, Value::Flag(way != "a copy")),
        ];
        for (lock, lost) in ["no", "yes"].into_iter().zip(lost) {
            let labels = [("way", way), ("lock", lock)];
            events.push(observed("updates", &labels, Value::Count(10_000)));
            events.push(observed("lost_updates", &labels, Value::Count(lost)));
        }
        events
    }

    fn recorded(lost_with_lock: i64, free_cores: f64) -> Recording {
        let period = [("period", "1")];
        let python = [
            vec![observed(
                "available_cores",
                &period,
                Value::Ratio(free_cores),
            )],
            measured("shared_memory", 0.1, [2_500, 0]),
            measured(MANAGER, 64.0, [3, lost_with_lock]),
        ];
        let native = measured("a copy", 0.01, [0, 0]);
        let pythons = vec![(with_gil(), python.concat())];
        recording_with("sharing", &Params::default(), native, pythons)
    }

    #[test]
    fn the_share_of_lost_updates_is_never_rounded_to_none() {
        let recording = recorded(0, 2.0);
        let tables = build_report(&recording.run());
        let python = &tables[1];
        let lost = [Value::Share(0.25), Value::text("below 0.1 %")];
        assert_eq!(column(python, LOST), lost);
        assert_eq!(
            column(python, "lost with a lock"),
            ["none"; 2].map(Value::text)
        );
    }

    #[test]
    fn the_price_of_a_manager_is_a_ratio_of_one_run() {
        let summary = build_summary(&recorded(0, 2.0).run());
        let price =
            "In CPython 3.11, a Manager's update took 640× as long as one in shared_memory.";
        let none = "With a lock, none of 30,000 updates was lost.";
        assert_eq!(summary.notes, [none, price]);
        let seen = Value::text("parent sees none");
        assert!(summary.rows.iter().any(|row| row.cells.contains(&seen)));
    }

    #[test]
    fn a_lock_that_did_not_help_is_reported() {
        let summary = build_summary(&recorded(7, 2.0).run());
        assert_eq!(
            summary.notes[0],
            "With a lock, 7 of 30,000 updates were lost."
        );
    }

    #[test]
    fn on_busy_cores_a_manager_has_no_price() {
        let recording = recorded(0, 0.3);
        let summary = build_summary(&recording.run());
        assert_eq!(
            summary.notes,
            ["With a lock, none of 30,000 updates was lost."]
        );
        let notes = build_report(&recording.run())
            .into_iter()
            .flat_map(|table| table.notes);
        assert!(!notes.collect::<String>().contains("as long as"));
    }
}
