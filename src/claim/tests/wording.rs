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
    // A sentence whose figure is missing is left out; none is made up for it.
    let words = "{work('processes')} it took. Threads took {work('threads')}! and 1.5 is no end";
    let template = Template::from_text(words, &subject).expect("a template");
    let judgement = judge_claim(&condition, &Needs::default(), Some(&template), &made);
    assert_eq!(
        judgement.evidence,
        "Threads took 100 ms! And 1.5 is no end."
    );
    let template = Template::from_text("{work('processes')}", &subject).expect("a template");
    let judgement = judge_claim(&condition, &Needs::default(), Some(&template), &made);
    assert_eq!(judgement.evidence, "");
}

#[test]
fn an_author_chooses_how_a_figure_is_written() {
    let subject = ConditionSubject::default();
    let filled = |text: &str, made: &Made| {
        let template = Template::from_text(text, &subject).expect(text);
        template.fill_from(made)
    };
    let truths = |truths: &[bool]| AnswerValues::Truths(truths.to_vec());
    let made = on(2)
        .seconds("work('threads')", &[0.1, 0.2, 0.3])
        .answers("pids('threads')", AnswerValues::Exact(1.0, Unit::Count))
        .answers("pids('processes')", AnswerValues::Exact(2.0, Unit::Count))
        .answers("ran('threads')", truths(&[true]))
        .answers("ran('processes')", truths(&[false]))
        .answers("ran('serial')", truths(&[true, false]))
        .with("cores_used('python-threads')", &[1.0]);
    let cases = [
        ("{work('threads')}", Some("200 ms (100–300).")),
        ("{work('threads') : short}", Some("200 ms.")),
        (
            "{pids('threads')} {pids('threads') ? 'PID' : 'PIDs'}",
            Some("1 PID."),
        ),
        (
            "{pids('processes')} {pids('processes') ? 'PID' : 'PIDs'}",
            Some("2 PIDs."),
        ),
        (
            "it {ran('threads') ? 'ran: well' : 'slept'}",
            Some("It ran: well."),
        ),
        (
            "it {ran('processes') ? 'ran' : 'did not run?'}",
            Some("It did not run?"),
        ),
        (
            "it {pids('threads') > 1 ? 'had' : 'had not'} several",
            Some("It had not several."),
        ),
        (
            "{python} used {cores_used('python-threads')}",
            Some("CPython 3.13t used 1.0."),
        ),
        // Neither true nor false; of no Python; not measured.
        ("it {ran('serial') ? 'ran' : 'slept'}", None),
        ("{python} and {pids('threads')}", None),
        ("it {work('serial') ? 'ran' : 'slept'}", None),
    ];
    for (text, expected) in cases {
        assert_eq!(filled(text, &made).as_deref(), expected, "{text}");
    }
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
    assert_eq!(
        wrong("so {work('threads') : shrot}"),
        "[: shrot] this form of a figure is not known"
    );
    assert_eq!(
        wrong("so {ran('threads') : short}"),
        "[: short] only a number has a range that can be left out"
    );
    assert_eq!(
        wrong("so {ran('threads') ? 'yes'}"),
        "[? 'yes'] two texts in quotes are expected after `?`"
    );
    assert_eq!(
        wrong("so {'text' ? 'yes' : 'no'}"),
        "[? 'yes' : 'no'] a text is no choice between two words"
    );
}
