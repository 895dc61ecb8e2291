//! A quiz that asks for a number.

use toml::Spanned;

use super::AnswerKeys;
use crate::lesson::{
    source_file::Diagnostics,
    toml_keys::{TextValue, toml_keys},
};

toml_keys! {
    "a slip": struct SlipKeys {
        /// the wrong number, outside of the tolerance
        answer: Spanned<f64> = Required, "4.0";
        /// Markdown: what it overlooks
        why: TextValue = Required, "\"That is the time of one worker.\"";
    }
}

/// A number to find.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NumberAnswer {
    /// The right one.
    pub value: f64,
    /// The tolerance, in the number's own unit; 0 means exact.
    pub tolerance: f64,
    /// Its unit, as shown after it: `s`; a learner may omit it.
    pub unit: Option<String>,
    /// Why the right one is right: Markdown.
    pub why: String,
    /// Wrong numbers of known misconceptions, each with its own explanation.
    pub slips: Vec<Misconception>,
}

/// A wrong number, and the misconception behind it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Misconception {
    /// The number; answers within the tolerance match it.
    pub value: f64,
    /// The mistake: Markdown.
    pub why: String,
}

pub(super) fn read_number(
    diagnostics: &mut Diagnostics<'_>,
    keys: AnswerKeys,
) -> Option<NumberAnswer> {
    let tolerance = keys.tolerance;
    if let Some(negative) = tolerance.as_ref().filter(|far| *far.get_ref() < 0.0) {
        diagnostics
            .error(negative.span(), "`tolerance` must be 0 or more")
            .help("it says how far off a right answer may be, to either side");
    }
    let mut number = NumberAnswer {
        value: keys.answer?,
        tolerance: tolerance.map(Spanned::into_inner).unwrap_or_default(),
        unit: keys.unit,
        why: keys.why?,
        slips: Vec::new(),
    };
    for slip in keys.slip.unwrap_or_default() {
        let slip = read_slip(diagnostics, slip.into_inner(), &number);
        number.slips.extend(slip);
    }
    Some(number)
}

fn read_slip(
    diagnostics: &mut Diagnostics<'_>,
    keys: SlipKeys,
    number: &NumberAnswer,
) -> Option<Misconception> {
    let value = keys.answer?;
    let is_near = |other: f64| (value.get_ref() - other).abs() <= number.tolerance;
    if is_near(number.value) {
        diagnostics
            .error(value.span(), "this slip is a right answer")
            .help("a slip lies outside of the tolerance");
    } else if number.slips.iter().any(|other| is_near(other.value)) {
        diagnostics
            .error(value.span(), "another slip is within the tolerance of this")
            .help("no answer would get the second why: join the two, or make `tolerance` smaller");
    }
    Some(Misconception {
        value: value.into_inner(),
        why: keys.why?,
    })
}
