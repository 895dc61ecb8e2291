//! Counting together under the model of the GIL, by threads that switch as often as they can.

use std::time::Duration;

use super::CountingWay;
use crate::{
    gil::{AdditionForm, CountPlan, Gil, count_together},
    record::Backend,
};

/// The shortest possible interval. With the usual 5 ms the threads would switch only a few times, and sometimes
/// never between a load and a store.
const HASTY: Duration = Duration::from_micros(1);

/// The factor for the number of additions. A waiting thread needs a core to request the lock, and on a busy
/// machine two million additions are over by then.
pub(super) const TIMES: u64 = 10;

/// The ways to count under the lock.
pub(super) const WAYS: [CountingWay; 4] = [
    gil_way(true, false, AdditionForm::Plain),
    gil_way(true, false, AdditionForm::WithCall),
    gil_way(true, true, AdditionForm::WithCall),
    gil_way(false, false, AdditionForm::WithCall),
];

const fn gil_way(shared: bool, lock: bool, form: AdditionForm) -> CountingWay {
    CountingWay {
        backend: Backend::GilThreads,
        shared,
        lock,
        form: Some(form),
    }
}

/// The code of an addition as a learner would write it.
pub(super) const fn addition_code(form: AdditionForm) -> &'static str {
    match form {
        AdditionForm::Plain => "counter += 1",
        AdditionForm::WithCall => "counter += one()",
    }
}

/// The note below the table.
pub(super) const NOTE: &str = "`gil-threads` count under our model of CPython's GIL, ten times as often as the others and with a switch \
     interval of 1 µs in place of 5 ms: so it is sure that some switches fall between a load and a store, where \
     they can.";

/// Counts with this many threads. Returns the final value.
pub(super) fn count_under_gil(way: CountingWay, workers: u32, additions: u64) -> u64 {
    let plan = CountPlan {
        workers,
        additions,
        form: way.form.unwrap_or(AdditionForm::Plain),
        is_shared: way.shared,
        is_locked: way.lock,
    };
    count_together(&Gil::new(HASTY), plan)
}
