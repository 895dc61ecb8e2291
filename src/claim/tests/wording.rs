//! The text that a student reads.

use super::*;

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
