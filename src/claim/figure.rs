//! Figures as intervals, and arithmetic with them.

use super::{
    check,
    condition::AggregateKind,
    syntax::{ArithmeticOperator, ComparisonOperator},
    units::Unit,
};
use crate::{catalog::ObservationNature, record::metrics::quantile};

/// A series of at least this many values is described by its quartiles.
const SERIES: usize = 20;
/// With at least this many trials, the one farthest from the median cannot keep a claim from holding.
const ROBUST: usize = 5;

/// A range of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueRange {
    pub low: f64,
    pub high: f64,
}

impl ValueRange {
    fn from_value(value: f64) -> Self {
        Self {
            low: value,
            high: value,
        }
    }

    /// The smallest range that contains these values.
    fn from_values(values: impl IntoIterator<Item = f64>) -> Self {
        values.into_iter().fold(
            Self {
                low: f64::INFINITY,
                high: f64::NEG_INFINITY,
            },
            |span, value| Self {
                low: span.low.min(value),
                high: span.high.max(value),
            },
        )
    }

    fn is_finite(self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }
}

/// A number with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FigureEstimate {
    /// Its unit.
    pub unit: Unit,
    /// The median.
    pub median: f64,
    /// The range of all trials, or the middle half of a long series.
    pub wide: ValueRange,
    /// The same range without one outlier.
    pub robust: ValueRange,
    /// What supports it.
    pub support: FigureSupport,
}

/// The directions in which a figure may be off: without the disturbance it might be greater, or smaller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FigureBias {
    pub may_rise: bool,
    pub may_fall: bool,
}

impl FigureBias {
    pub const NONE: Self = Self::new(false, false);

    pub const fn new(may_rise: bool, may_fall: bool) -> Self {
        Self { may_rise, may_fall }
    }

    /// The shift of a figure that is subtracted: greater becomes smaller.
    const fn turned(self) -> Self {
        Self::new(self.may_fall, self.may_rise)
    }

    pub const fn and(self, other: Self) -> Self {
        Self::new(
            self.may_rise || other.may_rise,
            self.may_fall || other.may_fall,
        )
    }

    /// Whether the figures may compare this way only because they are off.
    fn explains(self, how: ComparisonOperator, other: Self) -> bool {
        match how {
            ComparisonOperator::Less | ComparisonOperator::LessOrEqual => {
                self.may_rise || other.may_fall
            }
            ComparisonOperator::More | ComparisonOperator::MoreOrEqual => {
                self.may_fall || other.may_rise
            }
            ComparisonOperator::Equal => self.and(other) != Self::NONE,
            ComparisonOperator::NotEqual => false,
        }
    }
}

/// What supports a figure or a conclusion from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FigureSupport {
    /// The number of values; `None` if the figure is exact.
    pub trials: Option<usize>,
    /// Whether it is a time, which depends on the load of the machine.
    pub is_timed: bool,
    /// The directions in which chance may still move it.
    pub chance: FigureBias,
    /// The directions in which it may move on a machine where no other program runs.
    pub load: FigureBias,
    /// For a conclusion: whether it only means that something has not been seen so far.
    pub is_unseen: bool,
    /// For a conclusion: whether load alone may have caused it.
    pub is_load_made: bool,
}

impl FigureSupport {
    /// The support of values of this nature.
    pub fn from_nature(nature: ObservationNature, trials: usize) -> Self {
        Self {
            trials: (nature != ObservationNature::Settled).then_some(trials),
            is_timed: nature == ObservationNature::Awaited,
            chance: FigureBias::new(
                matches!(
                    nature,
                    ObservationNature::ChanceOfMore | ObservationNature::Chance
                ),
                matches!(
                    nature,
                    ObservationNature::ChanceOfLess | ObservationNature::Chance
                ),
            ),
            // Load may delay an answer, but it cannot produce one.
            load: FigureBias::new(nature == ObservationNature::Awaited, false),
            ..Self::default()
        }
    }

    /// Whether another run would show the same: neither chance nor load explains it.
    pub fn is_settled(self) -> bool {
        self.trials.is_none() && !self.is_timed && !self.is_unseen
    }

    fn swap_directions(self) -> Self {
        Self {
            chance: self.chance.turned(),
            load: self.load.turned(),
            ..self
        }
    }

    /// The support of a comparison of two figures, after it was found to be true.
    ///
    /// If chance never made a figure as great as another, this only means that it was not seen.
    pub fn after_comparison(self, how: ComparisonOperator, other: Self) -> Self {
        let both = self.combine_both(other);
        Self {
            is_unseen: self.chance.explains(how, other.chance) || both.is_unseen,
            // The difference may have been caused by load.
            is_load_made: self.load.explains(how, other.load)
                || (how == ComparisonOperator::NotEqual && both.load != FigureBias::NONE)
                || both.is_load_made,
            ..both
        }
    }

    /// The support of a conclusion from both.
    pub fn combine_both(self, other: Self) -> Self {
        let trials = match (self.trials, other.trials) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self {
            trials,
            is_timed: self.is_timed || other.is_timed,
            chance: self.chance.and(other.chance),
            load: self.load.and(other.load),
            is_unseen: self.is_unseen || other.is_unseen,
            is_load_made: self.is_load_made || other.is_load_made,
        }
    }

    /// The stronger of two, if each would be enough.
    pub fn stronger_of(self, other: Self) -> Self {
        // An exact figure has the strongest support.
        let weight = |support: Self| {
            let trials = support.trials.unwrap_or(usize::MAX);
            let doubts = (!support.is_unseen, !support.is_load_made, !support.is_timed);
            (doubts, trials)
        };
        if weight(self) >= weight(other) {
            self
        } else {
            other
        }
    }
}

impl FigureEstimate {
    /// A number without uncertainty.
    pub fn exact(value: f64, unit: Unit) -> Self {
        Self {
            unit,
            median: value,
            wide: ValueRange::from_value(value),
            robust: ValueRange::from_value(value),
            support: FigureSupport::default(),
        }
    }

    /// Aggregates these values; `None` without a finite one.
    pub fn from_values(
        values: &[f64],
        unit: Unit,
        pick: AggregateKind,
        nature: ObservationNature,
    ) -> Option<Self> {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let (first, last) = (*sorted.first()?, *sorted.last()?);
        let is_timed =
            !matches!(unit, Unit::Count | Unit::Bytes) && nature != ObservationNature::Settled;
        let mut support = FigureSupport::from_nature(nature, sorted.len());
        support.is_timed |= is_timed;
        // An extreme or a sum of times is a single value without a spread.
        if is_timed
            && matches!(
                pick,
                AggregateKind::Least | AggregateKind::Most | AggregateKind::Sum
            )
        {
            support.trials = Some(1);
        }
        // With more rounds there may be more distinct values, never fewer.
        if pick == AggregateKind::Distinct && nature != ObservationNature::Settled {
            support.chance = FigureBias::new(true, false);
        }
        let point = |value, unit| Self {
            support,
            ..Self::exact(value, unit)
        };
        Some(match pick {
            AggregateKind::Median => Self {
                unit,
                median: quantile(&sorted, 0.5)?,
                wide: wide_range(&sorted)?,
                robust: robust_range(&sorted)?,
                support,
            },
            AggregateKind::P95 => {
                // The rank ± two standard errors: about 95 % of all samples have the percentile in this range.
                let error = 2.0 * (0.95 * 0.05 / sorted.len() as f64).sqrt();
                let span = ValueRange {
                    low: quantile(&sorted, 0.95 - error)?,
                    high: quantile(&sorted, 0.95 + error)?,
                };
                Self {
                    unit,
                    median: quantile(&sorted, 0.95)?,
                    wide: span,
                    robust: span,
                    support,
                }
            }
            AggregateKind::Least => point(first, unit),
            AggregateKind::Most => point(last, unit),
            AggregateKind::Sum => point(sorted.iter().sum(), unit),
            AggregateKind::Count => point(sorted.len() as f64, Unit::Count),
            AggregateKind::Distinct => {
                sorted.dedup();
                point(sorted.len() as f64, Unit::Count)
            }
        })
    }

    /// The median alone.
    pub fn without_range(self) -> Self {
        Self {
            support: self.support,
            ..Self::exact(self.median, self.unit)
        }
    }

    /// The figure with the opposite sign.
    pub fn with_opposite_sign(self) -> Self {
        let turned = |span: ValueRange| ValueRange {
            low: -span.high,
            high: -span.low,
        };
        Self {
            median: -self.median,
            wide: turned(self.wide),
            robust: turned(self.robust),
            support: self.support.swap_directions(),
            ..self
        }
    }

    /// Computes with another figure.
    ///
    /// # Errors
    /// The reason why there is no result.
    pub fn compute_with(self, how: ArithmeticOperator, other: Self) -> Result<Self, String> {
        let unit = check::result_unit(how, self.unit, other.unit)
            .ok_or_else(|| format!("{} {how} {} makes no sense", self.unit, other.unit))?;
        let span = |left: ValueRange, right: ValueRange| {
            let ends = [left.low, left.high].into_iter().flat_map(|left| {
                [right.low, right.high].map(|right| apply_arithmetic(how, left, right))
            });
            ValueRange::from_values(ends)
        };
        let crosses_zero = other.wide.low <= 0.0 && other.wide.high >= 0.0;
        let figure = Self {
            unit,
            median: apply_arithmetic(how, self.median, other.median),
            wide: span(self.wide, other.wide),
            robust: span(self.robust, other.robust),
            support: self.support.combine_both(match how {
                ArithmeticOperator::Add | ArithmeticOperator::Multiply => other.support,
                ArithmeticOperator::Subtract | ArithmeticOperator::Divide => {
                    other.support.swap_directions()
                }
            }),
        };
        let is_finite =
            figure.wide.is_finite() && figure.robust.is_finite() && figure.median.is_finite();
        match (how, crosses_zero) {
            (ArithmeticOperator::Divide, true) => {
                Err("a figure that may be 0 divides nothing".to_owned())
            }
            _ if !is_finite => Err("the result is too large a number".to_owned()),
            _ => Ok(figure),
        }
    }

    /// Compares two figures: certainly yes, certainly no, or `None` if it is too noisy to tell.
    pub fn compare_with(self, how: ComparisonOperator, other: Self) -> Option<bool> {
        if all_values_satisfy(how, self.robust, other.robust) {
            return Some(true);
        }
        all_values_satisfy(opposite_comparison(how), self.wide, other.wide).then_some(false)
    }
}

fn apply_arithmetic(how: ArithmeticOperator, left: f64, right: f64) -> f64 {
    match how {
        ArithmeticOperator::Add => left + right,
        ArithmeticOperator::Subtract => left - right,
        ArithmeticOperator::Multiply => left * right,
        ArithmeticOperator::Divide => left / right,
    }
}

/// The comparison that is true if and only if `how` is not.
pub fn opposite_comparison(how: ComparisonOperator) -> ComparisonOperator {
    match how {
        ComparisonOperator::Less => ComparisonOperator::MoreOrEqual,
        ComparisonOperator::LessOrEqual => ComparisonOperator::More,
        ComparisonOperator::More => ComparisonOperator::LessOrEqual,
        ComparisonOperator::MoreOrEqual => ComparisonOperator::Less,
        ComparisonOperator::Equal => ComparisonOperator::NotEqual,
        ComparisonOperator::NotEqual => ComparisonOperator::Equal,
    }
}

/// Whether each value of the left side satisfies the comparison with each value of the right side.
fn all_values_satisfy(how: ComparisonOperator, left: ValueRange, right: ValueRange) -> bool {
    match how {
        ComparisonOperator::Less => left.high < right.low,
        ComparisonOperator::LessOrEqual => left.high <= right.low,
        ComparisonOperator::More => left.low > right.high,
        ComparisonOperator::MoreOrEqual => left.low >= right.high,
        ComparisonOperator::Equal => {
            nearly_equal(left.low, right.high) && nearly_equal(left.high, right.low)
        }
        ComparisonOperator::NotEqual => {
            let overlap = left.low <= right.high && right.low <= left.high;
            !overlap && !nearly_equal(left.low, right.high) && !nearly_equal(left.high, right.low)
        }
    }
}

/// Equal except for rounding.
fn nearly_equal(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

fn wide_range(sorted: &[f64]) -> Option<ValueRange> {
    let [low, high] = if sorted.len() >= SERIES {
        [quantile(sorted, 0.25)?, quantile(sorted, 0.75)?]
    } else {
        [*sorted.first()?, *sorted.last()?]
    };
    Some(ValueRange { low, high })
}

fn robust_range(sorted: &[f64]) -> Option<ValueRange> {
    if !(ROBUST..SERIES).contains(&sorted.len()) {
        return wide_range(sorted);
    }
    let median = quantile(sorted, 0.5)?;
    let last = sorted.len() - 1;
    wide_range(if median - sorted[0] > sorted[last] - median {
        &sorted[1..]
    } else {
        &sorted[..last]
    })
}
