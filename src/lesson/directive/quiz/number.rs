//! A quiz that asks for a number.

use toml::Spanned;

use crate::lesson::{
    fields::{Fields, InnerTable},
    model::{Misconception, NumberAnswer},
    source_file::Diagnostics,
    spec,
};

pub(super) fn read(mut fields: Fields<'_, '_>) -> Option<NumberAnswer> {
    let value = fields.required::<f64>("answer");
    let tolerance = fields.placed::<f64>("tolerance");
    let unit = fields.text_if_any("unit");
    let why = fields.text("why");
    let slips = fields.tables_if_any("slip");
    if let Some(negative) = tolerance.as_ref().filter(|far| *far.get_ref() < 0.0) {
        fields
            .diagnostics()
            .error(negative.span(), "`tolerance` must be 0 or more")
            .help("it says how far off a right answer may be, to either side");
    }
    let diagnostics = fields.finish();
    let number = NumberAnswer {
        value: value?.into_inner(),
        tolerance: tolerance.map(Spanned::into_inner).unwrap_or_default(),
        unit: unit.map(Spanned::into_inner),
        why: why?.into_inner(),
        slips: Vec::new(),
    };
    let mut wrong: Vec<Misconception> = Vec::new();
    for inner in slips {
        let slip = slip(diagnostics, inner, &number, &wrong);
        wrong.extend(slip);
    }
    Some(NumberAnswer {
        slips: wrong,
        ..number
    })
}

fn slip<'s>(
    diagnostics: &mut Diagnostics<'s>,
    inner: InnerTable<'s>,
    number: &NumberAnswer,
    others: &[Misconception],
) -> Option<Misconception> {
    let mut fields = Fields::of(diagnostics, &spec::SLIP, inner);
    let value = fields.required::<f64>("answer");
    let why = fields.text("why");
    let diagnostics = fields.finish();
    let value = value?;
    let near = |of: f64| (value.get_ref() - of).abs() <= number.tolerance;
    if near(number.value) {
        diagnostics
            .error(value.span(), "this slip is a right answer")
            .help("a slip lies outside of the tolerance");
    } else if others.iter().any(|other| near(other.value)) {
        diagnostics
            .error(value.span(), "another slip is within the tolerance of this")
            .help("nobody would get the second why: join the two, or make `tolerance` smaller");
    }
    Some(Misconception {
        value: value.into_inner(),
        why: why?.into_inner(),
    })
}
