//! Advice for the author of a watched program. Each piece of advice follows from what was observed, never from the
//! program's text.
//!
//! A rule reads one recording and gives advice only if it is certain: a good program gets none. The hooks' reports are
//! in the recording, so a saved run gives the same advice.

mod endless_waits;
mod failures;
mod hangs;
mod joins;
mod observed_run;
mod pickling;
mod recorded_hooks;
mod slow_pools;
mod starts;
mod threads;
mod wording;

#[cfg(test)]
mod tests;

pub use starts::is_hopeless;

use crate::{record::Run, report::AdviceItem};
use endless_waits::explain_hang;
use observed_run::ObservedRun;

/// A rule, which may return advice.
type AdviceRule = fn(&ObservedRun<'_>) -> Option<AdviceItem>;

/// All rules, the gravest mistakes first. The advice of a rule always has the same name.
const RULES: &[(&str, AdviceRule)] = &[
    ("no-main-guard", starts::no_main_guard),
    ("lambda-to-pool", pickling::lambda_to_pool),
    ("cannot-pickle", pickling::cannot_pickle),
    ("deadlock", |seen| explain_hang(seen, "deadlock")),
    ("fork-with-held-lock", |seen| {
        explain_hang(seen, "fork-with-held-lock")
    }),
    ("lock-of-ended-process", |seen| {
        explain_hang(seen, "lock-of-ended-process")
    }),
    ("pool-hangs", |seen| explain_hang(seen, "pool-hangs")),
    ("join-before-drain", |seen| {
        explain_hang(seen, "join-before-drain")
    }),
    ("waits-for-failed-child", |seen| {
        explain_hang(seen, "waits-for-failed-child")
    }),
    ("task-done-missing", |seen| {
        explain_hang(seen, "task-done-missing")
    }),
    ("pipe-end-open", |seen| explain_hang(seen, "pipe-end-open")),
    ("queue-without-sentinel", |seen| {
        explain_hang(seen, "queue-without-sentinel")
    }),
    ("never-woken", |seen| explain_hang(seen, "never-woken")),
    ("results-not-awaited", failures::results_not_awaited),
    ("child-failed", failures::child_failed),
    ("no-target", starts::no_target),
    ("run-instead-of-start", starts::run_instead_of_start),
    ("start-without-join", joins::start_without_join),
    ("joined-too-early", joins::joined_too_early),
    ("daemon-cut-off", joins::daemon_cut_off),
    ("outlived-parent", joins::outlived_parent),
    ("threads-with-gil", threads::threads_with_gil),
    ("pool-slower-than-serial", slow_pools::slower_than_serial),
    ("apply-one-at-a-time", slow_pools::apply_one_at_a_time),
];

/// The advice for this run.
pub fn collect_advice(run: &Run<'_>) -> Vec<AdviceItem> {
    let seen = ObservedRun::from_run(*run);
    RULES.iter().filter_map(|(_, rule)| rule(&seen)).collect()
}

fn build_advice(id: &str, says: impl Into<String>, because: impl Into<String>) -> AdviceItem {
    AdviceItem {
        id: id.to_owned(),
        says: says.into(),
        because: because.into(),
    }
}
