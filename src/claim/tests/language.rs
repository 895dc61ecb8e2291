//! What the language accepts. Its errors stand in `tests/claims/mistakes.txt`.

use super::*;

#[test]
fn what_is_understood() {
    for text in [
        "speedup('processes') > 1.5 and cores_used('gil-threads') < 1.2",
        "not (work('threads') < 50 µs or total('serial') >= 1_000us)",
        "p95('overshoot', 'gil-threads', interval='5', busy='1') / 5ms <= 2",
        "most('switches_per_second') > 100 /s",
        "10 / startup('threads') > 100/s",
        "efficiency('processes') ≥ 80 % and 0.8 <= efficiency('threads')",
        "ratio('overshoot', 'gil-threads', 'threads') > 2",
        "count('overshoot') == 60 and distinct('overshoot') > 3",
        "ran('python-interpreters')",
    ] {
        assert!(read(text).is_ok(), "{text}: {:?}", read(text));
    }
}

#[test]
fn demos_and_backends_decide_what_can_be_asked() {
    let read = |demo, backends: &[Backend], text| {
        let read = Condition::from_text(text, &ConditionSubject { demo, backends });
        read.map_err(|wrong| wrong.help.unwrap_or_default())
    };
    for (demo, text) in [
        ("race", "lost('threads', memory='shared', lock='no') > 0"),
        (
            "crash",
            "survives('process', 'python-processes', crash='kill')",
        ),
        ("crash", "answered('kill')"),
        ("worlds", "survives('thread')"),
    ] {
        assert!(read(demo, &[], text).is_ok(), "{text}");
    }
    let only = read("parallel", &[Backend::Serial], "speedup('threads') > 1");
    assert_eq!(only.expect_err("no threads"), "there are: serial");
    let program = read("try", &[Backend::Try], "by_turns('try')");
    assert_eq!(program.expect_err("no turns"), "ask for cores_used('try')");
}

#[test]
fn conditions_have_a_greatest_depth_and_length() {
    let mistake = |text: &str| read(text).expect_err("too much").message;
    let deep = format!("{}1{} < 2", "(".repeat(40), ")".repeat(40));
    assert!(mistake(&deep).contains("nested deeper than 16"));
    let long = format!("{} < 2", "1 + ".repeat(400));
    assert!(mistake(&long).contains("at most 1000 characters"));
}

#[test]
fn needs_are_read_and_written() {
    let needs = Needs::from_text("cores >= 2 and free_threaded").expect("needs");
    assert_eq!((needs.cores, needs.gil), (2, Some(false)));
    assert_eq!(needs.to_string(), "cores >= 2 and free_threaded");
    let wrong = |text: &str| {
        let wrong = Needs::from_text(text).expect_err(text);
        format!("[{}] {}", &text[wrong.at], wrong.message)
    };
    assert_eq!(
        wrong("cores >= 2 and gill"),
        "[gill] `gill` is nothing that a claim can need"
    );
    assert_eq!(
        wrong("cores > 2"),
        "[cores > 2] `cores > 2` is nothing that a claim can need"
    );
    assert!(wrong("gil and free_threaded").contains("with and without a GIL at once"));
}

#[test]
fn a_condition_about_python_needs_one() {
    let needs = |text: &str| {
        Needs::default()
            .including_condition(&read(text).expect(text))
            .to_string()
    };
    assert_eq!(needs("speedup('processes') > 1"), "");
    assert_eq!(needs("speedup('python-threads') > 1"), "python");
    assert_eq!(
        needs("speedup('python-interpreters') > 1"),
        "python and subinterpreters"
    );
}
