//! Reports with Pythons next to native rows, from fixed recordings, at several widths.

use std::path::Path;

use forklore::{
    lab,
    record::Recording,
    render::{self, Format, Style},
    report::Report,
};

use crate::home::Home;

fn report(name: &str) -> Report {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lab/fixtures");
    let recording = Recording::load(&folder.join(name)).expect("a fixture loads");
    lab::build_report(&recording).expect("a demo that is known")
}

fn text(report: &Report, width: usize) -> String {
    let mut bytes = Vec::new();
    let style = Style::without_color(width);
    render::write_tables(&report.tables, Format::Text, &style, &mut bytes)
        .expect("memory takes it");
    String::from_utf8(bytes).expect("text")
}

/// No line is wider than the screen, and the snapshot has not changed.
fn at_widths(name: &str, widths: &[usize]) {
    let report = report(&format!("{name}.jsonl"));
    for &width in widths {
        let text = text(&report, width);
        for line in text.lines() {
            assert!(line.chars().count() <= width, "{name} at {width}: {line}");
        }
        insta::assert_snapshot!(format!("{name}_{width}"), text);
    }
}

#[test]
fn worlds_fit_on_one_screen() {
    at_widths("worlds", &[50, 60, 80, 120]);
    let text = text(&report("worlds.jsonl"), 80);
    let rows = text
        .lines()
        .take_while(|line| !line.starts_with("Threads that share"));
    let tall = rows.count();
    assert!(tall <= 20, "{tall} lines above the notes");
}

#[test]
fn a_race_beside_pythons() {
    at_widths("race", &[60, 80, 120]);
}

#[test]
fn crashes_beside_pythons() {
    at_widths("crash", &[60, 80, 120]);
}

#[test]
fn what_workers_cost_beside_pythons() {
    at_widths("memory", &[60, 80]);
    at_widths("startup", &[60, 80]);
}

#[test]
fn what_sharing_costs_beside_pythons() {
    at_widths("sharing", &[60, 80]);
    at_widths("oversubscribe", &[60, 80]);
}

#[test]
fn more_and_more_workers_beside_pythons() {
    at_widths("scaling", &[60, 80]);
}

#[test]
fn executors_queues_and_many_waits_beside_pythons() {
    at_widths("futures", &[50, 80]);
    at_widths("thousand-waits", &[50, 80]);
    at_widths("queue", &[50, 80]);
}

#[test]
fn who_sees_a_change_beside_pythons() {
    at_widths("isolation", &[60, 80]);
}

#[test]
fn what_children_inherit_beside_pythons() {
    at_widths("inherit", &[60, 80]);
}

#[test]
fn what_callers_get_beside_pythons() {
    at_widths("failures", &[60, 80]);
}

#[test]
fn nine_rows_beside_pythons() {
    at_widths("compare", &[60, 80, 120]);
}

/// A shortened recording of each demo that has none in `src/lab/fixtures`, and some of `try`, as the first version of
/// recordings held them.
#[test]
fn recordings_of_version_1_replay_as_they_did() {
    let home = Home::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version1");
    for entry in folder.read_dir().expect("the fixtures") {
        let path = entry.expect("a fixture").path();
        let name = path.file_stem().expect("a name").display().to_string();
        let replay = ["replay", &path.display().to_string()];
        let shown = home.run(&[&replay[..], &["--all"]].concat()).well();
        insta::assert_snapshot!(format!("version1_{name}"), shown.out);
        let decides = home.run(&replay).well();
        insta::assert_snapshot!(format!("summary_{name}"), decides.out);
        assert!(decides.out.lines().count() <= 24, "{}", decides.out);
        let narrow = home.command(&replay).env("COLUMNS", "50").output();
        let narrow = String::from_utf8(narrow.expect("it runs").stdout).expect("text");
        insta::assert_snapshot!(format!("summary_{name}_50"), narrow);
    }
}
