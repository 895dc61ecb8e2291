//! The process that made a queue: its items, and the thread that serves the handles in other processes.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use super::QueueError;
use super::gauge::QueueGauge;
use super::store::{ItemStore, LinkId};
use super::wire::{QueueReply, QueueRequest};
use crate::channel::{self, Receiver, Sender};
use crate::readiness::wait_for_any;

/// How many requests of one peer are served before the next peer has its turn.
const TURN: usize = 32;

/// The maker's side of a queue. The keeper thread runs from the first handle that leaves the process until this is
/// dropped; then the handles elsewhere are disconnected.
#[derive(Debug)]
pub(super) struct QueueOwner {
    pub(super) store: Arc<ItemStore>,
    keeper: Mutex<Option<QueueServer>>,
}

#[derive(Debug)]
struct QueueServer {
    thread: JoinHandle<()>,
    /// Wakes the keeper; dropping it ends the keeper.
    bell: Sender<QueueRequest>,
}

impl QueueOwner {
    pub(super) fn new() -> Result<Self, QueueError> {
        Ok(Self {
            store: Arc::new(ItemStore::new(QueueGauge::new()?)),
            keeper: Mutex::new(None),
        })
    }

    /// Makes the ends of one more handle in another process.
    pub(super) fn open_link(
        &self,
    ) -> Result<(Sender<QueueRequest>, Receiver<QueueReply>), QueueError> {
        let (requests, requested) = channel::open_channel()?;
        let (replies, replied) = channel::open_channel()?;
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        let keeper = match &mut *keeper {
            Some(keeper) => keeper,
            none => none.insert(QueueServer::start_thread(Arc::clone(&self.store))?),
        };
        let link = self.store.add_peer(replies);
        self.store.add_arrival(link, requested);
        keeper.bell.send(QueueRequest::Wake, None)?;
        Ok((requests, replied))
    }

    /// Closes the queue, once everything that was put before has been taken in.
    pub(super) fn close_queue(&self) {
        self.store.gauge.mark_closed();
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        match &*keeper {
            Some(keeper) if keeper.bell.send(QueueRequest::Close, None).is_ok() => {
                self.store.wait_until_closed();
            }
            _ => self.store.close_queue(),
        }
    }
}

impl Drop for QueueOwner {
    fn drop(&mut self) {
        let keeper = self
            .keeper
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(QueueServer { thread, bell }) = keeper {
            drop(bell);
            let _ = thread.join();
        }
    }
}

impl QueueServer {
    fn start_thread(store: Arc<ItemStore>) -> io::Result<Self> {
        let (bell, heard) = channel::open_channel()?;
        let thread = thread::Builder::new()
            .name("queue".to_owned())
            .spawn(move || {
                let hang_up = HangUp(store);
                serve_peers(&hang_up.0, heard);
            })?;
        Ok(Self { thread, bell })
    }
}

/// However the keeper ends, nobody is left waiting for it.
struct HangUp(Arc<ItemStore>);

impl Drop for HangUp {
    fn drop(&mut self) {
        self.0.disconnect_peers();
    }
}

/// The keeper thread's own state.
struct ServerState<'a> {
    store: &'a ItemStore,
    /// Peers that this round brought.
    arrivals: Vec<PeerRequests>,
    /// Whether this round asked to close the queue.
    closing: bool,
}

type PeerRequests = (LinkId, Receiver<QueueRequest>);

/// Serves all peers until the bell is gone.
fn serve_peers(store: &ItemStore, mut bell: Receiver<QueueRequest>) {
    let mut peers: Vec<PeerRequests> = Vec::new();
    loop {
        let mut receivers = vec![bell.watched_end()];
        receivers.extend(peers.iter().map(|(_, requests)| requests.watched_end()));
        let Ok(ready) = wait_for_any(&receivers) else {
            return;
        };
        let mut ready = ready.into_iter();
        let mut round = ServerState {
            store,
            arrivals: Vec::new(),
            closing: false,
        };
        if ready.next() == Some(true) {
            match bell.receive(Some(Instant::now())) {
                Ok(rung) => round.closing = matches!(rung, Some(QueueRequest::Close)),
                Err(_) => return,
            }
        }
        round.arrivals = store.take_arrivals();
        peers.retain_mut(|peer| ready.next() != Some(true) || round.serve_peer(peer, TURN));
        peers.append(&mut round.arrivals);
        if round.closing {
            round.close_queue(&mut peers);
        }
    }
}

impl ServerState<'_> {
    /// Serves at most `turn` requests of a peer. `false`: the peer is gone.
    fn serve_peer(&mut self, (link, requests): &mut PeerRequests, turn: usize) -> bool {
        let (store, link) = (self.store, *link);
        for _ in 0..turn {
            match requests.receive(Some(Instant::now())) {
                Ok(Some(QueueRequest::Put(item))) => store.put_item(item),
                Ok(Some(QueueRequest::Get { ticket, wait })) => {
                    store.serve_request(link, ticket, wait);
                }
                Ok(Some(QueueRequest::Taken(ticket))) => store.confirm_taken(link, ticket),
                Ok(Some(QueueRequest::Cancel(ticket))) => store.cancel_request(link, ticket),
                Ok(Some(QueueRequest::Close)) => self.closing = true,
                Ok(Some(QueueRequest::Link { requests, replies })) => {
                    self.arrivals
                        .push((store.add_peer(replies.into()), requests.into()));
                }
                Ok(Some(QueueRequest::Wake)) => {}
                Ok(None) => break,
                Err(_) => {
                    store.remove_peer(link);
                    return false;
                }
            }
        }
        true
    }

    /// Takes in what was put before the queue was closed, then closes it. (The gauge already refuses more.)
    fn close_queue(&mut self, peers: &mut Vec<PeerRequests>) {
        self.store.gauge.mark_closed();
        let mut rest = std::mem::take(peers);
        while !rest.is_empty() {
            rest.retain_mut(|peer| self.serve_peer(peer, usize::MAX));
            peers.append(&mut rest);
            rest.append(&mut self.arrivals);
        }
        self.store.close_queue();
    }
}
