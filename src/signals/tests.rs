use super::*;

#[derive(Default)]
struct Demo {
    why: Mutex<Vec<String>>,
    stopped: Condvar,
}

impl Demo {
    fn wait_until_stopped(&self) -> String {
        let mut why = self.why.lock();
        self.stopped.wait_while(&mut why, |why| why.is_empty());
        why[0].clone()
    }
}

impl SignalTarget for Demo {
    fn stop(&self, why: &str) {
        self.why.lock().push(why.to_owned());
        self.stopped.notify_all();
    }
    fn kill(&self) {}
    fn suspend(&self) {}
    fn resume(&self) {}
}

#[test]
fn a_run_that_ends_by_itself_is_not_cut() {
    let signals = Signals::unconnected();
    let watch = signals.watch_run(Arc::new(Demo::default()), Some(Duration::from_hours(1)));
    assert_eq!(watch.finish(), None);
}

#[test]
fn a_run_that_is_over_is_held_by_nobody() {
    let signals = Signals::unconnected();
    for _ in 0..50 {
        let demo = Arc::new(Demo::default());
        drop(signals.watch_run(demo.clone(), Some(Duration::from_hours(1))));
        assert_eq!(Arc::strong_count(&demo), 1);
    }
}

#[test]
fn the_time_limit_stops_a_run_and_says_so() {
    let limit = Duration::from_millis(20);
    let demo = Arc::new(Demo::default());
    let watch = Signals::unconnected().watch_run(demo.clone(), Some(limit));
    assert_eq!(demo.wait_until_stopped(), "time limit of 0.02 s");
    assert_eq!(watch.finish(), Some(StopReason::TimeLimit(limit)));
}

#[test]
fn ctrl_c_stops_a_run_once_however_long_the_key_is_held() {
    let signals = Signals::unconnected();
    let demo = Arc::new(Demo::default());
    let watch = signals.watch_run(demo.clone(), None);
    signals.state.handle_interrupt();
    signals.state.handle_interrupt();
    assert_eq!(*demo.why.lock(), ["interrupted by Ctrl-C"]);
    assert_eq!(watch.finish(), Some(StopReason::Interrupted));
}

#[test]
fn a_limit_of_one_run_does_not_reach_the_next() {
    let signals = Signals::unconnected();
    let first = signals.watch_run(Arc::new(Demo::default()), Some(Duration::from_millis(30)));
    drop(first);
    let second = Arc::new(Demo::default());
    let limit = Duration::from_millis(300);
    let watch = signals.watch_run(second.clone(), Some(limit));
    assert_eq!(second.wait_until_stopped(), "time limit of 0.3 s");
    assert_eq!(watch.finish(), Some(StopReason::TimeLimit(limit)));
}

#[test]
fn a_ctrl_c_between_two_runs_of_a_series_stops_the_next() {
    let signals = Signals::unconnected();
    let _line = signals.begin_sequence();
    let first = signals.watch_run(Arc::new(Demo::default()), None);
    assert_eq!(first.finish(), None);
    // A nested sequence, which a command begins, is part of that of the whole line.
    drop(signals.begin_sequence());
    signals.state.handle_interrupt();
    let second = signals.watch_run(Arc::new(Demo::default()), None);
    assert_eq!(second.finish(), Some(StopReason::Interrupted));
}

#[test]
fn keys_of_a_program_that_has_the_terminal_stop_no_run_of_ours() {
    let signals = Signals::unconnected();
    let _line = signals.begin_sequence();
    let lent = signals.lend_terminal();
    signals.state.handle_interrupt();
    drop(lent);
    let run = signals.watch_run(Arc::new(Demo::default()), None);
    assert_eq!(run.finish(), None);
}
