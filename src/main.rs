//! Runs a worker's function if this process was started as a worker; otherwise parses the command line and
//! dispatches.

use std::process::ExitCode;

fn main() -> ExitCode {
    forklore::mp::child_entry(&forklore::targets::all_targets());
    forklore::cli::main()
}
