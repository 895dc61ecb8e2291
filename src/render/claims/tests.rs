//! Fixed verdicts in every format.

use super::*;
use crate::{
    claim::{MeasuredFigure, Unit},
    record::Recording,
    report,
};
use crate::{render::Format, report::ClaimLedger};

fn claim(id: &str, says: &str, verdict: Verdict, evidence: &str) -> ClaimReport {
    ClaimReport {
        id: id.to_owned(),
        lesson: 2,
        says: says.to_owned(),
        verdict,
        evidence: evidence.to_owned(),
        limit: None,
        counter: None,
        figures: vec![MeasuredFigure {
            name: "speedup('processes')".to_owned(),
            unit: Unit::Plain,
            median: 1.9,
            low: 1.8,
            high: 2.0,
            trials: Some(3),
        }],
    }
}

fn four() -> ClaimLedger {
    let limit = "True of bytecode; C code that lets go of the lock | is different: see `hashlib`.";
    let claims = vec![
        ClaimReport {
            limit: Some(limit.to_owned()),
            counter: Some("hashing".to_owned()),
            ..claim(
                "faster",
                "Processes get past the **GIL**.",
                Verdict::Holds,
                "2 processes were 1.9× as fast as one thread (1.8–2.0); 2 threads under the GIL model used \
                 1.0 cores.",
            )
        },
        claim(
            "threads",
            "Threads do not run in parallel.",
            Verdict::DoesNotHold,
            "2 native threads used 2.0 cores.",
        ),
        ClaimReport {
            counter: Some("threads".to_owned()),
            ..claim(
                "starts",
                "A process starts\u{1b}[31m slowly.",
                Verdict::TooNoisy,
                "Other programs kept 0.90 of 2 cores busy.",
            )
        },
        claim(
            "free",
            "On a free-threaded build they do.",
            Verdict::CannotBeShown,
            "It needs a Python without a GIL, and no Python took part.",
        ),
    ];
    ClaimLedger {
        claims,
        notes: vec!["Stopped: 1 claim was not reached.".to_owned()],
        ran_on: Some("Ran on 2 cores.".to_owned()),
    }
}

fn written(of: &ClaimLedger, format: Format, style: Style) -> String {
    let mut bytes = Vec::new();
    super::super::write_document(&of.into(), format, &style, &mut bytes).expect("memory takes it");
    String::from_utf8(bytes).expect("text")
}

#[test]
fn a_ledger_for_people() {
    insta::assert_snapshot!(
        "ledger_80",
        written(&four(), Format::Text, Style::without_color(80))
    );
    insta::assert_snapshot!(
        "ledger_40",
        written(&four(), Format::Text, Style::without_color(40))
    );
    insta::assert_snapshot!(
        "ledger_plain",
        written(&four(), Format::Plain, Style::without_color(80))
    );
    insta::assert_snapshot!(
        "ledger_md",
        written(&four(), Format::Md, Style::without_color(80))
    );
}

#[test]
fn a_ledger_for_programs() {
    insta::assert_snapshot!(
        "ledger_csv",
        written(&four(), Format::Csv, Style::without_color(80))
    );
    let json = written(&four(), Format::Json, Style::without_color(80));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let verdicts: Vec<&str> = json["claims"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|claim| claim["verdict"].as_str())
        .collect();
    let expected = [
        "holds",
        "does not hold here",
        "too noisy to tell",
        "cannot be shown here",
    ];
    assert_eq!(verdicts, expected);
    assert_eq!(
        json["claims"][0]["figures"][0]["name"],
        "speedup('processes')"
    );
    assert_eq!(json["claims"][0]["counter"], "hashing");
    assert_eq!(json["notes"][0], "Stopped: 1 claim was not reached.");
    assert_eq!(json["ran_on"], "Ran on 2 cores.");
}

#[test]
fn colour_only_repeats_what_the_words_say() {
    let plain = written(&four(), Format::Text, Style::without_color(80));
    let coloured = Style {
        color: true,
        ..Style::without_color(80)
    };
    let coloured = written(&four(), Format::Text, coloured);
    assert!(
        coloured.contains("\u{1b}[31m✗ does not hold here\u{1b}[0m"),
        "{coloured:?}"
    );
    for verdict in Verdict::ALL {
        assert!(plain.contains(verdict.name()));
    }
    let ascii = Style {
        ascii: true,
        ..Style::without_color(80)
    };
    let ascii = written(&four(), Format::Text, ascii);
    assert!(ascii.is_ascii(), "{ascii}");
    assert!(ascii.contains("x does not hold here: Threads"), "{ascii}");
}

#[test]
fn a_report_shows_its_claims_in_every_format() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/fixtures");
    let recording = Recording::load(&folder.join("parallel.jsonl")).expect("a fixture");
    let mut report = report::build_report(&recording, Vec::new());
    report.claims = four().claims;
    let every = Format::ALL.into_iter();
    for format in every.filter(|format| format.require_tables().is_ok()) {
        let mut bytes = Vec::new();
        super::super::write_report(&report, format, &Style::without_color(80), &mut bytes)
            .expect("memory");
        let text = String::from_utf8(bytes).expect("text");
        for expected in [
            "Threads do not run in parallel.",
            "does not hold here",
            "2 native threads used",
        ] {
            assert!(text.contains(expected), "{format}: {text}");
        }
    }
}

#[test]
fn claims_of_several_lessons_have_headings_and_ids() {
    let mut ledger = four();
    ledger.claims[3].lesson = 3;
    ledger.claims[0].limit = Some("Only where there are *enough* cores.".to_owned());
    let text = written(&ledger, Format::Text, Style::without_color(80));
    assert!(text.starts_with("Lesson 2\n\n✓ holds"), "{text}");
    assert!(
        text.contains("\n\nLesson 3\n\n– cannot be shown here"),
        "{text}"
    );
    assert_eq!(text.matches("Lesson ").count(), 2, "{text}");
    assert!(
        text.contains("Threads do not run in parallel. (threads)"),
        "{text}"
    );
    assert!(
        text.contains("Limit: Only where there are enough cores."),
        "{text}"
    );
}
