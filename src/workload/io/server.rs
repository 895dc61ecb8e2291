//! A small HTTP server on the loopback interface that answers with a delay, like a distant one.
//!
//! The delay needs no thread: all answers wait in a queue for the same time, so the first request is also the
//! first to be due. One thread accepts, one answers, and any number of requests can be in flight.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::random::SplitMix64;

/// The delay of an answer: as from a server some hundred kilometres away, or a busy database.
const LATENCY: Duration = Duration::from_millis(10);
/// The number of connections in flight; further ones are closed at once.
const MOST_WAITING: usize = 1024;
/// How often a request that has not arrived yet is checked again, each time after another [`LATENCY`].
const MOST_LOOKS: u32 = 200;
const LARGEST_REQUEST: usize = 1024;
const PAGE_BYTES: usize = 1024;

/// The server; it stops when this is dropped.
#[derive(Debug)]
pub struct PageServer {
    address: SocketAddr,
    ends: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// A connection that waits for its answer.
struct PendingRequest {
    stream: TcpStream,
    due: Instant,
    looks: u32,
    request: Vec<u8>,
}

impl PageServer {
    pub fn start(seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let ends = Arc::new(AtomicBool::new(false));
        let (visitors, waiting) = sync_channel(MOST_WAITING);
        // If the second thread is refused, dropping this stops the first.
        let mut server = Self {
            address,
            ends: Arc::clone(&ends),
            threads: Vec::new(),
        };
        let accept = thread::Builder::new()
            .name("http-accept".to_owned())
            .spawn(move || accept_requests(&listener, &visitors, &ends))?;
        server.threads.push(accept);
        let answer = thread::Builder::new()
            .name("http-answer".to_owned())
            .spawn(move || answer_requests(&waiting, seed))?;
        server.threads.push(answer);
        Ok(server)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for PageServer {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        // The accepting thread sleeps until a connection arrives. If even this connection fails, the threads
        // stay until the process ends.
        if TcpStream::connect_timeout(&self.address, LATENCY * 100).is_err() {
            return;
        }
        for thread in self.threads.drain(..) {
            // A thread's panic has been reported already.
            drop(thread.join());
        }
    }
}

fn accept_requests(
    listener: &TcpListener,
    visitors: &SyncSender<PendingRequest>,
    ends: &AtomicBool,
) {
    for stream in listener.incoming() {
        if ends.load(Ordering::Relaxed) {
            return;
        }
        let Ok(stream) = stream else {
            // Most likely the descriptors are used up; they are released when connections end.
            thread::sleep(Duration::from_millis(1));
            continue;
        };
        if stream.set_nonblocking(true).is_err() {
            continue;
        }
        let due = Instant::now() + LATENCY;
        // If the queue is full, the request is dropped, which closes its connection.
        drop(visitors.try_send(PendingRequest {
            stream,
            due,
            looks: 0,
            request: Vec::new(),
        }));
    }
}

fn answer_requests(visitors: &Receiver<PendingRequest>, seed: u64) {
    let mut waiting: VecDeque<PendingRequest> = VecDeque::new();
    loop {
        let next_due = waiting.front().map_or(LATENCY, |visitor| {
            visitor.due.saturating_duration_since(Instant::now())
        });
        match visitors.recv_timeout(next_due) {
            Ok(visitor) => waiting.push_back(visitor),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let now = Instant::now();
        while let Some(visitor) = waiting.pop_front_if(|visitor| visitor.due <= now) {
            waiting.extend(serve_request(visitor, seed));
        }
    }
}

/// Answers a request that is due. Returns it if it has not arrived completely.
fn serve_request(mut visitor: PendingRequest, seed: u64) -> Option<PendingRequest> {
    let mut buffer = [0; LARGEST_REQUEST];
    match visitor.stream.read(&mut buffer) {
        Ok(1..) if visitor.request.len() > LARGEST_REQUEST => return None,
        Ok(length @ 1..) => visitor.request.extend_from_slice(&buffer[..length]),
        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
        Ok(0) | Err(_) => return None,
    }
    if visitor.request.ends_with(b"\r\n\r\n") {
        // The answer fits into the socket's buffer; a client that has left misses nothing.
        drop(
            visitor
                .stream
                .write_all(&build_answer(&visitor.request, seed)),
        );
        return None;
    }
    visitor.looks += 1;
    visitor.due += LATENCY;
    (visitor.looks < MOST_LOOKS).then_some(visitor)
}

fn build_answer(request: &[u8], seed: u64) -> Vec<u8> {
    let Some(page) = page_number(request) else {
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            .to_vec();
    };
    let mut random = SplitMix64::new(seed ^ page);
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {PAGE_BYTES}\r\nConnection: close\r\n\r\n"
    )
    .into_bytes();
    answer.extend((0..PAGE_BYTES).map(|_| b'a' + random.next_below(26) as u8));
    answer
}

/// The number in `GET /page/42 HTTP/1.1`.
fn page_number(request: &[u8]) -> Option<u64> {
    let line = request.split(|&byte| byte == b'\r').next()?;
    let path = str::from_utf8(line).ok()?.strip_prefix("GET /page/")?;
    path.strip_suffix(" HTTP/1.1")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::http::fetch_page;

    #[test]
    fn pages_come_after_a_while_and_are_the_same_each_time() {
        let server = PageServer::start(7).unwrap();
        let began = Instant::now();
        let page = fetch_page(server.address(), "/page/42").unwrap();
        assert!(began.elapsed() >= LATENCY);
        assert_eq!(page.len(), PAGE_BYTES);
        assert_eq!(fetch_page(server.address(), "/page/42").unwrap(), page);
        assert_ne!(fetch_page(server.address(), "/page/43").unwrap(), page);
    }

    #[test]
    fn an_unknown_page_is_not_found() {
        let server = PageServer::start(0).unwrap();
        for path in ["/", "/page/", "/page/x", "/page/-1"] {
            let error = fetch_page(server.address(), path).unwrap_err();
            assert!(error.to_string().contains("404"), "{path}: {error}");
        }
    }

    #[test]
    fn visitors_wait_together() {
        const VISITORS: u32 = 40;
        let server = PageServer::start(0).unwrap();
        let address = server.address();
        let began = Instant::now();
        thread::scope(|scope| {
            for page in 0..VISITORS {
                scope.spawn(move || fetch_page(address, &format!("/page/{page}")).unwrap());
            }
        });
        // One after the other they would take at least this long. In parallel they take much less, even on a
        // slow machine.
        assert!(
            began.elapsed() < LATENCY * VISITORS,
            "{:?}",
            began.elapsed()
        );
    }

    #[test]
    fn a_request_in_pieces_is_answered_and_a_silent_visitor_holds_nobody_up() {
        let server = PageServer::start(0).unwrap();
        let silent = TcpStream::connect(server.address()).unwrap();
        let mut slow = TcpStream::connect(server.address()).unwrap();
        slow.write_all(b"GET /page/1 HT").unwrap();
        thread::sleep(LATENCY * 2);
        slow.write_all(b"TP/1.1\r\n\r\n").unwrap();
        let mut answer = String::new();
        slow.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        drop(silent);
    }

    #[test]
    fn a_flood_is_cut_off() {
        let server = PageServer::start(0).unwrap();
        let mut flood = TcpStream::connect(server.address()).unwrap();
        let refused = (0..10_000).any(|_| {
            thread::sleep(Duration::from_micros(100));
            flood.write_all(&[b'x'; 4096]).is_err()
        });
        assert!(refused);
    }

    #[test]
    fn nobody_answers_after_the_end() {
        let server = PageServer::start(0).unwrap();
        let address = server.address();
        drop(server);
        assert!(TcpStream::connect(address).is_err());
    }
}
