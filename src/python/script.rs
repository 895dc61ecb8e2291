//! Runs a lesson's own program, for what it prints.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use super::{
    choice::Chosen,
    environment,
    error::ProgramError,
    folder::Folder,
    launch::Plan,
    said::{Said, SaidLine},
};
use crate::mp::{Context, Exit, Process};

/// How often it is looked after.
const ROUND: Duration = Duration::from_millis(20);

/// A round that took this long was none of the program's.
const LONGEST_ROUND: Duration = Duration::from_millis(200);

/// More than anybody would read.
const MOST_BYTES: usize = 64 * 1024;

/// A program of a lesson.
pub struct Script<'a> {
    /// Its path in the lessons' folder: the file keeps its name.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Under which Python.
    pub python: &'a Chosen,
    /// How long it may take.
    pub limit: Duration,
}

/// What a program printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The lines of both streams, in the order in which they came.
    pub lines: Vec<String>,
    /// How many more there were.
    pub more: usize,
    /// How it ended.
    pub exit: Option<Exit>,
    /// Whether it was ended because its time was over.
    pub was_cut: bool,
}

impl Script<'_> {
    /// Runs it to its end, bounded in every way.
    ///
    /// # Errors
    /// If it cannot be started, or is stopped. A program that fails is none: what it printed says why.
    pub fn run(&self, mp: &Context, stopped: &dyn Fn() -> bool) -> Result<Printed, ProgramError> {
        let name = Path::new(self.file)
            .file_name()
            .unwrap_or("program.py".as_ref());
        let folder = Folder::create()?;
        let path = folder.write(&name.to_string_lossy(), self.text.as_bytes())?;
        let environment = environment::for_program(folder.path());
        let plan = Plan::new(&self.python.path, [name.into()], environment);
        let version = &self.python.interpreter.name;
        let mut process = plan
            .within(path.parent().unwrap_or(folder.path()))
            .process(mp, &format!("Python {version}"));
        let said = Said::by(&mut process, MOST_BYTES);
        process.start().map_err(|source| ProgramError::Start {
            name: version.clone(),
            source: Box::new(source),
        })?;
        let was_cut = !self.attend(&process, stopped);
        // Nobody of its group lives on.
        let _ = process.kill().and_then(|()| process.join());
        if stopped() {
            return Err(ProgramError::Stopped);
        }
        let lines = said.lines();
        Ok(Printed {
            lines: lines
                .into_iter()
                .map(|SaidLine { text, .. }| text)
                .collect(),
            more: said.dropped(),
            exit: process.exit(),
            was_cut,
        })
    }

    /// Waits for its end; `false` if it has to be ended.
    fn attend(&self, process: &Process, stopped: &dyn Fn() -> bool) -> bool {
        let mut spent = Duration::ZERO;
        while !stopped() && spent <= self.limit {
            let began = Instant::now();
            // It fails only for a process that was never started.
            if process.join_timeout(ROUND).unwrap_or(true) {
                return true;
            }
            spent += began.elapsed().min(LONGEST_ROUND);
        }
        false
    }
}
