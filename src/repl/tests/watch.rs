//! `try`, without a process: what it watches, with which options, and how it ends.

use super::*;

#[test]
fn a_script_gets_its_own_words_and_a_generous_limit() {
    let library = embedded();
    let lessons = Lessons::new();
    let script = lessons.0.join("my.py");
    fs::write(&script, "print(1)").expect("written");
    let mut test = Test::new(&library);
    let line = format!("try --python 3.11 '{}' --n 3 --timeout 7", script.display());
    let report = test.said(&line);
    assert!(report.contains("Testos 1"), "{report}");
    let watched = test.watched();
    let [(program, limit)] = watched.as_slice() else {
        panic!("{watched:?}");
    };
    assert_eq!(program.arguments, ["--n", "3", "--timeout", "7"]);
    assert!(
        matches!(&program.command, observe::ProgramCommand::Script { path, .. } if *path == script),
        "{program:?}"
    );
    assert_eq!(*limit, Duration::from_mins(10));
    let again = report.replace(
        "Ran on 2 of 4 cores (affinity) · Testos 1 · test build.\n",
        "",
    );
    assert_eq!(test.said("last"), again);
}

#[test]
fn our_flags_come_before_the_script() {
    let library = embedded();
    let mut test = Test::new(&library);
    let json = test.said("try --timeout 7 --format json -- sh -c 'exit 0'");
    assert!(json.contains(r#""demo": "try""#), "{json}");
    let (program, limit) = test.watched().remove(0);
    assert_eq!(limit, Duration::from_secs(7));
    assert_eq!(program.arguments, ["-c", "exit 0"]);
    assert!(
        matches!(&program.command, observe::ProgramCommand::Other { argv } if *argv == ["sh"]),
        "{program:?}"
    );
    test.said("set timeout 9");
    test.said("try sh");
    assert_eq!(test.watched()[0].1, Duration::from_secs(9));
}

#[test]
fn what_cannot_be_watched_is_refused_before_anything_runs() {
    let library = embedded();
    let lessons = Lessons::new();
    let mut test = Test::new(&library);
    assert_eq!(
        test.refused("try"),
        "which script? `try my.py` runs and watches it"
    );
    let near = test.refused(&format!("try '{}/one.mdd'", lessons.0.display()));
    assert!(near.contains("did you mean"), "{near}");
    let folder = test.refused(&format!("try '{}'", lessons.0.display()));
    assert!(folder.contains("is a folder"), "{folder}");
    let place = test.refused("try --save /no/such/folder/x.jsonl sh");
    assert!(place.contains("no folder"), "{place}");
    assert!(test.watched().is_empty());
}

#[test]
fn a_program_that_was_stopped_shows_what_was_seen_of_it() {
    let library = embedded();
    let mut test = Test::with_runner(&library, PreparedRunner::interrupted());
    let error = test.session.execute_line("try sh").expect_err("stopped");
    assert_eq!(error.downcast_ref(), Some(&CommandError::Interrupted));
    let shown = test.out.take();
    assert!(shown.contains("interrupted by Ctrl-C"), "{shown}");
    assert!(test.messages.take().contains("what was seen until then"));
}
