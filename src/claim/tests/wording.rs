//! The text that a student reads.

use super::*;

#[track_caller]
fn told(text: &str, made: &Made) -> String {
    judged(text, "", made).evidence
}

#[test]
fn the_numbers_are_told_by_whose_they_are() {
    let made = on(2)
        .with("cores_used('processes')", &[1.93, 1.96, 1.99])
        .with("speedup('processes')", &[1.84, 1.91, 1.95])
        .with("cores_used('gil-threads')", &[1.0, 1.0, 1.0])
        .with("speedup('python-threads')", &[1.86, 1.88, 1.91]);
    let text = "cores_used('processes') > 1.5 and speedup('processes') > 1.5 and \
                cores_used('gil-threads') < 1.2 and speedup('python-threads') > 1.5";
    assert_eq!(
        told(text, &made),
        "2 processes used 2.0 cores (1.9–2.0) and were 1.9× as fast as one thread (1.8–1.9); 2 threads \
         under the GIL model used 1.0 cores; 2 threads of CPython 3.13t were 1.9× as fast as one of \
         CPython 3.13t."
    );
}

#[test]
fn figures_have_fitting_units() {
    let made = on(2)
        .seconds("work('threads')", &[0.1234, 0.1239, 0.1251])
        .answers(
            "efficiency('threads')",
            AnswerValues::Numbers(vec![0.953; 3], Unit::Share),
        )
        .answers(
            "median('private')",
            AnswerValues::Numbers(vec![1_572_864.0], Unit::Bytes),
        )
        .answers(
            "lost('threads', lock='no')",
            AnswerValues::Numbers(vec![36_120.0, 119_004.0, 98_000.0], Unit::Count),
        )
        .answers(
            "median('switches_per_second', busy='1')",
            AnswerValues::Numbers(vec![194.8], Unit::Rate),
        )
        .answers("pids('threads')", AnswerValues::Exact(1.0, Unit::Count));
    let cases = [
        (
            "work('threads') < 1 s",
            "2 native threads worked for 124 ms (123–125).",
        ),
        (
            "efficiency('threads') > 0.5",
            "2 native threads reached 95 % of the ideal speed-up.",
        ),
        ("median('private') > 1 MiB", "Private was 1.50 MiB."),
        (
            "lost('threads', lock='no') > 0",
            "2 native threads lost 98,000 (36,120–119,004) additions without a lock.",
        ),
        (
            "median('switches_per_second', busy='1') > 1 /s",
            "Switches per second (busy: 1) was 195/s.",
        ),
        ("pids('threads') == 1", "2 native threads had 1 PID."),
    ];
    for (text, expected) in cases {
        let condition = Condition::from_text(text, &ConditionSubject::default()).expect(text);
        let judgement = judge_claim(&condition, &Needs::default(), None, &made);
        assert_eq!(judgement.evidence, expected, "{text}");
    }
}

#[test]
fn an_author_may_say_it_in_other_words() {
    let made = on(2)
        .seconds("work('serial')", &[0.2, 0.2, 0.2])
        .seconds("work('threads')", &[0.1, 0.1, 0.1]);
    let condition = read("work('serial') > work('threads')").expect("a condition");
    let subject = ConditionSubject::default();
    let words =
        "one thread needed {work('serial')},\ntwo {work('serial') / work('threads')} times less";
    let template = Template::from_text(words, &subject).expect("a template");
    let judgement = judge_claim(&condition, &Needs::default(), Some(&template), &made);
    assert_eq!(
        judgement.evidence,
        "One thread needed 200 ms, two 2.0 times less."
    );
    // If a figure is missing, the built-in text is used.
    let template =
        Template::from_text("{work('processes')} it took", &subject).expect("a template");
    let judgement = judge_claim(&condition, &Needs::default(), Some(&template), &made);
    assert!(
        judgement
            .evidence
            .starts_with("One thread worked for 200 ms")
    );
}

#[test]
fn a_mistake_in_an_authors_words_is_pointed_at() {
    let wrong = |text: &str| {
        let wrong = Template::from_text(text, &ConditionSubject::default()).expect_err(text);
        format!("[{}] {}", &text[wrong.at], wrong.message)
    };
    assert_eq!(
        wrong("so {work('thrads')}"),
        "['thrads'] no backend of this demo is called `thrads`"
    );
    assert_eq!(
        wrong("so {work('threads')"),
        "[{] this brace is never closed"
    );
    assert_eq!(wrong("so {}"), "[] something is missing here");
}
