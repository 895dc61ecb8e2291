use std::collections::BTreeSet;

use super::{demos::DEMOS, *};
use crate::record::{Backend, Params};

/// The example of a setting as `set` and flags take it: without the quotes of lessons.
fn typed_example(setting: &Setting) -> String {
    let text = setting.example.replace(['"', '[', ']', ' '], "");
    if text == "true" {
        return "yes".to_owned();
    }
    text
}

/// Every setting, with the value of its example.
fn every_setting() -> Params {
    let mut params = Params::default();
    for setting in &SETTINGS {
        let value = setting.parse(&typed_example(setting), None);
        (setting.set)(&mut params, value.ok());
    }
    params
}

#[test]
fn the_table_has_every_field_of_params() {
    let params = Params {
        scheduler: Some("tcp://host:8786".to_owned()),
        ..Params::default()
    };
    let params = serde_json::to_value(params).unwrap();
    let fields: BTreeSet<&str> = params
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let names = SETTINGS.iter().map(|setting| setting.name);
    assert_eq!(fields, names.collect());
}

#[test]
fn a_flag_has_the_name_of_its_setting_with_dashes() {
    for setting in &SETTINGS {
        assert_eq!(setting.flag, setting.name.replace('_', "-"));
    }
}

#[test]
fn every_value_reads_back_from_its_text() {
    let params = every_setting();
    assert_eq!(given_settings(&params).count(), SETTINGS.len());
    let mut copy = Params::default();
    for (setting, value) in given_settings(&params) {
        let read = setting.parse(&value.to_string(), None);
        assert_eq!(read, Ok(value.clone()), "{}", setting.name);
        (setting.set)(&mut copy, read.ok());
    }
    assert_eq!(copy, params);
}

#[test]
fn every_example_is_a_value_of_its_setting() {
    for setting in &SETTINGS {
        let text = typed_example(setting);
        let read = setting.parse(&text, None);
        let read = read.map(|value| value.to_string());
        assert_eq!(read, Ok(text), "{}", setting.name);
    }
}

#[test]
fn an_address_has_a_protocol_a_host_and_a_port() {
    let scheduler = find_setting("scheduler").unwrap();
    let is_valid = |text: &&str| scheduler.parse(text, None).is_ok();
    assert!(["tcp://host:8786", "tls://[::1]:8786"].iter().all(is_valid));
    let invalid = [
        "host:8786",
        "://host:8786",
        "tcp://:8786",
        "tcp://host",
        "tcp://host:65536",
    ];
    assert!(!invalid.iter().any(is_valid));
}

#[test]
fn a_number_is_expected_in_its_range() {
    let expected = |least, most| {
        let kind = SettingKind::Whole { least, most };
        Setting {
            kind,
            ..SETTINGS[0]
        }
        .expected_value()
    };
    assert_eq!(expected(0, u64::MAX), "a whole number, 0 or more");
    assert_eq!(expected(1, u64::MAX), "a whole number above 0");
    assert_eq!(expected(0, 10), "a whole number from 0 to 10");
}

#[test]
fn demos_take_settings_of_the_table_in_its_order() {
    for demo in DEMOS {
        let known: Vec<&str> = SETTINGS
            .iter()
            .map(|setting| setting.name)
            .filter(|name| demo.takes(name))
            .collect();
        assert_eq!(demo.settings, known, "{}", demo.name);
        assert_eq!(demo.takes("workload"), !demo.workloads.is_empty());
        assert_eq!(demo.takes("backends"), !demo.backends.is_empty());
    }
}

#[test]
fn the_command_of_a_run_can_be_typed() {
    assert_eq!(run_command("race", &Params::default()), "run race");
    let params = Params {
        workers: Some(2),
        unbuffered: true,
        backends: vec![Backend::Serial, Backend::Processes],
        python: vec!["3.12".to_owned(), "/my pythons/3.13".to_owned()],
        start_method: Some("spawn".to_owned()),
        ..Params::default()
    };
    assert_eq!(
        run_command("parallel", &params),
        "run parallel --workers 2 --unbuffered --backends serial,processes \
         --python '3.12,/my pythons/3.13' --start-method spawn"
    );
    let once = Params {
        repeat: Some(1),
        ..Params::default()
    };
    assert_eq!(run_command("numbers", &once), "run numbers");
}

#[test]
fn only_what_is_wanted_and_not_given_is_filled_in() {
    let mut params = Params {
        workers: Some(8),
        ..Params::default()
    };
    fill_params(&mut params, &every_setting(), |setting| {
        ["workers", "trials"].contains(&setting.name)
    });
    assert_eq!((params.workers, params.trials), (Some(8), Some(3)));
    assert_eq!((params.size, params.seed), (None, None));
}

#[test]
fn what_a_demo_cannot_use_is_refused_with_what_it_can() {
    let refused = |demo: &str, params: Params| {
        let error = check_params(find_demo(demo).unwrap(), &params);
        error.expect_err("refused").to_string()
    };
    let params = Params::default;
    assert_eq!(
        refused(
            "process",
            Params {
                size: Some(1),
                ..params()
            }
        ),
        "demo `process` takes no --size; it takes --python, --start-method"
    );
    assert_eq!(
        refused(
            "memory",
            Params {
                workers: Some(2000),
                ..params()
            }
        ),
        "--workers takes a whole number from 1 to 1000, not 2000"
    );
    assert_eq!(
        refused(
            "parallel",
            Params {
                workload: Some("prime".to_owned()),
                ..params()
            }
        ),
        "no workload of `parallel` is called `prime`; did you mean `primes`?"
    );
    assert_eq!(
        refused(
            "convoy",
            Params {
                backends: vec![Backend::Serial],
                ..params()
            }
        ),
        "no backend of `convoy` is called `serial`; there are threads, gil-threads and python-threads"
    );
}

#[test]
fn a_demo_that_takes_workers_or_trials_has_a_usual_number_of_them() {
    for demo in DEMOS {
        let usual = demo.resolve_counts(&Params::default(), 2);
        assert_eq!(
            demo.takes("workers"),
            usual.workers.is_some(),
            "{}",
            demo.name
        );
        assert_eq!(
            demo.takes("trials"),
            usual.trials.is_some(),
            "{}",
            demo.name
        );
    }
}

#[test]
fn only_demos_whose_figures_do_not_depend_on_free_cores_are_not_measured() {
    let unmeasured = DEMOS.into_iter().filter(|demo| !demo.is_measured());
    let names: Vec<&str> = unmeasured.map(|demo| demo.name).collect();
    assert_eq!(names, ["isolation", "crash"]);
}
