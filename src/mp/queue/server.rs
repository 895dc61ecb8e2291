//! The process that made a queue: its items, and the thread that serves the handles in other processes.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use parking_lot::Mutex;

use super::QueueError;
use super::gauge::QueueGauge;
use super::store::{ItemStore, LinkId};
use super::wire::{QueueReply, QueueRequest};
use crate::channel::{self, Receiver, Sender};
use crate::readiness::wait_for_any;

/// How many requests of one peer are served before the next peer has its turn.
const TURN: usize = 32;

/// The maker's side of a queue. The server thread runs from the first handle that leaves the process until this is
/// dropped; then the handles elsewhere are disconnected.
#[derive(Debug)]
pub(super) struct QueueOwner {
    pub(super) store: Arc<ItemStore>,
    server: Mutex<Option<QueueServer>>,
}

#[derive(Debug)]
struct QueueServer {
    thread: JoinHandle<()>,
    /// Wakes the server; dropping it ends the server.
    bell: Sender<QueueRequest>,
}

impl QueueOwner {
    pub(super) fn new() -> Result<Self, QueueError> {
        Ok(Self {
            store: Arc::new(ItemStore::new(QueueGauge::new()?)),
            server: Mutex::new(None),
        })
    }

    /// Makes the ends of one more handle in another process.
    pub(super) fn open_link(
        &self,
    ) -> Result<(Sender<QueueRequest>, Receiver<QueueReply>), QueueError> {
        let (requests, requested) = channel::open_channel()?;
        let (replies, replied) = channel::open_channel()?;
        let mut server = self.server.lock();
        let server = match &mut *server {
            Some(server) => server,
            none => none.insert(QueueServer::start_thread(Arc::clone(&self.store))?),
        };
        let link = self.store.add_peer(replies);
        self.store.add_arrival(link, requested);
        server.bell.send(QueueRequest::Wake, None)?;
        Ok((requests, replied))
    }
}

impl Drop for QueueOwner {
    fn drop(&mut self) {
        if let Some(QueueServer { thread, bell }) = self.server.get_mut().take() {
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

/// However the server thread ends, no peer is left waiting for it.
struct HangUp(Arc<ItemStore>);

impl Drop for HangUp {
    fn drop(&mut self) {
        self.0.disconnect_peers();
    }
}

/// The server thread's own state.
struct ServerState<'a> {
    store: &'a ItemStore,
    /// Peers that this round brought.
    arrivals: Vec<PeerRequests>,
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
        };
        if ready.next() == Some(true) && bell.receive(Some(Instant::now())).is_err() {
            return;
        }
        round.arrivals = store.take_arrivals();
        peers.retain_mut(|peer| ready.next() != Some(true) || round.serve_peer(peer));
        peers.append(&mut round.arrivals);
    }
}

impl ServerState<'_> {
    /// Serves some requests of a peer. `false`: the peer is gone.
    fn serve_peer(&mut self, (link, requests): &mut PeerRequests) -> bool {
        let (store, link) = (self.store, *link);
        for _ in 0..TURN {
            match requests.receive(Some(Instant::now())) {
                Ok(Some(QueueRequest::Put(item))) => store.put_item(item),
                Ok(Some(QueueRequest::Get { ticket, wait })) => {
                    store.serve_request(link, ticket, wait);
                }
                Ok(Some(QueueRequest::Taken(ticket))) => store.confirm_taken(link, ticket),
                Ok(Some(QueueRequest::Cancel(ticket))) => store.cancel_request(link, ticket),
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
}
