use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use proptest::prelude::*;

use super::*;
use crate::connection::{self, Connection};

const MOMENT: Duration = Duration::from_millis(30);
/// So long that only a hang reaches it.
const HANG: Duration = Duration::from_mins(1);

/// A handle as another process would have it.
fn elsewhere<T>(queue: &Queue<T>) -> Queue<T> {
    Message::pack(queue).unwrap().unpack().unwrap()
}

/// A queue with a handle at home and one elsewhere.
fn both<T>() -> (Queue<T>, Queue<T>) {
    let here = Queue::new().unwrap();
    let there = elsewhere(&here);
    (here, there)
}

#[test]
fn first_in_first_out_whoever_puts_and_takes() {
    let (here, there) = both::<u32>();
    for (from, to) in [
        (&here, &here),
        (&here, &there),
        (&there, &here),
        (&there, &there),
    ] {
        for number in 0..100 {
            from.put(number).unwrap();
        }
        let taken: Vec<u32> = (0..100).map(|_| to.get().unwrap()).collect();
        assert!(taken.is_sorted() && taken.len() == 100);
    }
}

#[test]
fn large_items_and_handles_travel_too() {
    let (here, there) = both::<(Vec<u8>, Connection<u8, ()>)>();
    let (sender, receiver) = connection::pipe::<u8, ()>().unwrap();
    there.put((vec![7; 3 << 20], sender)).unwrap();
    let (large, sender) = here.get().unwrap();
    sender.send(5).unwrap();
    assert_eq!((large.len(), receiver.recv().unwrap()), (3 << 20, 5));
}

#[test]
fn an_empty_queue_gives_none_in_time() {
    let (here, there) = both::<u32>();
    for queue in [&here, &there] {
        assert_eq!(queue.try_get().unwrap(), None);
        assert_eq!(queue.get_timeout(MOMENT).unwrap(), None);
    }
    // Those who gave up get nothing that comes later.
    here.put(1).unwrap();
    assert_eq!(there.get_timeout(HANG).unwrap(), Some(1));
}

#[test]
fn a_waiting_taker_gets_the_item_that_comes() {
    let (here, there) = both::<u32>();
    for (from, to) in [
        (&here, &here),
        (&here, &there),
        (&there, &here),
        (&there, &there),
    ] {
        thread::scope(|scope| {
            let waiting = scope.spawn(|| to.get().unwrap());
            thread::sleep(MOMENT);
            from.put(3).unwrap();
            assert_eq!(waiting.join().unwrap(), 3);
        });
    }
}

#[test]
fn its_length_can_be_read_everywhere() {
    let (here, there) = both::<u32>();
    here.put(1).unwrap();
    here.put(2).unwrap();
    assert_eq!((here.len(), there.len()), (2, 2));
    there.get().unwrap();
    there.get().unwrap();
    assert!(here.is_empty() && there.is_empty());
}

#[test]
fn without_its_maker_a_queue_is_disconnected_at_once() {
    let (here, there) = both::<u32>();
    here.put(1).unwrap();
    thread::scope(|scope| {
        assert_eq!(there.get().unwrap(), 1);
        let waiting = scope.spawn(|| there.get());
        thread::sleep(MOMENT);
        drop(here);
        assert!(matches!(
            waiting.join().unwrap(),
            Err(QueueError::Disconnected)
        ));
    });
    assert!(matches!(there.put(2), Err(QueueError::Disconnected)));
    assert!(matches!(there.try_get(), Err(QueueError::Disconnected)));
}

#[test]
fn a_handle_can_be_passed_on_by_a_process_that_did_not_make_the_queue() {
    let (here, there) = both::<u32>();
    let further = elsewhere(&there);
    drop(there);
    further.put(1).unwrap();
    assert_eq!(here.get().unwrap(), 1);
    here.put(2).unwrap();
    assert_eq!(further.get().unwrap(), 2);
}

#[test]
fn an_item_that_did_not_arrive_before_its_taker_died_goes_to_the_next() {
    let (here, there) = both::<u32>();
    let QueueSide::There(dying) = &there.side else {
        unreachable!()
    };
    // It asks, and dies before it looks at the answer.
    dying
        .send_request(
            QueueRequest::Get {
                ticket: 1,
                wait: true,
            },
            None,
        )
        .unwrap();
    thread::sleep(MOMENT);
    here.put(1).unwrap();
    here.put(2).unwrap();
    drop(there);
    let next = elsewhere(&here);
    let taken = BTreeSet::from([next.get().unwrap(), here.get().unwrap()]);
    assert_eq!(taken, BTreeSet::from([1, 2]));
}

#[test]
fn an_answer_that_came_too_late_is_the_next_gets() {
    let (here, there) = both::<u32>();
    let QueueSide::There(link) = &there.side else {
        unreachable!()
    };
    link.leave_unanswered();
    here.put(1).unwrap();
    here.put(2).unwrap();
    assert_eq!(there.get_timeout(HANG).unwrap(), Some(1));
    assert_eq!(there.get_timeout(HANG).unwrap(), Some(2));
    link.leave_unanswered();
    assert_eq!(there.try_get().unwrap(), None);
    here.put(3).unwrap();
    assert_eq!(there.get().unwrap(), 3);
}

#[test]
fn an_item_of_another_type_is_an_error_and_the_next_one_arrives() {
    let (here, there) = both::<u32>();
    let strange: Queue<(u32, u32)> = Queue {
        side: there.side.clone(),
        items: PhantomData,
    };
    strange.put((1, 2)).unwrap();
    there.put(3).unwrap();
    assert!(matches!(here.get(), Err(QueueError::Unpack(_))));
    assert_eq!(here.get().unwrap(), 3);
}

#[test]
fn the_server_ends_with_the_last_handle_at_home() {
    let (here, there) = both::<u32>();
    let second = here.clone();
    drop(here);
    second.put(1).unwrap();
    assert_eq!(there.get().unwrap(), 1);
    let QueueSide::Here(maker) = &second.side else {
        unreachable!()
    };
    let store = Arc::downgrade(&maker.store);
    drop(second);
    assert!(
        store.upgrade().is_none(),
        "the server has dropped the items"
    );
}

/// Takes until so many items have been taken by all.
fn drain<T: DeserializeOwned>(queue: &Queue<T>, patience: Duration, left: &AtomicUsize) -> Vec<T> {
    let mut taken = Vec::new();
    let began = Instant::now();
    while left.load(Ordering::SeqCst) > 0 && began.elapsed() < HANG {
        if let Some(item) = queue.get_timeout(patience).unwrap() {
            left.fetch_sub(1, Ordering::SeqCst);
            taken.push(item);
        }
    }
    taken
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_is_lost_and_nothing_comes_twice(
        puts in proptest::collection::vec((0_usize..200, any::<bool>()), 1..5),
        takers in proptest::collection::vec(any::<bool>(), 1..5),
        patience in 0_u64..3,
    ) {
        let here = Queue::<(usize, usize)>::new().unwrap();
        let left = AtomicUsize::new(puts.iter().map(|(count, _)| count).sum());
        let left = &left;
        let handle = |home: bool| if home { here.clone() } else { elsewhere(&here) };
        let taken: Vec<Vec<(usize, usize)>> = thread::scope(|scope| {
            let takers: Vec<_> = takers.iter().map(|home| {
                let queue = handle(*home);
                scope.spawn(move || drain(&queue, Duration::from_millis(patience), left))
            }).collect();
            let producers: Vec<_> = puts.iter().enumerate().map(|(producer, (count, home))| {
                let queue = handle(*home);
                scope.spawn(move || (0..*count).for_each(|item| queue.put((producer, item)).unwrap()))
            }).collect();
            for producer in producers {
                producer.join().unwrap();
            }
            takers.into_iter().map(|taker| taker.join().unwrap()).collect()
        });
        prop_assert_eq!(here.try_get().unwrap(), None);
        // Each taker sees each producer's items in their order.
        for items in &taken {
            for producer in 0..puts.len() {
                prop_assert!(items.iter().filter(|item| item.0 == producer).is_sorted());
            }
        }
        let mut all: Vec<_> = taken.into_iter().flatten().collect();
        all.sort_unstable();
        let expected: Vec<_> = puts.iter().enumerate()
            .flat_map(|(producer, (count, _))| (0..*count).map(move |item| (producer, item)))
            .collect();
        prop_assert_eq!(all, expected);
    }
}
