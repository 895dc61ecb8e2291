//! A finished recording, and the questions that reports ask it.

use super::{Event, Machine};

/// The events of a run, and what it ran on.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// What it ran on.
    pub machine: Machine,
    /// In the order of their times.
    pub events: Vec<Event>,
}

/// One run of a recording: the outermost, or one nested in it.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The recording that it is part of.
    pub recording: &'a Recording,
    /// Its number.
    pub number: u32,
}
