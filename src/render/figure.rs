//! Formats figures: three significant digits, a suitable unit, the same unit in a column.

use crate::{
    record::Value,
    text::units::{
        self, BYTES, PURE, RATES, SECONDS, SHARES, UnitScale, count_decimals, fit_unit,
        format_decimal,
    },
};

/// If a column's figures differ by more than this factor, each has its own unit.
const ONE_UNIT: f64 = 20.0;
/// A column of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormattedColumn {
    /// The common unit, for the heading. `None` if each cell has its own.
    pub unit: Option<String>,
    /// One text per value.
    pub cells: Vec<String>,
}

/// Formats a column's values, with a common unit if that is easier to read.
pub fn format_column(values: &[&Value], unit: Option<&str>) -> FormattedColumn {
    let unit = unit.filter(|unit| !is_base(unit));
    format_in_common_unit(values, unit).unwrap_or_else(|| FormattedColumn {
        unit: unit.map(str::to_owned),
        cells: values.iter().map(|value| format_value(value)).collect(),
    })
}

/// Whether a column's unit is only the base unit in which its figures are stored.
fn is_base(unit: &str) -> bool {
    matches!(unit, "s" | "B" | "1/s" | "/s")
}

/// Formats a value; durations, sizes, rates and shares have their unit.
fn format_value(value: &Value) -> String {
    if let Some((scale, number)) = scale_of_value(value) {
        return units::format_with_unit(scale, number);
    }
    match value {
        Value::Text(text) => text.clone(),
        Value::Count(count) => units::group_thousands(&count.to_string()),
        Value::Pid(pid) => pid.to_string(),
        Value::Pids(list) | Value::Cores(list) => format_number_list(list),
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Nothing => String::new(),
        _ => NO_FIGURE.to_owned(),
    }
}

/// The text for a missing figure.
pub const NO_FIGURE: &str = "n/a";

/// The scale and the number of a value; `None` for types without a scale and for numbers that are not finite.
fn scale_of_value(value: &Value) -> Option<(UnitScale, f64)> {
    let (scale, number) = match value {
        Value::Seconds(x) => (SECONDS, *x),
        Value::Bytes(bytes) => (BYTES, *bytes as f64),
        Value::Rate(x) => (RATES, *x),
        Value::Share(x) => (SHARES, *x),
        Value::Ratio(x) => (PURE, *x),
        _ => return None,
    };
    number.is_finite().then_some((scale, number))
}

/// Formats all figures in one unit, if they have the same type and similar sizes.
fn format_in_common_unit(values: &[&Value], unit: Option<&str>) -> Option<FormattedColumn> {
    let mut scale: Option<UnitScale> = None;
    let mut sizes: Vec<f64> = Vec::new();
    for value in values {
        match (value, scale_of_value(value)) {
            (_, Some((found, number))) => {
                if scale.is_some_and(|scale| scale != found) {
                    return None;
                }
                scale = Some(found);
                sizes.push(number.abs());
            }
            // Gaps, and values of this type that are not finite.
            (
                Value::Missing(_)
                | Value::Nothing
                | Value::Seconds(_)
                | Value::Rate(_)
                | Value::Share(_)
                | Value::Ratio(_),
                None,
            ) => {}
            _ => return None,
        }
    }
    let scale = scale?;
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    let smallest = sizes
        .iter()
        .copied()
        .filter(|size| *size > 0.0)
        .fold(largest, f64::min);
    if scale.len() > 1 && smallest * ONE_UNIT < largest {
        return None;
    }
    let (factor, name) = fit_unit(scale, largest);
    let places = if name == "B" {
        0
    } else {
        decimal_places(smallest / factor, largest / factor)
    };
    let cell = |value: &&Value| match scale_of_value(value) {
        Some((_, number)) => format_decimal(number / factor, places),
        None => format_value(value),
    };
    Some(FormattedColumn {
        unit: unit
            .or((!name.is_empty()).then_some(name))
            .map(str::to_owned),
        cells: values.iter().map(cell).collect(),
    })
}

/// The decimal places of a column: three significant digits for the largest value, and at least one place for
/// smaller ones.
fn decimal_places(smallest: f64, largest: f64) -> usize {
    let places = count_decimals(largest, 3).min(3);
    if places == 0 && largest < 1_000.0 {
        count_decimals(smallest, 3).min(1)
    } else {
        places
    }
}

/// Formats `0, 1, 5`; a sequence of consecutive numbers becomes `4101–4104`.
fn format_number_list(list: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &number in list {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let texts: Vec<String> = runs
        .into_iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first}–{last}"),
        })
        .collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn figures_have_three_digits_and_a_fitting_unit() {
        let cases = [
            (Value::Seconds(0.1712), "171 ms"),
            (Value::Seconds(0.000_061_23), "61.2 µs"),
            (Value::Seconds(0.999_96), "1.00 s"),
            (Value::Seconds(0.000_999_7), "1.00 ms"),
            (Value::Seconds(125.4), "125 s"),
            (Value::Seconds(4e-10), "0.400 ns"),
            (Value::Seconds(0.0), "0 s"),
            (Value::Seconds(-0.25), "-250 ms"),
            (Value::Seconds(f64::NAN), "n/a"),
            (Value::Bytes(0), "0 B"),
            (Value::Bytes(1023), "1023 B"),
            (Value::Bytes(1_236_992), "1.18 MiB"),
            (Value::Bytes(8 << 30), "8.00 GiB"),
            (Value::Rate(25_300_000.0), "25.3 M/s"),
            (Value::Rate(0.25), "0.250 /s"),
            (Value::Share(0.9376), "93.8 %"),
            (Value::Share(0.0), "0 %"),
            (Value::Ratio(3.7504), "3.75"),
            (Value::Ratio(12_345.6), "12,346"),
            (Value::Ratio(1e18), "1.00e18"),
            (Value::Ratio(9.996), "10.0"),
            (Value::Count(-9), "-9"),
            (Value::Count(2_000_000), "2,000,000"),
            (Value::Count(1234), "1234"),
            (Value::Pid(123_456), "123456"),
            (Value::Pids(vec![4101, 4102, 4103, 4105]), "4101–4103, 4105"),
            (Value::Cores(vec![0, 1]), "0, 1"),
            (Value::Flag(true), "yes"),
            (Value::missing("why"), "n/a"),
            (Value::Nothing, ""),
        ];
        for (value, expected) in cases {
            assert_eq!(format_value(&value), expected, "{value:?}");
        }
    }

    fn seconds(figures: &[f64]) -> FormattedColumn {
        let values: Vec<Value> = figures.iter().map(|x| Value::Seconds(*x)).collect();
        format_column(&values.iter().collect::<Vec<_>>(), Some("s"))
    }

    #[test]
    fn a_column_of_about_one_size_shares_its_unit_and_its_places() {
        let figures = seconds(&[0.2104, 0.0561, 0.0587, 0.0]);
        assert_eq!(figures.unit.as_deref(), Some("ms"));
        assert_eq!(figures.cells, ["210.4", "56.1", "58.7", "0.0"]);
        let figures = seconds(&[0.001_234, 0.000_061_5]);
        assert_eq!((figures.unit, figures.cells[0].as_str()), (None, "1.23 ms"));
    }

    #[test]
    fn quotients_and_shares_have_the_same_places_however_far_apart() {
        let cells =
            |values: &[Value]| format_column(&values.iter().collect::<Vec<_>>(), None).cells;
        assert_eq!(
            cells(&[Value::Ratio(3.88), Value::Ratio(0.003)]),
            ["3.88", "0.00"]
        );
        assert_eq!(
            cells(&[Value::Ratio(0.98), Value::Ratio(0.003)]),
            ["0.980", "0.003"]
        );
        assert_eq!(
            cells(&[Value::Share(1.0), Value::Share(0.507)]),
            ["100.0", "50.7"]
        );
        assert_eq!(
            cells(&[Value::Ratio(25_000.0), Value::Ratio(1.5)]),
            ["25,000", "2"]
        );
    }

    #[test]
    fn a_column_of_many_sizes_has_a_unit_in_each_cell() {
        let figures = seconds(&[0.2104, 0.000_000_4]);
        assert_eq!(figures.unit, None);
        assert_eq!(figures.cells, ["210 ms", "400 ns"]);
    }

    #[test]
    fn gaps_and_words_do_not_disturb_a_column() {
        let values = [Value::Ratio(1.0), Value::missing("why"), Value::Ratio(3.75)];
        let figures = format_column(&values.iter().collect::<Vec<_>>(), Some("×"));
        assert_eq!(figures.unit.as_deref(), Some("×"));
        assert_eq!(figures.cells, ["1.00", "n/a", "3.75"]);
        let values = [Value::from("before"), Value::Seconds(0.5)];
        let figures = format_column(&values.iter().collect::<Vec<_>>(), None);
        assert_eq!(figures.cells, ["before", "500 ms"]);
    }

    proptest! {
        #[test]
        fn every_float_has_a_short_text(x in any::<f64>(), y in any::<f64>()) {
            for kind in [Value::Seconds, Value::Ratio, Value::Share, Value::Rate] {
                prop_assert!(format_value(&kind(x)).len() < 30);
                let values = [kind(x), kind(y)];
                for cell in format_column(&values.iter().collect::<Vec<_>>(), None).cells {
                    prop_assert!(cell.len() < 30, "{cell}");
                }
            }
        }
    }
}
