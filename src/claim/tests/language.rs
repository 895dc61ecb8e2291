//! What the language accepts, and how it reports errors.

use super::*;

/// The condition with a mark under the error, the message and the help.
#[track_caller]
fn wrong(text: &str) -> String {
    wrong_about("race", &[], text)
}

#[track_caller]
fn wrong_about(demo: &str, backends: &[Backend], text: &str) -> String {
    let wrong = match Condition::from_text(text, &ConditionSubject { demo, backends }) {
        Err(wrong) => wrong,
        Ok(condition) => panic!("understood: {condition:?}"),
    };
    let place = &text[wrong.at.start.min(text.len())..wrong.at.end.min(text.len())];
    let help = wrong.help.map(|help| format!("; {help}"));
    format!("[{place}] {}{}", wrong.message, help.unwrap_or_default())
}

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
fn multiplication_goes_before_addition_and_that_before_comparison() {
    let made = on(2);
    for text in [
        "1 + 2 * 3 == 7",
        "(1 + 2) * 3 == 9",
        "8 / 2 / 2 == 2",
        "8 - 2 - 2 == 4",
        "-2 + 3 == 1",
        "1 < 2 and 2 < 3 or 1 > 2",
        "50 % + 50 % == 1",
        "1.5 KiB == 1536 B",
        "2 min == 120 s",
        "2000 /s == 2 k/s",
    ] {
        assert_eq!(verdict(text, &made), Verdict::Holds, "{text}");
    }
}

#[test]
fn a_mistyped_name_hears_what_was_meant() {
    let cases = [
        (
            "speedupp('threads') > 1",
            "[speedupp] no function is called `speedupp`; did you mean `speedup`?",
        ),
        (
            "speedup('thread') > 1",
            "['thread'] no backend of this demo is called `thread`; did you mean `threads`?",
        ),
        (
            "median('sene') > 1",
            "['sene'] the demo `race` measures no `sene`; did you mean `seen`?",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(wrong(text), expected);
    }
    let only = wrong_about("parallel", &[Backend::Serial], "speedup('threads') > 1");
    assert!(only.ends_with("there are: serial"), "{only}");
    let program = wrong_about("try", &[Backend::Try], "by_turns('try')");
    assert_eq!(
        program,
        "[by_turns('try')] `by_turns` is not measured of a whole program; ask for cores_used('try')"
    );
    let unit = wrong("work('threads') < 5 sec");
    assert!(
        unit.starts_with("[sec] no unit is called `sec`; there are: ns, µs"),
        "{unit}"
    );
}

#[test]
fn kinds_that_do_not_fit_are_told_apart() {
    let cases = [
        (
            "work('threads') > 5 MiB",
            "[work('threads') > 5 MiB] seconds cannot be compared with bytes",
        ),
        (
            "1 < 2 and work('threads') > 5",
            "[work('threads') > 5] seconds cannot be compared with a plain number",
        ),
        (
            "work('threads') + 1 KiB > 5 s",
            "[work('threads') + 1 KiB] seconds + bytes makes no sense",
        ),
        (
            "work('threads') * work('threads') > 5 s",
            "[work('threads') * work('threads')] seconds * seconds makes no sense",
        ),
        (
            "work('threads')",
            "[work('threads')] this is seconds, neither true nor false; compare it with something",
        ),
        (
            "ran('threads') > 1",
            "[ran('threads') > 1] true or false cannot be compared with a plain number",
        ),
        (
            "'a' < 'b'",
            "['a' < 'b'] texts have no order; compare them with == or !=",
        ),
        (
            "-ran('threads') == 1",
            "[ran('threads')] this is true or false, and no number to compute with",
        ),
        (
            "flag('seen')",
            "['seen'] `seen` is a number; ask for median('seen')",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(wrong(text), expected);
    }
}

#[test]
fn arguments_are_counted() {
    let cases = [
        (
            "speedup() > 1",
            "[speedup()] `speedup` takes 1 argument, not 0; write speedup(backend)",
        ),
        (
            "speedup('threads', 'serial') > 1",
            "['serial'] `speedup` takes 1 argument, not 2; write speedup(backend)",
        ),
        (
            "median() > 1",
            "[median()] `median` takes 1 to 2 arguments, not 0; write median(observation, \
             [backend], label='…')",
        ),
        (
            "speedup('threads', busy='1') > 1",
            "['1'] `speedup` takes no labels; write speedup(backend)",
        ),
        (
            "lost(lock='no', 'threads') > 1",
            "['threads'] an argument stands after labels; write lost(backend, label='…')",
        ),
        (
            "lost('threads', lock='no', lock='yes') > 1",
            "['yes'] `lock` is named twice",
        ),
        (
            "speedup(threads) > 1",
            "[t] an argument is a text in single quotes; write 'processes', busy='1'",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(wrong(text), expected);
    }
}

#[test]
fn broken_text_is_pointed_at() {
    let cases = [
        ("", "[] something is missing here"),
        ("1 <", "[<] something is missing here"),
        ("1 < 2 and", "[d] something is missing here"),
        ("(1 < 2", "[(] this parenthesis is never closed"),
        (
            "speedup('threads' > 1",
            "[>] a comma or a closing parenthesis is expected",
        ),
        ("speedup('threads", "['] this text is never closed"),
        (
            "1 < 2 < 3",
            "[<] a comparison has two sides; join two comparisons with `and`",
        ),
        ("1 = 2", "[=] an operator is expected here; equal is `==`"),
        (
            "1 < 2 && 2 < 3",
            "[&] an operator is expected here; write `and`",
        ),
        (
            "speedup(\"threads\")",
            "[\"] an argument is a text in single quotes; write 'processes', busy='1'",
        ),
        ("\"a\" == 'a'", "[\"] texts stand in single quotes"),
        ("and 1 < 2", "[and] `and` has nothing to its left"),
        ("1 < § 2", "[§] `§` is not understood here"),
    ];
    for (text, expected) in cases {
        assert_eq!(wrong(text), expected, "{text}");
    }
    let deep = format!("{}1{} < 2", "(".repeat(40), ")".repeat(40));
    assert!(wrong(&deep).contains("nested deeper than 16"));
    let long = format!("{} < 2", "1 + ".repeat(400));
    assert!(wrong(&long).contains("at most 1000 characters"));
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

#[test]
fn what_one_demo_measures_is_asked_of_that_one() {
    let read = |demo, text: &str| {
        Condition::from_text(
            text,
            &ConditionSubject {
                demo,
                backends: &[],
            },
        )
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
        assert!(read(demo, text).is_ok(), "{text}: {:?}", read(demo, text));
    }
    let cases = [
        (
            "parallel",
            "survives('thread')",
            "[survives('thread')] the demo `parallel` has nothing for `survives`; name the one that has: demo = \"crash\"",
        ),
        (
            "crash",
            "not survives('thead')",
            "['thead'] no place is called `thead`; did you mean `thread`?",
        ),
        (
            "crash",
            "survives('thread', crash='segfalt')",
            "['segfalt'] no crash is called `segfalt`; did you mean `segfault`?",
        ),
        (
            "crash",
            "answered('kil')",
            "['kil'] no crash is called `kil`; did you mean `kill`?",
        ),
        (
            "convoy",
            "lost('threads') == 0",
            "[lost('threads')] the demo `convoy` has nothing for `lost`; name the one that has: demo = \"race\"",
        ),
    ];
    for (demo, text, expected) in cases {
        assert_eq!(wrong_about(demo, &[], text), expected);
    }
}
