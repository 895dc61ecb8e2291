use std::thread;

use super::*;

const MOMENT: Duration = Duration::from_millis(30);
/// So long that only a hang reaches it.
const HANG: Duration = Duration::from_mins(1);

fn moved<A, B>(connection: &Connection<A, B>) -> Connection<A, B> {
    let (mut outlet, mut inlet) = channel::open_channel().unwrap();
    outlet
        .send(Message::pack(connection).unwrap(), None)
        .unwrap();
    inlet.receive(None).unwrap().unwrap().unpack().unwrap()
}

#[test]
fn messages_go_both_ways_in_order() {
    let (parent, child) = pipe::<u32, String>().unwrap();
    parent.send(1).unwrap();
    parent.send(2).unwrap();
    child
        .send(format!(
            "{} {}",
            child.recv().unwrap(),
            child.recv().unwrap()
        ))
        .unwrap();
    assert_eq!(parent.recv().unwrap(), "1 2");
}

#[test]
fn a_large_message_arrives_without_a_reader_waiting() {
    let (here, there) = pipe::<Vec<u8>, ()>().unwrap();
    let large = vec![7; 5 << 20];
    here.send(&large).unwrap();
    assert_eq!(there.recv().unwrap(), large);
}

/// What the memory of a message is taken for afterwards shows only if the message is still read then.
#[test]
fn a_large_message_stays_as_it_was_while_others_follow() {
    let (here, there) = pipe::<Vec<u16>, ()>().unwrap();
    let of = |number: u16| vec![number; 200_000 + usize::from(number) * 50_000];
    for round in 0..3 {
        (0..8).for_each(|number| here.send(of(number)).unwrap());
        for number in 0..8 {
            assert!(there.recv().unwrap() == of(number), "{round} {number}");
        }
    }
}

#[test]
fn an_end_that_received_large_messages_can_be_passed_on() {
    let (here, there) = pipe::<Vec<u8>, ()>().unwrap();
    let large = vec![7; 1 << 20];
    for _ in 0..3 {
        here.send(&large).unwrap();
        assert_eq!(there.recv().unwrap(), large);
    }
    here.send(&large).unwrap();
    let there = moved(&there);
    assert_eq!(there.recv().unwrap(), large);
    here.send(&large).unwrap();
    assert_eq!(there.recv().unwrap(), large);
}

#[test]
fn nothing_to_receive_is_none_and_not_an_error() {
    let (here, there) = pipe::<u8, u8>().unwrap();
    assert_eq!(here.recv_timeout(Duration::ZERO).unwrap(), None);
    assert_eq!(here.recv_timeout(MOMENT).unwrap(), None);
    there.send(5).unwrap();
    assert_eq!(here.recv_timeout(HANG).unwrap(), Some(5));
}

#[test]
fn poll_does_not_take_the_message() {
    let (here, there) = pipe::<u8, u8>().unwrap();
    assert!(!here.poll(MOMENT).unwrap());
    there.send(5).unwrap();
    assert!(here.poll(HANG).unwrap());
    assert!(here.poll(Duration::ZERO).unwrap());
    assert_eq!(here.recv().unwrap(), 5);
    assert!(!here.poll(Duration::ZERO).unwrap());
}

#[test]
fn a_peer_that_is_gone_is_an_error_after_its_last_message() {
    let (here, there) = pipe::<u8, u8>().unwrap();
    there.send(1).unwrap();
    drop(there);
    assert_eq!(here.recv().unwrap(), 1);
    assert!(matches!(here.recv(), Err(ConnectionError::PeerGone)));
    assert!(matches!(
        here.recv_timeout(Duration::ZERO),
        Err(ConnectionError::PeerGone)
    ));
    assert!(matches!(here.poll(HANG), Err(ConnectionError::PeerGone)));
    assert!(matches!(here.send(2), Err(ConnectionError::PeerGone)));
}

#[test]
fn a_receive_ends_at_once_when_the_peer_is_gone() {
    let (here, there) = pipe::<u8, u8>().unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| here.recv());
        thread::sleep(MOMENT);
        drop(there);
        assert!(matches!(
            waiting.join().unwrap(),
            Err(ConnectionError::PeerGone)
        ));
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_send_that_waits_ends_when_the_peer_dies() {
    let (here, there) = pipe::<[u64; 4], ()>().unwrap();
    thread::scope(|scope| {
        let sending = scope.spawn(|| (0..10_000).find_map(|_| here.send([0; 4]).err()));
        thread::sleep(MOMENT);
        drop(there);
        assert!(matches!(
            sending.join().unwrap(),
            Some(ConnectionError::PeerGone)
        ));
    });
}

#[test]
fn an_end_that_was_passed_on_works_there_and_is_empty_here() {
    let (parent, child) = pipe::<u8, u8>().unwrap();
    parent.send(1).unwrap();
    let there = moved(&child);
    there.send(there.recv().unwrap() + 1).unwrap();
    assert_eq!(parent.recv().unwrap(), 2);
    assert!(matches!(child.send(0), Err(ConnectionError::Moved)));
    assert!(matches!(child.recv(), Err(ConnectionError::Moved)));
    let again = Message::pack(&child).unwrap_err();
    assert!(
        again.to_string().contains("passed to another process"),
        "{again}"
    );
    drop(there);
    assert!(matches!(parent.recv(), Err(ConnectionError::PeerGone)));
}

#[test]
fn an_end_stays_here_when_what_it_was_sent_with_cannot_be_packed() {
    let (parent, child) = pipe::<u8, u8>().unwrap();
    let handles: Vec<_> = (0..40).map(|_| pipe::<u8, u8>().unwrap().0).collect();
    assert!(matches!(
        Message::pack(&(&child, handles)),
        Err(PackError::TooManyHandles)
    ));
    child.send(1).unwrap();
    assert_eq!(parent.recv().unwrap(), 1);
}

#[test]
fn an_end_that_holds_a_polled_message_is_not_passed_on() {
    let (parent, child) = pipe::<u8, u8>().unwrap();
    parent.send(1).unwrap();
    assert!(child.poll(HANG).unwrap());
    assert!(matches!(
        Message::pack(&child),
        Err(PackError::HandleRefused(_))
    ));
    assert_eq!(child.recv().unwrap(), 1);
}

#[test]
fn an_end_can_be_sent_through_a_connection() {
    let (here, there) = pipe::<Connection<u8, u8>, ()>().unwrap();
    let (left, right) = pipe::<u8, u8>().unwrap();
    here.send(left).unwrap();
    there.recv().unwrap().send(9).unwrap();
    assert_eq!(right.recv().unwrap(), 9);
}

#[test]
fn a_message_of_the_wrong_type_is_an_error_and_the_next_one_arrives() {
    let (here, there) = pipe::<(u8, u8), ()>().unwrap();
    let there: Connection<(), u8> = Connection {
        ends: there.ends,
        messages: PhantomData,
    };
    here.send((1, 2)).unwrap();
    here.send((3, 4)).unwrap();
    assert!(matches!(there.recv(), Err(ConnectionError::Unpack(_))));
    assert!(there.poll(HANG).unwrap());
}

#[test]
fn threads_may_share_an_end() {
    let (here, there) = pipe::<u64, u64>().unwrap();
    let sum = thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| (0..500).for_each(|number| here.send(number).unwrap()));
        }
        let readers: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| (0..750).map(|_| there.recv().unwrap()).sum::<u64>()))
            .collect();
        readers
            .into_iter()
            .map(|reader| reader.join().unwrap())
            .sum::<u64>()
    });
    assert_eq!(sum, 3 * 500 * 499 / 2);
}
