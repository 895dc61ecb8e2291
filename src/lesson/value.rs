//! Values of TOML as what a key holds, or what was expected in their place.

use std::ops::Range;

use toml::{Spanned, de::DeValue};

use super::source_file::is_unwanted;

/// A value of the wrong kind.
pub(super) struct ValueError {
    pub(super) at: Range<usize>,
    pub(super) expected: String,
}

/// A place in the TOML as a place in the file.
pub(super) fn shifted(span: Range<usize>, base: usize) -> Range<usize> {
    base + span.start..base + span.end
}

/// A value that a key may have.
pub(super) trait FromToml: Sized {
    /// The value, or what was expected in its place; `base` is where the TOML begins in the file.
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, ValueError>;
}

fn wrong<T>(value: &Spanned<DeValue<'_>>, base: usize, expected: &str) -> Result<T, ValueError> {
    Err(ValueError {
        at: shifted(value.span(), base),
        expected: format!("{expected}, not {}", kind(value.get_ref())),
    })
}

impl FromToml for String {
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, ValueError> {
        match value.get_ref() {
            DeValue::String(text) if text.chars().any(is_unwanted) => {
                let at = shifted(value.span(), base);
                let expected = "text without control characters".to_owned();
                Err(ValueError { at, expected })
            }
            DeValue::String(text) => Ok(text.replace("\r\n", "\n")),
            _ => wrong(&value, base, "text in quotes"),
        }
    }
}

impl FromToml for bool {
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, ValueError> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Ok(*flag),
            _ => wrong(&value, base, "true or false"),
        }
    }
}

impl FromToml for f64 {
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, ValueError> {
        let digits = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return wrong(&value, base, "a number"),
        };
        let number = digits.replace('_', "").parse().ok();
        number
            .filter(|number: &Self| number.is_finite())
            .ok_or_else(|| ValueError {
                at: shifted(value.span(), base),
                expected: "a number that is finite".to_owned(),
            })
    }
}

impl FromToml for u64 {
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, ValueError> {
        let DeValue::Integer(number) = value.get_ref() else {
            return wrong(&value, base, "a whole number");
        };
        Self::from_str_radix(number.as_str(), number.radix()).map_err(|_| ValueError {
            at: shifted(value.span(), base),
            expected: "a whole number, 0 or more".to_owned(),
        })
    }
}

impl FromToml for u32 {
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, ValueError> {
        let at = shifted(value.span(), base);
        Self::try_from(u64::read(value, base)?).map_err(|_| ValueError {
            at,
            expected: format!("at most {}", Self::MAX),
        })
    }
}

impl<T: FromToml> FromToml for Vec<Spanned<T>> {
    fn read(value: Spanned<DeValue<'_>>, base: usize) -> Result<Self, ValueError> {
        if !matches!(value.get_ref(), DeValue::Array(_)) {
            return wrong(&value, base, "a list in [ ]");
        }
        let DeValue::Array(items) = value.into_inner() else {
            return Ok(Self::new());
        };
        let read = |item: Spanned<DeValue<'_>>| {
            let at = shifted(item.span(), base);
            Ok(Spanned::new(at, T::read(item, base)?))
        };
        items.into_iter().map(read).collect()
    }
}

/// What a value is, in words.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
