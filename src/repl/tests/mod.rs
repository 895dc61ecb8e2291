//! Commands without a terminal and without a process: what each line writes.

mod screens;
mod stage;
mod transcripts;
