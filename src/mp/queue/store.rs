//! The items of a queue, and the takers that wait for them, in the process that made it.
//!
//! Either items wait for takers, or takers wait for items, never both. An item that goes to another process is
//! kept here too until that process confirms that it arrived: if it dies first, the item goes to the next taker.

use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use parking_lot::{Condvar, Mutex};

use super::gauge::QueueGauge;
use super::wire::{QueueReply, QueueRequest, RequestTicket};
use crate::channel::{Receiver, Sender};
use crate::message::Message;
use crate::slot::Deadline;

/// Numbers the handles in other processes.
pub(super) type LinkId = u64;

#[derive(Debug)]
pub(super) struct ItemStore {
    state: Mutex<StoreState>,
    /// A thread of this process was handed an item.
    handed: Condvar,
    pub(super) gauge: QueueGauge,
}

#[derive(Debug, Default)]
struct StoreState {
    items: VecDeque<Message>,
    takers: VecDeque<WaitingTaker>,
    /// For the threads of this process that wait, by their number.
    handed: HashMap<u64, Message>,
    peers: HashMap<LinkId, QueuePeer>,
    /// Links that the server hasn't taken up yet.
    arrivals: Vec<(LinkId, Receiver<QueueRequest>)>,
    last_number: u64,
}

#[derive(Debug, PartialEq, Eq)]
enum WaitingTaker {
    Thread(u64),
    Peer(LinkId, RequestTicket),
}

#[derive(Debug)]
struct QueuePeer {
    replies: Sender<QueueReply>,
    /// Sent, but not known to have arrived.
    lent: Option<(RequestTicket, Message)>,
}

impl ItemStore {
    pub(super) fn new(gauge: QueueGauge) -> Self {
        Self {
            state: Mutex::default(),
            handed: Condvar::new(),
            gauge,
        }
    }

    /// Adds an item at the end.
    pub(super) fn put_item(&self, item: Message) {
        self.update_state(|state| state.deliver_item(item, QueueEnd::Back));
    }

    /// Takes the first item for a thread of this process; waits for one until `deadline`.
    pub(super) fn take_item(&self, deadline: Deadline) -> Option<Message> {
        let mut state = self.state.lock();
        if let Some(item) = state.items.pop_front() {
            self.gauge.set_length(state.items.len());
            return Some(item);
        }
        let number = state.next_number();
        state.takers.push_back(WaitingTaker::Thread(number));
        loop {
            if let Some(item) = state.handed.remove(&number) {
                return Some(item);
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                state
                    .takers
                    .retain(|taker| *taker != WaitingTaker::Thread(number));
                return None;
            }
            match deadline {
                None => self.handed.wait(&mut state),
                Some(deadline) => {
                    self.handed.wait_until(&mut state, deadline);
                }
            }
        }
    }

    /// Answers a peer that asks for an item; if it is ready to wait, maybe later.
    pub(super) fn serve_request(&self, link: LinkId, ticket: RequestTicket, wait: bool) {
        self.update_state(|state| {
            if let Some(item) = state.items.pop_front() {
                // Before the peer has it: an item that was taken must not be counted any more.
                self.gauge.set_length(state.items.len());
                if let Err(Some(item)) = state.lend_item(link, ticket, item) {
                    state.items.push_front(item);
                }
            } else if wait {
                state.takers.push_back(WaitingTaker::Peer(link, ticket));
            } else {
                state.send_reply(link, QueueReply::Empty);
            }
        });
    }

    /// A peer doesn't want to wait any longer.
    pub(super) fn cancel_request(&self, link: LinkId, ticket: RequestTicket) {
        let mut state = self.state.lock();
        let gone = WaitingTaker::Peer(link, ticket);
        if let Some(place) = state.takers.iter().position(|taker| *taker == gone) {
            state.takers.remove(place);
            state.send_reply(link, QueueReply::Empty);
        }
    }

    /// A peer has its item.
    pub(super) fn confirm_taken(&self, link: LinkId, ticket: RequestTicket) {
        if let Some(peer) = self.state.lock().peers.get_mut(&link) {
            peer.lent.take_if(|(lent, _)| *lent == ticket);
        }
    }

    /// Gives a number to a new peer, which is answered through `replies`.
    pub(super) fn add_peer(&self, replies: Sender<QueueReply>) -> LinkId {
        let mut state = self.state.lock();
        let link = state.next_number();
        state.peers.insert(
            link,
            QueuePeer {
                replies,
                lent: None,
            },
        );
        link
    }

    /// Leaves the requests of a new peer for the server to take up.
    pub(super) fn add_arrival(&self, link: LinkId, requests: Receiver<QueueRequest>) {
        self.state.lock().arrivals.push((link, requests));
    }

    /// What was left for the server.
    pub(super) fn take_arrivals(&self) -> Vec<(LinkId, Receiver<QueueRequest>)> {
        std::mem::take(&mut self.state.lock().arrivals)
    }

    /// A peer is gone: what didn't arrive there goes to the next taker.
    pub(super) fn remove_peer(&self, link: LinkId) {
        self.update_state(|state| {
            state
                .takers
                .retain(|taker| !matches!(taker, WaitingTaker::Peer(other, _) if *other == link));
            let lent = state.peers.remove(&link).and_then(|peer| peer.lent);
            if let Some((_, item)) = lent {
                state.deliver_item(item, QueueEnd::Front);
            }
        });
    }

    /// The server ends: hangs up on all peers.
    pub(super) fn disconnect_peers(&self) {
        let mut state = self.state.lock();
        state
            .takers
            .retain(|taker| matches!(taker, WaitingTaker::Thread(_)));
        state.peers.clear();
        state.arrivals.clear();
    }

    /// Changes the state; wakes the threads that wait, and updates the gauge that all processes read.
    fn update_state(&self, change: impl FnOnce(&mut StoreState)) {
        let mut state = self.state.lock();
        change(&mut state);
        self.gauge.set_length(state.items.len());
        if !state.handed.is_empty() {
            self.handed.notify_all();
        }
    }
}

#[derive(Clone, Copy)]
enum QueueEnd {
    Front,
    Back,
}

impl StoreState {
    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Gives `item` to the taker who has waited longest, or keeps it if there is none.
    fn deliver_item(&mut self, mut item: Message, end: QueueEnd) {
        while let Some(taker) = self.takers.pop_front() {
            match taker {
                WaitingTaker::Thread(number) => {
                    self.handed.insert(number, item);
                    return;
                }
                WaitingTaker::Peer(link, ticket) => match self.lend_item(link, ticket, item) {
                    Ok(()) | Err(None) => return,
                    Err(Some(refused)) => item = refused,
                },
            }
        }
        match end {
            QueueEnd::Front => self.items.push_front(item),
            QueueEnd::Back => self.items.push_back(item),
        }
    }

    /// Sends `item` to a peer; gives it back if the peer is gone, when that can be done.
    fn lend_item(
        &mut self,
        link: LinkId,
        ticket: RequestTicket,
        item: Message,
    ) -> Result<(), Option<Message>> {
        let Some(peer) = self.peers.get_mut(&link) else {
            return Err(Some(item));
        };
        if peer.replies.peer_is_gone() {
            return Err(Some(item));
        }
        let kept = item.duplicate();
        if peer
            .replies
            .send(QueueReply::Item(item), Some(Instant::now()))
            .is_err()
        {
            // It waits for an answer that can't be sent: hang up, so that its wait ends.
            self.peers.remove(&link);
            return Err(kept);
        }
        peer.lent = kept.map(|item| (ticket, item));
        Ok(())
    }

    fn send_reply(&mut self, link: LinkId, reply: QueueReply) {
        let Some(peer) = self.peers.get_mut(&link) else {
            return;
        };
        if peer.replies.send(reply, Some(Instant::now())).is_err() {
            self.peers.remove(&link);
        }
    }
}
