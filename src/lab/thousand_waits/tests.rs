use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use super::held_waits::HeldWaits;

#[test]
fn memory_is_read_once_all_threads_wait() {
    let held = HeldWaits::new(3);
    let passed = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                held.wait();
                passed.store(true, SeqCst);
            });
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        assert!(!passed.load(SeqCst), "the third has not arrived");
        held.wait();
    });
    // A pool's later waits find the door open.
    held.wait();
    let reading = held.into_reading().expect("all arrived");
    assert_eq!((reading.waiting, reading.threads), (3, 3));
}

#[test]
fn threads_are_let_go_where_the_system_refuses_the_next_one() {
    let held = HeldWaits::new(3);
    std::thread::scope(|scope| {
        scope.spawn(|| held.wait());
        held.give_up();
    });
    assert_eq!(held.into_reading(), None);
}
