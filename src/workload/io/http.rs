//! Fetching pages.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use super::IoPlan;
use crate::{EvalBreaker, IoWork, WorkError, WorkOutcome, WorkPart, random};

/// A server on this machine answers within this time, unless it is gone.
const PATIENCE: Duration = Duration::from_secs(5);
const LARGEST_ANSWER: u64 = 64 << 10;

/// Fetches pages, each over a new connection; an item is a request.
#[derive(Debug)]
pub struct HttpWork {
    requests: u64,
    server: SocketAddr,
}

impl HttpWork {
    pub fn new(requests: u64, plan: Option<&IoPlan>) -> Result<Self, WorkError> {
        match plan {
            Some(&IoPlan::Http { address }) => Ok(Self {
                requests,
                server: address,
            }),
            _ => Err(WorkError::NoSite(IoWork::Http)),
        }
    }

    pub fn run_part(
        &self,
        part: WorkPart,
        breaker: &mut impl EvalBreaker,
    ) -> Result<WorkOutcome, WorkError> {
        part.sum_items(self.requests, |request| {
            breaker.check()?;
            let path = format!("/page/{request}");
            let page = breaker
                .run_blocking(|| fetch_page(self.server, &path))
                .map_err(WorkError::from_io(format!(
                    "GET http://{}{path}",
                    self.server
                )))?;
            Ok(random::checksum_bytes(&page))
        })
    }
}

/// The body of the response to a GET.
pub fn fetch_page(server: SocketAddr, path: &str) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&server, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(LARGEST_ANSWER).read_to_end(&mut answer)?;
    parse_body(answer)
}

fn parse_body(mut answer: Vec<u8>) -> io::Result<Vec<u8>> {
    const END: &[u8] = b"\r\n\r\n";
    let wrong = |what: String| io::Error::new(ErrorKind::InvalidData, what);
    let head = answer
        .windows(END.len())
        .position(|window| window == END)
        .ok_or_else(|| wrong(format!("the answer broke off after {} bytes", answer.len())))?;
    let status = answer
        .split(|&byte| byte == b'\r')
        .next()
        .unwrap_or_default();
    if !status.starts_with(b"HTTP/1.1 200 ") {
        return Err(wrong(format!(
            "the answer is `{}`",
            String::from_utf8_lossy(status)
        )));
    }
    answer.drain(..head + END.len());
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_follows_the_empty_line() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\na\r\n\r\n".to_vec();
        assert_eq!(parse_body(answer).unwrap(), b"a\r\n\r\n");
    }

    #[test]
    fn an_answer_that_is_none_says_what_it_was() {
        let error = |answer: &str| parse_body(answer.into()).unwrap_err().to_string();
        assert_eq!(
            error("HTTP/1.1 404 Not Found\r\n\r\n"),
            "the answer is `HTTP/1.1 404 Not Found`"
        );
        assert_eq!(error("HTTP/1.1 200"), "the answer broke off after 12 bytes");
        assert_eq!(error(""), "the answer broke off after 0 bytes");
    }
}
