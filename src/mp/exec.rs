//! A target's way to become another program.

use std::{
    io,
    process::{Command, ExitStatus},
};

use super::{Failure, platform};

/// In a target: this worker becomes that program, and returns only if that failed.
///
/// On Unix it keeps its PID, its standard streams and its process group: to kill the worker is to kill the program,
/// with all that it started, and on Linux they still end as soon as the parent does.
///
/// On other systems one program cannot become another: the worker starts it, waits for it, and ends as it did. There
/// the program is a process of its own, without a group: a worker that is ended, by its parent's `kill` or with its
/// parent, leaves the program behind.
///
/// ```no_run
/// use std::process::Command;
/// use forklore_mp::{self as mp, Failure};
///
/// fn list(folder: String) -> Result<(), Failure> {
///     let mut command = Command::new("ls");
///     command.arg(folder);
///     Err(mp::exec(&mut command))
/// }
/// ```
pub fn exec(command: &mut Command) -> Failure {
    let error = match platform::become_program(command) {
        Some(error) => error,
        None => match command.status() {
            Ok(status) => exit_with_status(status),
            Err(error) => error,
        },
    };
    let program = command.get_program().display();
    Failure::new(format_args!(
        "cannot run {program}: {}",
        describe_io_error(&error)
    ))
}

/// In a target: waits until the parent has ended, by whatever means, and is not ended with it, to clean up what
/// the parent left. The worker should end soon afterwards by itself.
///
/// `false`, at once, where a worker cannot outlive its parent: anywhere but on Linux.
pub fn outlive_parent() -> bool {
    platform::outlive_parent()
}

/// Ends this process as that one ended.
fn exit_with_status(status: ExitStatus) -> ! {
    if let Some(signal) = platform::signal_of(status) {
        platform::exit_by_signal(signal);
    }
    std::process::exit(status.code().unwrap_or(255))
}

/// The system's error message, without its number.
fn describe_io_error(error: &io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or(&text);
    plain.to_lowercase()
}
