//! Merges several runs of a program into recordings with several trials.
//!
//! Measurements (times, cores used) of all runs are merged, since only several of them have a spread. Counts
//! are kept from one run: four processes in each of three runs are four, not twelve. So there is one such
//! recording for each run, and a requirement must hold in all of them.

use crate::{
    observe::observe_hook_event,
    record::{Backend, Event, EventKind, Labels, Recording, Value},
};

use super::{check::CheckRound, wording};

/// For each round, the recording of its own run with the measurements of all the others.
pub fn merge_rounds(rounds: &[CheckRound]) -> Vec<Recording> {
    (0..rounds.len())
        .map(|own| merge_around(rounds, own))
        .collect()
}

fn merge_around(rounds: &[CheckRound], own: usize) -> Recording {
    let run = &rounds[own].program;
    let mut whats: Vec<EventKind> = Vec::new();
    let is_start = |event: &&Event| matches!(event.what, EventKind::RunStarted { .. });
    whats.extend(
        run.events()
            .iter()
            .find(is_start)
            .map(|event| event.what.clone()),
    );
    for (number, round) in (0..).zip(rounds) {
        whats.extend(comparison_events(round));
        if number as usize != own {
            let measured = outermost_events(&round.program).filter(|what| is_measurement(what));
            whats.extend(measured.map(|what| with_trial_number(what, number)));
        }
    }
    // The run's own events come last, because a run's workers are those of its last trial.
    let rest = outermost_events(run).filter(|what| !matches!(what, EventKind::RunStarted { .. }));
    whats.extend(rest.map(|what| with_trial_number(what, own as u32)));
    let events = whats.into_iter().zip(0..);
    let events = events.map(|(what, at)| Event {
        at_ns: at,
        run: 0,
        what,
    });
    Recording::new(run.machine.clone(), events.collect())
}

fn outermost_events(recording: &Recording) -> impl Iterator<Item = &EventKind> {
    let events = recording.events().iter().filter(|event| event.run == 0);
    events.map(|event| &event.what)
}

/// Whether it is a figure with a spread.
fn is_measurement(what: &EventKind) -> bool {
    match what {
        EventKind::TrialStarted { backend, .. } | EventKind::TrialFinished { backend, .. } => {
            *backend == Backend::Try
        }
        EventKind::Observed { value, .. } => matches!(
            value,
            Value::Seconds(_)
                | Value::Bytes(_)
                | Value::Ratio(_)
                | Value::Share(_)
                | Value::Rate(_)
        ),
        _ => false,
    }
}

/// What hooks reported as conditions ask for it; the number of the round in all that belongs to a trial.
fn with_trial_number(what: &EventKind, number: u32) -> EventKind {
    if let EventKind::Hook { pid, what: hook } = what {
        return observe_hook_event(*pid, hook).unwrap_or_else(|| what.clone());
    }
    let mut what = what.clone();
    match &mut what {
        EventKind::TrialStarted { trial, .. }
        | EventKind::TrialFinished { trial, .. }
        | EventKind::WorkerStarted { trial, .. } => *trial = trial.map(|_| number),
        _ => {}
    }
    what
}

/// The events for a round's context: the free cores, and the comparison with the starter.
fn comparison_events(round: &CheckRound) -> Vec<EventKind> {
    let mut seen = Vec::new();
    if let Some(cores) = round.available_cores {
        seen.push(observation_event("available_cores", Value::Ratio(cores)));
    }
    let Some(starter) = &round.starter else {
        return seen;
    };
    if let Some(of_starter) = wall_time(starter) {
        seen.push(observation_event(
            "starter_wall",
            Value::Seconds(of_starter),
        ));
        // A program that fails at once is not fast.
        let ended_well = wording::describe_trouble(&round.program).is_none();
        let own = wall_time(&round.program).filter(|own| ended_well && *own > 0.0);
        if let Some(own) = own {
            seen.push(observation_event("gain", Value::Ratio(of_starter / own)));
        }
    }
    let same = compared_lines(starter, starter) == compared_lines(&round.program, starter);
    seen.push(observation_event("same_output", Value::Flag(same)));
    seen
}

fn observation_event(name: &str, value: Value) -> EventKind {
    EventKind::Observed {
        name: name.to_owned(),
        labels: Labels::new(),
        value,
    }
}

/// The time from the program's start to its end, if it ended.
pub fn wall_time(recording: &Recording) -> Option<f64> {
    let trials = recording.run().trials(Backend::Try);
    trials.last().map(|times| times.total_s)
}

/// The printed lines as they are compared with the starter's: sorted if their order is chance there.
fn compared_lines<'r>(recording: &'r Recording, starter: &Recording) -> Vec<&'r str> {
    let mut lines = printed_lines(recording);
    if !has_fixed_order(starter) {
        lines.sort_unstable();
    }
    lines
}

/// Whether a program's lines cannot come in another order: its main process prints them all, or children that run one
/// after the other.
fn has_fixed_order(recording: &Recording) -> bool {
    let run = recording.run();
    let all_printed_by = |kind: &str| {
        let mut printed = run.observations("line").into_iter();
        printed
            .all(|line| line.has_labels(&[("kind", kind)]) || line.has_labels(&[("stream", "err")]))
    };
    let at_once = run.last_observed("at_once", &[("kind", "child")]);
    let one_by_one = run.last_observed("started_before_join", &[]) == Some(Value::Flag(false))
        && at_once == Some(Value::Count(1));
    all_printed_by("main") || (one_by_one && all_printed_by("child"))
}

/// The lines of standard output.
pub fn printed_lines(recording: &Recording) -> Vec<&str> {
    let printed = recording.run().observations("line").into_iter();
    printed
        .filter(|line| line.has_labels(&[("stream", "out")]))
        .filter_map(|line| match line.value {
            Value::Text(text) => Some(text.trim_end()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::HookEvent;

    #[test]
    fn conditions_can_ask_for_what_hooks_reported() {
        let what = HookEvent::DaemonAtWork { child: 7 };
        let merged = with_trial_number(
            &EventKind::Hook {
                pid: 1,
                what: what.into(),
            },
            0,
        );
        let EventKind::Observed { name, labels, .. } = merged else {
            panic!("{merged:?}");
        };
        assert_eq!(name, "fact.daemon_at_work");
        assert_eq!(labels, Labels::from_iter([("child", "7"), ("pid", "1")]));
    }
}
