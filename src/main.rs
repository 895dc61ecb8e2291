//! Becomes a worker if it was started as one; otherwise parses the command line and dispatches.

fn main() {}
