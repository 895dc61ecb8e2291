//! A quiz with a number as its answer: with or without its unit, with a decimal point or comma.

use super::{AnswerGrade, UnclearAnswer};
use crate::lesson::NumberAnswer;

/// Units of time, in seconds. An answer may use another unit than the question's.
const TIMES: [(&str, f64); 7] = [
    ("ns", 1e-9),
    ("us", 1e-6),
    ("µs", 1e-6),
    ("μs", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("min", 60.0),
];

/// Other names of units.
const NAMES: [(&str, &str); 8] = [
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("milliseconds", "ms"),
    ("minutes", "min"),
    ("percent", "%"),
    ("x", "×"),
];

/// Whether a line looks like a number.
pub fn is_answer(line: &str) -> bool {
    let text = strip_prefix_words(line);
    let mut digits = text.trim_start_matches(['-', '+', '−', '.', ',']).chars();
    digits.next().is_some_and(|c| c.is_ascii_digit())
}

/// Grades a number.
pub fn judge_number(
    number: &NumberAnswer,
    line: &str,
) -> Result<(AnswerGrade, String), UnclearAnswer> {
    let read = parse_number(line, number.unit.as_deref()).filter(|values| !values.is_empty());
    let values = read.ok_or_else(|| UnclearAnswer::NoNumber {
        unit: number
            .unit
            .as_ref()
            .map_or(String::new(), |unit| format!(" in {unit}")),
    })?;
    let is_near = |wanted: f64| {
        let rounding = 1e-9 * wanted.abs().max(1.0);
        let near = |value: &f64| (value - wanted).abs() <= number.tolerance.abs() + rounding;
        values.iter().any(near)
    };
    if is_near(number.value) {
        let right = with_unit(number, number.value);
        return Ok((
            AnswerGrade::Right,
            format!("**Right:** {right}\n\n{}", number.why),
        ));
    }
    // With a wide tolerance, several misconceptions may match; the nearest one is used.
    let distance = |value: f64| {
        let distances = values.iter().map(|said| (said - value).abs());
        distances.fold(f64::INFINITY, f64::min)
    };
    let slips = number.slips.iter().filter(|slip| is_near(slip.value));
    let nearest = slips.min_by(|a, b| distance(a.value).total_cmp(&distance(b.value)));
    let says = match nearest {
        Some(slip) => format!("**Not so:** {}\n\n{}", line.trim(), slip.why),
        None => format!("**Not so:** {} is not it.", line.trim()),
    };
    Ok((AnswerGrade::Wrong, says))
}

/// The right number with its explanation.
pub fn solution_text(number: &NumberAnswer) -> String {
    let right = with_unit(number, number.value);
    format!("**Answer:** {right}\n\n{}", number.why)
}

fn with_unit(number: &NumberAnswer, value: f64) -> String {
    match &number.unit {
        Some(unit) => format!("{value} {unit}"),
        None => value.to_string(),
    }
}

/// Removes words that people write before a number.
fn strip_prefix_words(line: &str) -> &str {
    let text = line.trim();
    let text = text.strip_prefix("about ").unwrap_or(text);
    text.trim_start_matches(['~', '≈', '=']).trim_start()
}

/// The possible values of a line in the question's unit: `1,000` has two. `None` if it is not a number, or its
/// unit cannot be converted to the question's.
fn parse_number(line: &str, unit: Option<&str>) -> Option<Vec<f64>> {
    let text = strip_prefix_words(line);
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '_' | '-' | '+' | '−');
    let end = exponent_end(text, text.find(|c| !is_part(c)).unwrap_or(text.len()));
    let (figures, said) = (text.get(..end)?, text.get(end..)?.trim());
    let factor = unit_factor(said.trim_end_matches('.'), unit)?;
    let readings = separator_readings(&figures.replace('−', "-").replace('_', ""));
    let numbers = readings.iter().filter_map(|text| text.parse::<f64>().ok());
    let scaled = numbers.map(|number| number * factor);
    Some(scaled.filter(|number| number.is_finite()).collect())
}

/// The end of a number that may have an exponent: `8e3`.
fn exponent_end(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let Some(power) = rest.strip_prefix(['e', 'E']) else {
        return end;
    };
    let digits = power.strip_prefix(['-', '+']).unwrap_or(power);
    let count = digits.chars().take_while(char::is_ascii_digit).count();
    if count == 0 {
        return end;
    }
    end + rest.len() - digits.len() + count
}

/// A comma is either a decimal point or a thousands separator.
fn separator_readings(figures: &str) -> Vec<String> {
    let commas = figures.matches(',').count();
    let grouped = || {
        figures.split(',').skip(1).all(|group| {
            group
                .split('.')
                .next()
                .is_some_and(|group| group.len() == 3)
        })
    };
    let mut readings = Vec::new();
    if commas == 0 {
        readings.push(figures.to_owned());
    }
    if commas == 1 && !figures.contains('.') {
        readings.push(figures.replace(',', "."));
    }
    if commas > 0 && grouped() {
        readings.push(figures.replace(',', ""));
    }
    readings
}

/// The factor from the given unit to the question's; `None` if it cannot be converted.
fn unit_factor(said: &str, unit: Option<&str>) -> Option<f64> {
    let named = |text: &str| {
        let lower = text.to_lowercase();
        let known = NAMES.iter().find(|(name, _)| *name == lower);
        known.map_or(lower, |(_, unit)| (*unit).to_owned())
    };
    if said.is_empty() {
        return Some(1.0);
    }
    let (said, unit) = (named(said), named(unit?));
    if said == unit || format!("{said}s") == unit || said == format!("{unit}s") {
        return Some(1.0);
    }
    let seconds = |name: &str| {
        TIMES
            .iter()
            .find(|(unit, _)| *unit == name)
            .map(|(_, seconds)| *seconds)
    };
    Some(seconds(&said)? / seconds(&unit)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Misconception;

    fn number() -> NumberAnswer {
        NumberAnswer {
            value: 8.0,
            tolerance: 0.5,
            unit: Some("s".to_owned()),
            why: "Four by four.".to_owned(),
            slips: vec![Misconception {
                value: 4.0,
                why: "They wait at once.".to_owned(),
            }],
        }
    }

    #[test]
    fn a_number_is_right_in_every_form() {
        let forms = [
            "8",
            "8 s",
            "8s",
            "8.0",
            "8,0",
            "7.5",
            "8.5 sec",
            "8000 ms",
            "8,000 ms",
            "~8",
            "about 8",
            "8 seconds",
            "8e0",
            "+8",
            "8 s.",
            "8_000ms",
        ];
        for line in forms {
            assert!(is_answer(line) || line == "about 8", "{line}");
            assert_eq!(
                judge_number(&number(), line).unwrap().0,
                AnswerGrade::Right,
                "{line}"
            );
        }
    }

    #[test]
    fn a_slip_has_its_own_why_and_any_other_number_a_general_word() {
        let (grade, says) = judge_number(&number(), "4,2").unwrap();
        assert_eq!(grade, AnswerGrade::Wrong);
        assert_eq!(says, "**Not so:** 4,2\n\nThey wait at once.");
        let (grade, says) = judge_number(&number(), "-12").unwrap();
        assert_eq!(grade, AnswerGrade::Wrong);
        assert_eq!(says, "**Not so:** -12 is not it.");
        assert_eq!(
            judge_number(&number(), "8.6").unwrap().0,
            AnswerGrade::Wrong
        );
    }

    #[test]
    fn what_is_no_number_or_has_another_unit_is_no_try() {
        for line in ["8 apples", "8 MiB", "1,2,3", "-", "8..0", "inf"] {
            assert!(judge_number(&number(), line).is_err(), "{line}");
        }
        let plain = NumberAnswer {
            unit: None,
            ..number()
        };
        assert!(judge_number(&plain, "8 s").is_err());
        assert!(!is_answer("next") && !is_answer(""));
    }

    #[test]
    fn an_exact_number_is_exact_but_for_rounding() {
        let exact = NumberAnswer {
            value: 0.3,
            tolerance: 0.0,
            unit: None,
            ..number()
        };
        assert_eq!(judge_number(&exact, "0,3").unwrap().0, AnswerGrade::Right);
        assert_eq!(judge_number(&exact, ".3").unwrap().0, AnswerGrade::Right);
        assert_eq!(judge_number(&exact, "0.31").unwrap().0, AnswerGrade::Wrong);
    }
}
