//! Advice for the author of a watched program. Each piece of advice follows from what was observed, never from the
//! program's text.
//!
//! A rule reads one recording and gives advice only if it is certain: a good program gets none. The hooks' reports are
//! in the recording, so a saved run gives the same advice.

mod endless_waits;
mod errors;
mod failures;
mod hangs;
mod joins;
mod observed_run;
mod order;
mod pickling;
mod pool_failures;
mod recorded_hooks;
mod shared_memory;
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
    ("initializer-failed", pool_failures::initializer_failed),
    ("task-not-found", pool_failures::task_not_found),
    ("pool-in-pool", pool_failures::pool_in_pool),
    ("name-missing-in-child", errors::name_missing_in_child),
    ("lambda-to-pool", pickling::lambda_to_pool),
    ("cannot-pickle", pickling::cannot_pickle),
    ("callback-failed", pool_failures::callback_failed),
    ("result-lost", pool_failures::result_lost),
    ("get-after-terminate", pool_failures::get_after_terminate),
    ("broken-pool", pool_failures::broken_pool),
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
    ("error-unseen", errors::error_unseen),
    ("thread-failed", errors::thread_failed),
    ("child-failed", failures::child_failed),
    ("no-target", starts::no_target),
    ("run-instead-of-start", starts::run_instead_of_start),
    ("start-without-join", joins::start_without_join),
    ("join-timed-out", joins::join_timed_out),
    ("thread-not-joined", joins::thread_not_joined),
    ("joined-too-early", joins::joined_too_early),
    ("value-without-lock", shared_memory::value_without_lock),
    (
        "copy-not-written-back",
        shared_memory::copy_not_written_back,
    ),
    ("memory-not-shared", shared_memory::memory_not_shared),
    ("same-random-numbers", shared_memory::same_random_numbers),
    ("daemon-cut-off", joins::daemon_cut_off),
    ("outlived-parent", joins::outlived_parent),
    ("threads-with-gil", threads::threads_with_gil),
    ("pool-slower-than-serial", slow_pools::slower_than_serial),
    ("apply-one-at-a-time", slow_pools::apply_one_at_a_time),
    ("one-at-a-time", slow_pools::one_at_a_time),
    ("pool-never-closed", pool_failures::pool_never_closed),
];

/// Advice that says why a pool or a child did not do its work. What only describes the consequences is left out then.
const CAUSES: [&str; 9] = [
    "no-main-guard",
    "initializer-failed",
    "task-not-found",
    "pool-in-pool",
    "name-missing-in-child",
    "callback-failed",
    "result-lost",
    "get-after-terminate",
    "broken-pool",
];
const CONSEQUENCES: [&str; 5] = [
    "pool-hangs",
    "never-woken",
    "error-unseen",
    "child-failed",
    "broken-pool",
];

/// The advice for this run.
pub fn collect_advice(run: &Run<'_>) -> Vec<AdviceItem> {
    let seen = ObservedRun::from_run(*run);
    let mut advice: Vec<AdviceItem> = RULES.iter().filter_map(|(_, rule)| rule(&seen)).collect();
    let given: Vec<String> = advice.iter().map(|item| item.id.clone()).collect();
    let is_explained = |item: &AdviceItem| {
        let mut causes = CAUSES.iter().filter(|cause| **cause != item.id);
        let consequence = CONSEQUENCES.contains(&item.id.as_str());
        consequence && causes.any(|cause| given.contains(&(*cause).to_owned()))
    };
    advice.retain(|item| !is_explained(item));
    advice
}

fn build_advice(id: &str, says: impl Into<String>, because: impl Into<String>) -> AdviceItem {
    AdviceItem {
        id: id.to_owned(),
        says: says.into(),
        because: because.into(),
    }
}
