//! Claims: a sentence about concurrency, a condition over what a demo measures, and the verdict that follows.
//!
//! A condition is parsed ([`parse`]), its types and names are checked ([`Condition::read`]), both when a lesson is
//! read. It is judged ([`judge`]) against any [`Evidence`]; `report` makes one of a recording. Nothing here knows
//! where figures come from, so every verdict is tested with made-up ones.
//!
//! The language: numbers with units (`5 ms`, `1.5 MiB`, `20 %`), texts in single quotes, functions of the measured
//! run (`speedup('processes')`, `median('overshoot', 'gil-threads', busy='1')`), `+ - * /`, `< <= > >= == !=`,
//! `not`, `and`, `or` and parentheses.
//!
//! # Three values
//!
//! A figure is not a number but an interval: from the least to the greatest trial, or from quartile to quartile of
//! a long series. A comparison is true if the whole interval satisfies it, false if none of it does, and otherwise
//! too noisy to tell. The two sides are not treated alike: a claim is refused only if *every* trial fails, while
//! one hiccup must not keep it from holding. So from five trials on, the one that lies farthest from the median is
//! set aside when it is asked whether a comparison is *true*. `and`, `or` and `not` follow Kleene.
//!
//! What is false refutes the claim only if nothing else explains it: a run that came to its end, three trials at
//! least (or what is settled, see [`ObservationNature`](crate::catalog::ObservationNature)), the usable cores free for us all the time, and, for a time, known
//! to have been free.
//!
//! What is true proves the claim only by the same rule. Each part of a condition knows which way other programs push
//! its figures (`Question::load`): they only lower speed-ups and cores used, and only lengthen times. What they may
//! have *made* true, `cores_used('threads') < 1.3` or one time below another, needs free cores as much as a refusal
//! does, or a control in the same condition (`control`): `and cores_used('processes') > 1.5`.
//!
//! What chance brings about (a lost update, an order of arrival) may be seen in the next round even if it was not in
//! this one. So a condition is never refuted by what was *not* seen: `distinct('arrival') > 1` and `sum('lost') > 0`
//! hold once it was seen, and are otherwise too noisy to tell, while `lost('threads') == 0` is refuted by being
//! seen, and holds only beside a control that shows the same workers losing something without the lock. Which figures are such, the
//! catalogue says of each observation; the direction in which chance may yet move a figure goes along
//! through arithmetic.

mod check;
mod condition;
mod control;
mod eval;
mod evidence;
mod figure;
mod functions;
mod judge;
mod needs;
mod parse;
mod syntax;
mod template;
#[cfg(test)]
mod tests;
mod units;
mod verdict;
mod wording;

pub use check::ConditionSubject;
pub use condition::{AggregateKind, Condition, ConditionQuestion, MeasuredQuantity};
pub use evidence::{AnswerValues, Evidence, EvidenceAnswer};
pub use figure::quantile;
pub use judge::{Judgement, LEAST_FREE, MeasuredFigure, judge_claim, lacks_cores};
pub use needs::Needs;
pub use syntax::ConditionError;
pub use template::Template;
pub use units::Unit;
pub use verdict::Verdict;
