//! The main loop of a pool's worker.

use std::time::Duration;

use ipc_channel::ipc::IpcReceiver;

use super::{
    run_tasks::{ChunkRun, WorkerChannel},
    spin_waiter::SpinWaiter,
    wire::{Chunk, FromWorker, ToWorker},
};
use crate::{
    message::Message,
    target::{self, Target},
    task_error::WireFailure,
    worker::catch_target_panic,
};

/// Works until it is retired, or the pool is gone.
pub(crate) fn serve_pool(
    tasks: &IpcReceiver<ToWorker>,
    channel: &WorkerChannel,
    spin: Duration,
    targets: &[Target],
) -> i32 {
    let mut known: Vec<Option<&Target>> = Vec::new();
    let mut spin = SpinWaiter::new(spin);
    for received in 0.. {
        spin.spin_until(|| channel.control.message_count() != received);
        match receive_message(tasks) {
            Some(ToWorker::Run(chunk)) => run_chunk(chunk, channel, targets, &mut known),
            Some(ToWorker::Initialize { target, arguments }) => {
                channel.send_reply(match run_initializer(targets, &target, arguments) {
                    Ok(()) => FromWorker::Initialized,
                    Err(failure) => FromWorker::NotInitialized(failure),
                });
            }
            Some(ToWorker::Retire) | None => break,
        }
    }
    0
}

fn receive_message(tasks: &IpcReceiver<ToWorker>) -> Option<ToWorker> {
    loop {
        match tasks.recv() {
            Ok(message) => return Some(message),
            Err(ipc_channel::IpcError::Io(error))
                if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

fn run_chunk<'a>(
    chunk: Chunk,
    channel: &WorkerChannel,
    targets: &'a [Target],
    known: &mut Vec<Option<&'a Target>>,
) {
    if let Some(name) = &chunk.name {
        known.push(target::find_target(targets, name));
    }
    if !channel.control.begin_chunk(chunk.number) {
        channel.send_reply(FromWorker::CalledBack {
            chunk: chunk.number,
        });
        return;
    }
    let mut work = ChunkRun::new(channel, chunk.number, chunk.logged);
    match known.get(chunk.target as usize) {
        Some(Some(target)) => target.erased_target().run_chunk(chunk.arguments, &mut work),
        _ => work.refuse_chunk(WireFailure::UnknownTarget),
    }
}

fn run_initializer(targets: &[Target], name: &str, arguments: Message) -> Result<(), WireFailure> {
    let target = target::find_target(targets, name).ok_or(WireFailure::UnknownTarget)?;
    let prepared = catch_target_panic(|| target.erased_target().prepare_call(arguments))?
        .map_err(|error| WireFailure::Arguments(error.to_string()))?;
    catch_target_panic(prepared)?.map_err(|failure| WireFailure::Failed(failure.to_string()))
}
