//! The ways of sending a message. Each measures round trips to an echo.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use super::super::{DemoContext, LabError, children::RecordedChild, start_barrier::WorkerLabels};
use crate::mp::{self, Bytes, Connection, Process, Queue, SharedArray};

/// A way, and how to measure it.
pub struct IpcWay {
    /// Its heading in the table.
    pub name: &'static str,
    /// Whether the bytes themselves move. Between threads, only the ownership or the turn moves.
    pub moves: bool,
    /// Sends a message of this size there and back this many times. Returns the seconds of each round trip.
    pub measure: fn(&DemoContext, usize, u32) -> Result<Vec<f64>, LabError>,
}

/// All ways, threads first.
pub const ALL: [IpcWay; 5] = [
    IpcWay {
        name: "shared variable",
        moves: false,
        measure: measure_shared_variable,
    },
    IpcWay {
        name: "thread channel",
        moves: false,
        measure: measure_thread_channel,
    },
    IpcWay {
        name: "Pipe",
        moves: true,
        measure: measure_pipe,
    },
    IpcWay {
        name: "Queue",
        moves: true,
        measure: measure_queue,
    },
    IpcWay {
        name: "shared memory",
        moves: true,
        measure: measure_shared_memory,
    },
];

/// How often to check that an echo is alive.
const ROUND: Duration = Duration::from_millis(250);

/// Times `once`, after one call as a warm-up.
fn time_rounds<E>(rounds: u32, mut once: impl FnMut() -> Result<(), E>) -> Result<Vec<f64>, E> {
    once()?;
    (0..rounds)
        .map(|_| {
            let began = Instant::now();
            once()?;
            Ok(began.elapsed().as_secs_f64())
        })
        .collect()
}

fn echo_thread_died<T>(_: T) -> LabError {
    LabError::Worker("the echo thread ended early".to_owned())
}

/// The thread whose turn it is, and the message: both threads share the variable.
#[derive(Default)]
struct SharedMessage {
    message: Vec<u8>,
    with_echo: bool,
    over: bool,
}

/// Threads share the variable: the message never moves, only the turn does.
fn measure_shared_variable(
    _: &DemoContext,
    size: usize,
    rounds: u32,
) -> Result<Vec<f64>, LabError> {
    let shared = Arc::new((
        Mutex::new(SharedMessage {
            message: vec![1; size],
            ..SharedMessage::default()
        }),
        Condvar::new(),
    ));
    let theirs = Arc::clone(&shared);
    let echo = thread::spawn(move || {
        let (slot, turn) = &*theirs;
        let mut held = slot.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            held = turn
                .wait_while(held, |slot| !slot.with_echo && !slot.over)
                .unwrap_or_else(PoisonError::into_inner);
            if held.over {
                return held.message.len();
            }
            held.with_echo = false;
            turn.notify_one();
        }
    });
    let (slot, turn) = &*shared;
    let times = time_rounds(rounds, || {
        let mut held = slot.lock().unwrap_or_else(PoisonError::into_inner);
        held.with_echo = true;
        turn.notify_one();
        drop(
            turn.wait_while(held, |slot| slot.with_echo)
                .unwrap_or_else(PoisonError::into_inner),
        );
        Ok(())
    });
    slot.lock().unwrap_or_else(PoisonError::into_inner).over = true;
    turn.notify_one();
    echo.join().map_err(echo_thread_died)?;
    times
}

/// A channel between threads moves the ownership of the message, not its bytes.
fn measure_thread_channel(_: &DemoContext, size: usize, rounds: u32) -> Result<Vec<f64>, LabError> {
    let (there, arrives) = mpsc::channel::<Vec<u8>>();
    let (back, returns) = mpsc::channel();
    let echo = thread::spawn(move || {
        for message in arrives {
            if back.send(message).is_err() {
                return;
            }
        }
    });
    let mut message = vec![1; size];
    let times = time_rounds(rounds, || {
        there
            .send(std::mem::take(&mut message))
            .map_err(echo_thread_died)?;
        message = returns.recv().map_err(echo_thread_died)?;
        Ok(())
    });
    drop(there);
    echo.join().map_err(echo_thread_died)?;
    times
}

/// Starts an echo, measures it, and joins it.
fn with_echo(
    context: &DemoContext,
    process: Process,
    measure: impl FnOnce(&RecordedChild) -> Result<Vec<f64>, LabError>,
) -> Result<Vec<f64>, LabError> {
    let mut echo = RecordedChild::start(context, process, WorkerLabels::default())?;
    match measure(&echo) {
        Ok(times) => echo.join().map(|_| times),
        Err(error) => {
            // The echo may have ended by itself; then there is nothing to kill.
            let _ = echo.process.kill();
            Err(echo.lost_error(context, &error))
        }
    }
}

fn echo_error(error: impl std::fmt::Display) -> LabError {
    LabError::Worker(format!("the echo process: {error}"))
}

/// A `Pipe` between two processes: every byte is copied into the message and out of it.
fn measure_pipe(context: &DemoContext, size: usize, rounds: u32) -> Result<Vec<f64>, LabError> {
    let (ours, theirs) = mp::pipe::<Bytes, Bytes>()?;
    with_echo(
        context,
        context.mp.process(echo_pipe, (theirs, rounds + 1)),
        |_| {
            let message = Bytes::from(vec![1_u8; size]);
            time_rounds(rounds, || {
                ours.send(&message).map_err(echo_error)?;
                let answer = ours.recv().map_err(echo_error)?;
                debug_assert_eq!(answer.len(), size);
                Ok(())
            })
        },
    )
}

/// Two `Queue`s, one in each direction.
fn measure_queue(context: &DemoContext, size: usize, rounds: u32) -> Result<Vec<f64>, LabError> {
    let there: Queue<Bytes> = context.mp.queue()?;
    let back: Queue<Bytes> = context.mp.queue()?;
    let echo = context
        .mp
        .process(echo_queue, (there.clone(), back.clone(), rounds + 1));
    with_echo(context, echo, |echo| {
        let message = Bytes::from(vec![1_u8; size]);
        time_rounds(rounds, || {
            there.put(&message).map_err(echo_error)?;
            let answer = wait_for_answer(&back, echo)?;
            debug_assert_eq!(answer.len(), size);
            Ok(())
        })
    })
}

/// A queue outlives its producers, so the answer of an echo that died would be waited for forever.
fn wait_for_answer(back: &Queue<Bytes>, echo: &RecordedChild) -> Result<Bytes, LabError> {
    loop {
        if let Some(answer) = back.get_timeout(ROUND).map_err(echo_error)? {
            return Ok(answer);
        }
        if !echo.process.is_alive() {
            return Err(echo_error("it ended early"));
        }
    }
}

/// Shared memory: the bytes are written in place, and only the turn is sent through a `Pipe`.
fn measure_shared_memory(
    context: &DemoContext,
    size: usize,
    rounds: u32,
) -> Result<Vec<f64>, LabError> {
    let memory: SharedArray<u8> = SharedArray::zeroed(size)?;
    let (ours, theirs) = mp::pipe::<u8, u8>()?;
    let echo = context
        .mp
        .process(echo_shared, (memory.clone(), theirs, rounds + 1));
    with_echo(context, echo, |_| {
        let (mut mark, mut fresh) = (0_u8, vec![0; size]);
        time_rounds(rounds, || {
            mark = mark.wrapping_add(1);
            fresh.fill(mark);
            memory.copy_from(&fresh);
            ours.send(mark).map_err(echo_error)?;
            ours.recv().map_err(echo_error)?;
            Ok(())
        })
    })
}

/// Sends back what it receives, this many times.
///
/// # Errors
/// If the parent is gone.
pub fn echo_pipe(connection: Connection<Bytes, Bytes>, rounds: u32) -> Result<(), mp::Failure> {
    for _ in 0..rounds {
        let message = connection.recv()?;
        connection.send(&message)?;
    }
    Ok(())
}

/// Puts back what it gets, this many times.
///
/// # Errors
/// If the parent is gone.
pub fn echo_queue(there: Queue<Bytes>, back: Queue<Bytes>, rounds: u32) -> Result<(), mp::Failure> {
    for _ in 0..rounds {
        let message = there.get()?;
        back.put(&message)?;
    }
    Ok(())
}

/// Checks the content of the shared memory, and hands the turn back.
///
/// # Errors
/// If the parent is gone, or the memory does not hold what the parent wrote.
pub fn echo_shared(
    memory: SharedArray<u8>,
    turn: Connection<u8, u8>,
    rounds: u32,
) -> Result<(), mp::Failure> {
    for _ in 0..rounds {
        let mark = turn.recv()?;
        if memory.count(mark) != memory.len() {
            return Err(mp::Failure::new(
                "the shared memory does not hold what was written",
            ));
        }
        turn.send(mark)?;
    }
    Ok(())
}
