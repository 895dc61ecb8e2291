//! Claims, what was measured, and the verdict on each: the blocks in `tests/claims/verdicts.txt`.
//!
//! `claim of DEMO: CONDITION` begins a block. Below it stand what the claim needs, the values of each figure with their
//! unit, and the judgement on a machine with so many cores, of which so many were free. `-- ` begins a comment.
//! `INSTA_UPDATE=always cargo test judged` writes the present judgements.

use std::{fmt::Write as _, fs, path::Path};

use super::*;
use crate::expected_file::assert_file;

/// A claim and what was measured for it.
struct MeasuredClaim<'t> {
    demo: &'t str,
    condition: &'t str,
    needs: &'t str,
    made: Made,
}

impl<'t> MeasuredClaim<'t> {
    fn begin(line: &'t str) -> Self {
        let (claim, condition) = line.split_once(": ").expect("a condition");
        let demo = claim.strip_prefix("claim of ").unwrap_or_default();
        Self {
            demo,
            condition,
            needs: "",
            made: on(2),
        }
    }

    /// Reads a line of the block. Returns the judgement where the line has one.
    fn read_line(&mut self, line: &'t str) -> Option<Judgement> {
        let made = &mut self.made;
        if let Some((question, values)) = line.split_once(" = ") {
            let values = parse_values(values);
            made.answers.insert(question.to_owned(), values);
        } else if let Some(machine) = line.strip_prefix("on ") {
            let (cores, free) = machine.split_once(" cores, ").expect("cores");
            let free = free.split_once(" free").expect("free cores").0;
            made.machine.cores_usable = cores.parse().expect(line);
            made.free = free.parse().ok();
            return Some(self.judge());
        } else {
            let (key, value) = line.split_once(": ").expect(line);
            match key {
                "needs" => self.needs = value,
                "quota" => made.machine.cores_quota = value.parse().ok(),
                "lacks" => made.lacks = Some(value.to_owned()),
                "cut" => made.cut = Some(value.to_owned()),
                _ => panic!("{line}"),
            }
        }
        None
    }

    fn judge(&self) -> Judgement {
        let subject = ConditionSubject {
            demo: self.demo,
            backends: &[],
        };
        let condition = Condition::from_text(self.condition, &subject).expect(self.condition);
        let needs = Needs::from_text(self.needs).expect(self.needs);
        judge_claim(&condition, &needs, None, &self.made)
    }
}

/// `1.8 1.9 seconds`, `exactly 1 count`, `yes no`, `'worker'`, `missing: why`.
fn parse_values(text: &str) -> Result<AnswerValues, String> {
    if let Some(why) = text.strip_prefix("missing: ") {
        return Err(why.to_owned());
    }
    if let Some(text) = text.strip_prefix('\'') {
        let text = text.trim_end_matches('\'').to_owned();
        return Ok(AnswerValues::Texts(vec![text]));
    }
    if text.starts_with(['y', 'n']) {
        let truths = text.split(' ').map(|word| word == "yes");
        return Ok(AnswerValues::Truths(truths.collect()));
    }
    let words = text.trim_start_matches("exactly ");
    let numbers: Vec<f64> = words
        .split(' ')
        .filter_map(|word| word.parse().ok())
        .collect();
    let unit = match words.rsplit(' ').next() {
        Some("count") => Unit::Count,
        Some("share") => Unit::Share,
        Some("seconds") => Unit::Seconds,
        Some("bytes") => Unit::Bytes,
        Some("rate") => Unit::Rate,
        _ => Unit::Plain,
    };
    Ok(if words.len() == text.len() {
        AnswerValues::Numbers(numbers, unit)
    } else {
        AnswerValues::Exact(numbers[0], unit)
    })
}

#[test]
fn verdicts_follow_from_what_was_measured() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/claims/verdicts.txt");
    let expected = fs::read_to_string(&path).expect("claims");
    let mut claim = MeasuredClaim::begin("claim: 1 < 2");
    let mut shown = String::new();
    for line in expected.lines() {
        if line.starts_with("claim") {
            claim = MeasuredClaim::begin(line);
        }
        let judgement = line
            .strip_prefix("    ")
            .and_then(|line| claim.read_line(line));
        let Some(judgement) = judgement else {
            let _ = writeln!(shown, "{line}");
            continue;
        };
        let (machine, _) = line.split_once(" free").expect("free cores");
        let evidence = judgement.evidence;
        let evidence = if evidence.is_empty() {
            evidence
        } else {
            format!("; {evidence}")
        };
        let _ = writeln!(shown, "{machine} free: {}{evidence}", judgement.verdict);
    }
    assert_file(&path, &shown);
}

#[test]
fn a_judgement_has_the_figures_and_what_it_looks_like() {
    let judge = |text: &str, made: &Made| {
        judge_claim(&read(text).expect(text), &Needs::default(), None, made)
    };
    let made = on(2).with("speedup('processes')", &[1.8, 1.9, 2.0]);
    let figure = &judge("speedup('processes') > 1.5", &made).figures[0];
    assert_eq!(figure.name, "speedup('processes')");
    assert_eq!((figure.low, figure.median, figure.high), (1.8, 1.9, 2.0));
    assert_eq!(figure.trials, Some(3));
    let mut made = on(2).with("cores_used('gil-threads')", &[1.0; 3]);
    made.free = None;
    assert!(judge("cores_used('gil-threads') < 1.3", &made).leans_to_yes);
}
