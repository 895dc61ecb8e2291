//! Running demos, and what they measured.

use super::*;

#[test]
fn a_demo_runs_with_the_flags_that_it_got() {
    let library = embedded();
    let mut test = Test::new(&library);
    let report = test.said("run race --workers 3 --trials 2 --timeout 5 --seed 7");
    assert!(report.contains("Testos 1"), "{report}");
    let launched = test.launched();
    let [(demo, params, limit)] = launched.as_slice() else {
        panic!("{launched:?}");
    };
    assert_eq!((*demo, *limit), ("race", Duration::from_secs(5)));
    assert_eq!((params.workers, params.trials), (Some(3), Some(2)));
}

#[test]
fn a_bare_name_runs_a_demo_too() {
    let library = embedded();
    let mut test = Test::new(&library);
    test.said("parallel --backends serial,threads");
    let (demo, params, _) = test.launched().remove(0);
    assert_eq!(
        (demo, params.backends),
        ("parallel", vec![Backend::Serial, Backend::Threads])
    );
}

#[test]
fn what_is_set_holds_for_the_demos_that_take_it() {
    let library = embedded();
    let mut test = Test::new(&library);
    assert_eq!(test.said("set workers 4"), "workers: 4\n");
    test.said("set timeout 9");
    test.said("run race");
    test.said("run race --workers 2");
    test.said("run process");
    let launched = test.launched();
    let workers: Vec<_> = launched
        .iter()
        .map(|(_, params, _)| params.workers)
        .collect();
    assert_eq!(workers, [Some(4), Some(2), None]);
    assert_eq!(launched[0].2, Duration::from_secs(9));
    assert!(test.said("set --format plain").contains("workers"));
}

#[test]
fn a_flag_that_a_demo_does_not_take_names_those_it_takes() {
    let library = embedded();
    let mut test = Test::new(&library);
    let error = test.refused("run race --workload primes");
    assert!(
        error.contains("--workers") && error.contains("race"),
        "{error}"
    );
    let error = test.refused("run parallel --workload prims");
    assert!(error.contains("did you mean `primes`?"), "{error}");
    let error = test.refused("run parallel --backends serial,thread");
    assert!(error.contains("did you mean `threads`?"), "{error}");
    let error = test.refused("run paralel");
    assert_eq!(
        error,
        "no demo is called `paralel`; did you mean `parallel`?"
    );
    assert_eq!(
        test.refused("paralel"),
        "no command is called `paralel`; did you mean `run parallel`? `help` lists the commands"
    );
    assert!(test.launched().is_empty());
}

/// The machine is named once.
fn without_machine(shown: &str) -> String {
    let machine = "Ran on 2 of 4 cores (affinity) · Testos 1 · test build.\n";
    assert!(shown.contains(machine), "{shown}");
    shown.replace(machine, "")
}

#[test]
fn the_machine_is_named_again_only_if_it_is_another_one() {
    let mut test = Test::new(&embedded());
    without_machine(&test.said("run race"));
    let recording = test.session.last.clone().expect("a recording");
    let mut report = crate::report::build_report(&recording, Vec::new());
    // A run that starts processes tells how, of the same machine.
    report.ran_on = "Ran on 2 of 4 cores · start method: spawn.".to_owned();
    assert!(!test.session.screen.report_end(&report).has_machine);
    report.machine.os = "Otheros".to_owned();
    assert!(test.session.screen.report_end(&report).has_machine);
}

#[test]
fn again_repeats_the_last_run() {
    let mut test = Test::new(&embedded());
    assert!(test.refused("again").contains("nothing was measured yet"));
    test.said("run race --workers 3");
    test.said("again");
    let launched = test.launched();
    assert_eq!(launched.len(), 2);
    assert_eq!(launched[0].0, launched[1].0);
    assert!(test.said("again --format json").starts_with('{'));
}

#[test]
fn more_shows_the_parts_of_the_last_result_by_name() {
    let mut test = Test::new(&embedded());
    assert!(test.refused("more").contains("nothing was measured yet"));
    test.session.screen.has_prompt = true;
    let shown = test.said("run race");
    assert!(shown.ends_with("`more`: figures, machine\n"), "{shown}");
    assert!(!shown.contains("Again"), "{shown}");
    assert_eq!(
        test.said("more machine").lines().next(),
        Some("Again: `run race`")
    );
    assert!(test.said("more figures").contains("load, add, store"));
    let all = test.said("more");
    assert!(
        all.contains("load, add, store") && all.contains("Again"),
        "{all}"
    );
    assert_eq!(test.said("last --all"), all);
    assert_eq!(
        test.refused("more workers"),
        "no part is called `workers`; there are figures and machine"
    );
}

#[test]
fn the_last_result_is_shown_again_saved_and_replayed() {
    let library = embedded();
    let lessons = Lessons::new();
    let file = lessons.0.join("my run.jsonl");
    let mut test = Test::new(&library);
    assert!(test.refused("last").contains("nothing was measured yet"));
    let first = test.said("run race");
    let again = without_machine(&first);
    assert_eq!(test.said("last"), again);
    let json = test.said("last --format json");
    assert!(
        json.starts_with('{') && json.contains(r#""demo": "race""#),
        "{json}"
    );
    test.said(&format!("save '{}'", file.display()));
    assert!(test.messages.take().contains("my run.jsonl"));
    let save = format!("save '{}'", file.display());
    assert!(test.refused(&save).contains("replace it with `--force`"));
    test.said(&format!("{save} --force"));

    let mut other = Test::new(&library);
    assert_eq!(other.said(&format!("replay '{}'", file.display())), first);
    assert_eq!(other.said("last"), again);
    assert!(other.launched().is_empty());
}

#[test]
fn a_place_that_cannot_be_saved_to_is_seen_before_the_demo_runs() {
    let library = embedded();
    let lessons = Lessons::new();
    let mut test = Test::new(&library);
    let folder = lessons.0.display();
    assert!(
        test.refused(&format!("run race --save '{folder}'"))
            .contains("is a folder")
    );
    assert!(
        test.refused(&format!("run race --save '{folder}/no/x'"))
            .contains("no folder")
    );
    for force in ["", "--force"] {
        let error = test.refused(&format!("run race --save '{folder}/one.md' {force}"));
        assert!(error.contains("not a recording"), "{error}");
    }
    assert!(test.launched().is_empty());
}

#[test]
fn a_run_that_was_stopped_shows_what_it_has_and_is_kept() {
    let library = embedded();
    let mut test = Test::with_runner(&library, PreparedRunner::interrupted());
    let error = test.session.execute_line("run race").expect_err("stopped");
    assert_eq!(error.downcast_ref(), Some(&CommandError::Interrupted));
    let shown = test.out.take();
    assert!(shown.contains("interrupted by Ctrl-C"), "{shown}");
    assert_eq!(test.said("last"), without_machine(&shown));
}

#[test]
fn a_run_that_failed_is_told_by_its_report() {
    let library = embedded();
    let mut test = Test::with_runner(&library, PreparedRunner::failing("time limit of 60 s"));
    let error = test.session.execute_line("run race").expect_err("too long");
    assert_eq!(error.downcast_ref(), Some(&CommandError::Shown));
    assert!(test.out.take().contains("time limit of 60 s"));
}

#[test]
fn save_explains_what_keeps_a_program() {
    let library = embedded();
    let mut test = Test::new(&library);
    assert!(test.refused("save hello.py").contains("`program NAME`"));
}
