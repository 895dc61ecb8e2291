//! Small functions that the tests run in real processes.

mod parents;
pub mod sync;
pub mod trap;

use std::{
    io::{self, Write},
    sync::Mutex,
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};

#[cfg(target_os = "linux")]
pub use self::parents::lose_fork_server;
#[cfg(unix)]
pub use self::parents::{ask_too_much, keep_three, wait_idly};
pub use self::parents::{cycle, make_folder, pass_on};
use forklore_mp::{Failure, current_process};

/// Returns.
pub fn nothing() {}

/// Returns what it got.
pub fn echo_bytes(bytes: Vec<u8>) -> Vec<u8> {
    bytes
}

/// The square of a number.
pub fn square(number: u64) -> u64 {
    number.wrapping_mul(number)
}

/// The sum of two numbers.
pub fn add(left: u64, right: u64) -> u64 {
    left.wrapping_add(right)
}

/// Returns an even number; fails for an odd one.
pub fn even_only(number: u64) -> Result<u64, Failure> {
    if number.is_multiple_of(2) {
        return Ok(number);
    }
    Err(Failure::new(format!("{number} is odd")))
}

/// The name and the PID of the process that runs it.
pub fn who() -> (String, u32) {
    (current_process().name().to_owned(), std::process::id())
}

static REMEMBERED: Mutex<String> = Mutex::new(String::new());

/// An initializer: keeps a text. Fails or aborts if that is the text.
pub fn remember(text: String) -> Result<(), Failure> {
    match &*text {
        "fail" => return Err(Failure::new("told to fail")),
        "abort" => std::process::abort(),
        _ => {}
    }
    *REMEMBERED.lock()? = text;
    Ok(())
}

/// The text that was kept.
pub fn remembered() -> Result<String, Failure> {
    Ok(REMEMBERED.lock()?.clone())
}

/// A value that nests.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct NestedChain(Option<Box<NestedChain>>);

impl NestedChain {
    /// One of so many links.
    pub fn with_links(links: usize) -> Self {
        (0..links).fold(Self(None), |chain, _| Self(Some(Box::new(chain))))
    }
}

impl Drop for NestedChain {
    /// Link by link: the drop that Rust would write is recursive, and overflows.
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(mut link) = next {
            next = link.0.take();
        }
    }
}

/// Takes a chain.
pub fn chain(chain: NestedChain) -> bool {
    chain.0.is_some()
}

/// Returns a chain.
pub fn deep_result(links: usize) -> NestedChain {
    NestedChain::with_links(links)
}

/// Sleeps, unless it is for 0 ms.
pub fn sleep_some(millis: u64) {
    if millis > 0 {
        thread::sleep(Duration::from_millis(millis));
    }
}

/// Prints its name and a text, on standard output and error.
pub fn say(text: String) -> Result<(), Failure> {
    let name = current_process().name().to_owned();
    writeln!(io::stdout(), "{name}: {text}")?;
    writeln!(io::stderr(), "{name}: {text} (error)")?;
    Ok(())
}

/// Sleeps so many milliseconds, and returns them.
pub fn sleep(millis: u64) -> u64 {
    thread::sleep(Duration::from_millis(millis));
    millis
}

/// Keeps a core busy until it is ended.
pub fn spin() {
    loop {
        std::hint::spin_loop();
    }
}

/// Panics.
pub fn panics(text: String) {
    panic!("{text}");
}

/// Fails.
pub fn fails(text: String) -> Result<u64, Failure> {
    Err(Failure::new(text))
}

/// Aborts (SIGABRT).
pub fn aborts() {
    std::process::abort();
}

/// Exits with that code.
pub fn exits(code: i32) {
    std::process::exit(code);
}

/// Touches memory that is not there (SIGSEGV).
pub fn segfaults() {
    forklore_mp::cause_segfault();
}

/// Prints so many bytes, as one line without end or as lines of 80.
pub fn flood(bytes: u64, lines: bool) -> Result<(), Failure> {
    let mut piece = vec![b'x'; 8000];
    if lines {
        piece
            .iter_mut()
            .skip(79)
            .step_by(80)
            .for_each(|end| *end = b'\n');
    }
    let mut out = io::stdout().lock();
    for _ in 0..bytes.div_ceil(piece.len() as u64) {
        out.write_all(&piece)?;
    }
    out.flush()?;
    Ok(())
}

/// Ends, and leaves a child of its own that keeps the output open.
pub fn leaves_a_grandchild() -> Result<(), Failure> {
    std::process::Command::new("sleep").arg("30").spawn()?;
    Ok(())
}
