//! Properties that hold for any text and any trials.

use proptest::prelude::*;

use super::*;

/// Fragments that are meaningful, so that parsing gets beyond the first character.
fn piece() -> impl Strategy<Value = String> {
    let fixed = [
        "speedup('processes')",
        "median('overshoot', busy='1')",
        "ran('threads')",
        "survives('thread')",
        "lost(",
        "'gil-threads'",
        "busy='1'",
        "text(",
        "1.5",
        "5 ms",
        "20 %",
        "7 MiB",
        "/s",
        "and",
        "or",
        "not",
        "(",
        ")",
        ",",
        "=",
        "==",
        "<",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "'",
        "{",
        "µ",
        "0",
    ];
    prop_oneof![
        6 => prop::sample::select(fixed.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,4}",
    ]
}

fn check(text: &str) {
    let subject = ConditionSubject {
        demo: "convoy",
        backends: &[],
    };
    let made = on(2).with("speedup('processes')", &[1.0, 2.0, 3.0]);
    match Condition::from_text(text, &subject) {
        Ok(condition) => {
            judge_claim(&condition, &Needs::default(), None, &made);
        }
        Err(wrong) => {
            assert!(wrong.at.start <= wrong.at.end, "{text:?}: {wrong:?}");
            assert!(wrong.at.start <= text.len(), "{text:?}: {wrong:?}");
        }
    }
    let _ = Needs::from_text(text);
    let _ = Template::from_text(text, &subject);
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,120}") {
        check(&text);
    }

    #[test]
    fn any_mix_of_pieces_is_read_without_a_panic(
        pieces in prop::collection::vec(piece(), 0..40),
        spaced: bool,
    ) {
        check(&pieces.join(if spaced { " " } else { "" }));
    }

    #[test]
    fn the_order_of_trials_means_nothing(
        mut trials in prop::collection::vec(0.1..4.0_f64, 1..40),
        threshold in 0.1..4.0_f64,
        seed: u64,
    ) {
        let text = format!(
            "speedup('processes') > {threshold} or p95('thing') < {threshold} and most('thing') > 3"
        );
        let made = |trials: &[f64]| {
            on(2).with("speedup('processes')", trials).with("p95('thing')", trials).with("most('thing')", trials)
        };
        let condition = Condition::from_text(&text, &ConditionSubject::default()).expect("a condition");
        let before = judge_claim(&condition, &Needs::default(), None, &made(&trials));
        let mut random = seed;
        for at in (1..trials.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            trials.swap(at, (random >> 33) as usize % (at + 1));
        }
        prop_assert_eq!(before, judge_claim(&condition, &Needs::default(), None, &made(&trials)));
    }

    /// No condition both holds and is refuted; if it holds, it holds for all trials but one.
    #[test]
    fn a_verdict_agrees_with_its_trials(
        trials in prop::collection::vec(0.5..2.5_f64, 3..20),
        threshold in 0.4..2.6_f64,
    ) {
        let made = on(2).with("speedup('processes')", &trials);
        let above = trials.iter().filter(|trial| **trial > threshold).count();
        let may_miss = usize::from(trials.len() >= 5);
        match verdict(&format!("speedup('processes') > {threshold}"), &made) {
            Verdict::Holds => prop_assert!(above + may_miss >= trials.len()),
            Verdict::DoesNotHold => prop_assert_eq!(above, 0),
            _ => prop_assert!(above > 0 && above < trials.len()),
        }
    }
}
