//! Units of figures: which can be compared, added, multiplied and divided.

use std::fmt;

pub use crate::catalog::Unit;
use crate::record::metrics::Metric;

/// The units that an author may write: the name, the kind, and the factor to the base unit.
pub const WRITTEN: [(&str, Unit, f64); 14] = [
    ("ns", Unit::Seconds, 1e-9),
    ("µs", Unit::Seconds, 1e-6),
    ("us", Unit::Seconds, 1e-6),
    ("ms", Unit::Seconds, 1e-3),
    ("s", Unit::Seconds, 1.0),
    ("min", Unit::Seconds, 60.0),
    ("B", Unit::Bytes, 1.0),
    ("KiB", Unit::Bytes, 1_024.0),
    ("MiB", Unit::Bytes, 1_048_576.0),
    ("GiB", Unit::Bytes, 1_073_741_824.0),
    ("%", Unit::Share, 0.01),
    ("/s", Unit::Rate, 1.0),
    ("k/s", Unit::Rate, 1e3),
    ("M/s", Unit::Rate, 1e6),
];

/// The unit of a figure of trials.
pub const fn metric_unit(metric: Metric) -> Unit {
    match metric {
        Metric::Startup | Metric::Work | Metric::Total | Metric::Cpu => Unit::Seconds,
        Metric::CoresUsed | Metric::CoresWanted | Metric::Speedup => Unit::Plain,
        Metric::LockSwitches => Unit::Rate,
        Metric::Efficiency => Unit::Share,
    }
}

impl Unit {
    /// Whether it is dimensionless. Dimensionless numbers mix freely.
    pub const fn is_pure(self) -> bool {
        matches!(self, Self::Plain | Self::Count | Self::Share)
    }

    /// Whether figures of these units can be compared, added or subtracted.
    pub const fn is_compatible_with(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Seconds, Self::Seconds) | (Self::Bytes, Self::Bytes) | (Self::Rate, Self::Rate)
        ) || (self.is_pure() && other.is_pure())
    }

    /// The unit of their sum.
    pub fn sum_unit(self, other: Self) -> Option<Self> {
        if self == other {
            return Some(self);
        }
        self.is_compatible_with(other).then_some(Self::Plain)
    }

    /// The unit of their product.
    pub const fn product_unit(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Seconds, Self::Rate) | (Self::Rate, Self::Seconds) => Some(Self::Plain),
            (a, b) if a.is_pure() && b.is_pure() => Some(Self::Plain),
            (a, b) if a.is_pure() => Some(b),
            (a, b) if b.is_pure() => Some(a),
            _ => None,
        }
    }

    /// The unit of their quotient.
    pub const fn quotient_unit(self, other: Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a.is_compatible_with(b) => Some(Self::Plain),
            (a, b) if b.is_pure() => Some(a),
            (a, Self::Seconds) if a.is_pure() => Some(Self::Rate),
            (a, Self::Rate) if a.is_pure() => Some(Self::Seconds),
            _ => None,
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Plain => "a plain number",
            Self::Count => "a count",
            Self::Share => "a share",
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
            Self::Rate => "a rate",
        })
    }
}
