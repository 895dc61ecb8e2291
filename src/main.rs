//! Becomes a worker if it was started as one; otherwise parses the command line and dispatches.

use std::process::ExitCode;

fn main() -> ExitCode {
    forklore::mp::child_entry(&forklore::targets::all_targets());
    forklore::cli::main()
}
