//! The notes that a reader of a recording needs beside its figures.

use super::{launch::LaunchPlan, observer::Observer, running::ProgramEnd};
use crate::record::EventKind;

/// Records the notes.
pub fn record_notes(observer: &Observer, end: &ProgramEnd, launch: &LaunchPlan) {
    let observation = &observer.observation;
    let mut notes = Vec::new();
    if !end.outlived.is_empty() {
        notes.push(describe_outlived(&end.outlived));
    }
    if !end.is_gone {
        notes.push(
            "a process of the program could not be ended: the system holds on to it".to_owned(),
        );
    }
    if launch.has_no_input && observation.wanted_input {
        notes.push(
            "the program reads its standard input, which is empty here: give it some, as in \
             `echo 3 | forklore try my.py`"
                .to_owned(),
        );
    }
    let dropped = observation.lines.dropped;
    if dropped > 0 {
        notes.push(format!(
            "the program printed {dropped} more lines than a recording takes: it has the first and the last ones (`--save` \
             keeps them all)"
        ));
    }
    if observation.processes.missed > 0 {
        notes.push(
            "the program started more processes than a recording takes: the later ones are not in it"
                .to_owned(),
        );
    }
    let lost = observation.lost_facts + observer.lines.wrong;
    if lost > 0 {
        notes.push(format!(
            "{lost} things that Python reported could not be kept or read"
        ));
    }
    for text in notes {
        observation.recorder.emit(EventKind::Noted { text });
    }
}

fn describe_outlived(outlived: &[(u32, String)]) -> String {
    let names = list_names(outlived);
    match outlived.len() {
        1 => format!("1 process lived on when the main process had ended, and was ended: {names}"),
        count => format!(
            "{count} processes lived on when the main process had ended, and were ended: {names}"
        ),
    }
}

fn list_names(processes: &[(u32, String)]) -> String {
    let named = processes.iter().take(5);
    let mut names: Vec<String> = named
        .map(|(pid, name)| format!("{name} (PID {pid})"))
        .collect();
    if processes.len() > names.len() {
        names.push(format!("{} more", processes.len() - names.len()));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_of_those_who_lived_on_are_named() {
        let sleeps = |count: u32| -> Vec<(u32, String)> {
            (0..count).map(|pid| (pid, "sleep".to_owned())).collect()
        };
        assert!(describe_outlived(&sleeps(1)).starts_with("1 process lived on"));
        assert!(describe_outlived(&sleeps(1)).ends_with("and was ended: sleep (PID 0)"));
        assert!(describe_outlived(&sleeps(9)).ends_with("sleep (PID 4), 4 more"));
    }
}
