//! Claims: a sentence about concurrency, a condition on what a demo measures, and the resulting verdict.
//!
//! When a lesson is read, its conditions are parsed (`parse`), and their types and names are checked
//! ([`Condition::from_text`]). A condition is judged (`judge`) with any [`Evidence`]; `report` takes it from a
//! recording. This module does not depend on the source of the figures, so tests of verdicts use made-up ones.
//!
//! The language: numbers with units (`5 ms`, `1.5 MiB`, `20 %`), texts in single quotes, functions on the
//! measured run (`speedup('processes')`, `median('overshoot', 'gil-threads', busy='1')`), `+ - * /`, `< <= > >=
//! == !=`, `not`, `and`, `or` and parentheses.
//!
//! # Three values
//!
//! A figure is not a number but an interval: the range of the trials, or the middle half of a long series. A
//! comparison is true if the whole interval satisfies it, false if no part of it does, and otherwise too noisy
//! to tell. The two results are treated differently: a claim is refuted only if *every* trial fails, while one
//! outlier must not keep it from holding. So with five trials or more, the one that is farthest from the median
//! is ignored when a comparison is tested for being *true*. `and`, `or` and `not` follow Kleene.
//!
//! A false condition refutes the claim only if nothing else explains the result. The run must be complete and
//! have at least three trials (or the figure must be settled, see `measures`), the usable cores must have been
//! free all the time, and for a time this must have been measured.
//!
//! A true condition proves the claim under the same rule. Each part of a condition has the direction in which
//! other programs push its figures (`ConditionQuestion::load`): they only lower speed-ups and cores used, and
//! only lengthen times. If they may have *made* a part true, such as `cores_used('threads') < 1.3` or one time
//! below another, it needs free cores as a refutation does, or a control in the same condition (`control`):
//! `and cores_used('processes') > 1.5`.
//!
//! `by_turns` and `at_once` need neither: they follow from voluntary switches, which load does not move
//! (`record::metrics::WorkOverlap`). They decide beside other programs, on one core and under a quota.
//!
//! An effect of chance (a lost update, an order of arrival) may happen in the next round even if it did not in
//! this one. So not seeing it never refutes a condition: `distinct('arrival') > 1` and `sum('lost') > 0` hold
//! once it was seen, and are otherwise too noisy to tell. `lost('threads') == 0` is refuted when a loss is
//! seen, and holds only beside a control that shows the same workers losing something without the lock.
//! `measures` lists these figures; the direction in which chance may still move a figure is carried through
//! arithmetic.

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
pub use evidence::{AnswerValues, CoreSupply, Evidence, EvidenceAnswer};
pub use functions::backend_functions;
pub use judge::{Judgement, MeasuredFigure, judge_claim, lacks_cores};
pub use needs::Needs;
pub use syntax::ConditionError;
pub use template::Template;
pub use units::{Unit, metric_unit};
pub use verdict::Verdict;
