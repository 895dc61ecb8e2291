//! Programs as text: a declaration or an instruction on each line.

use std::str::FromStr;

use thiserror::Error;

use crate::program::{
    BoundedQueue, Instruction, LockId, MOST_INSTRUCTIONS, MOST_WORKERS, Program, QueueId,
    SharedVariable, VariableId,
};

/// A mistake in a program's text.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("line {line}: {mistake}")]
pub struct ProgramSyntaxError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub mistake: ProgramMistake,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum ProgramMistake {
    /// The first word is unknown.
    #[error(
        "`{0}` is no instruction; there are load, add, store, acquire, release, put and get, \
         and before them variable, lock, queue and worker"
    )]
    UnknownWord(String),
    /// The words after the first do not fit it.
    #[error("write it as `{0}`")]
    Form(&'static str),
    /// A name was not declared.
    #[error("no {kind} is called `{name}`; declare it above: `{form}`")]
    UnknownName {
        /// What it should be.
        kind: &'static str,
        /// The name.
        name: String,
        /// The declaration.
        form: &'static str,
    },
    /// A name was declared before.
    #[error("`{0}` is declared already")]
    Redeclared(String),
    /// A name cannot be shown in a listing.
    #[error("a name has at most {MOST_LETTERS} letters, digits and underscores")]
    Name,
    /// A declaration follows a listing.
    #[error("declare what is shared before the first `worker`")]
    LateDeclaration,
    /// An instruction precedes the first listing.
    #[error("begin the listing with a line `worker`")]
    NoWorker,
    /// A worker releases a lock that it does not hold there.
    #[error("the worker does not hold `{0}` here")]
    NotHeld(String),
    /// There are too many workers.
    #[error("at most {MOST_WORKERS} workers")]
    TooManyWorkers,
    /// A listing is too long.
    #[error("at most {MOST_INSTRUCTIONS} instructions for a worker")]
    TooLong,
    /// There are too few workers, or one without instructions.
    #[error("a program has two or three workers, each with an instruction or more")]
    TooFew,
}

/// The maximum length of a name.
const MOST_LETTERS: usize = 12;

const VARIABLE: &str = "variable NAME VALUE";
const LOCK: &str = "lock NAME";
const QUEUE: &str = "queue NAME CAPACITY";

/// Empty lines count for nothing, and spaces only separate words.
impl FromStr for Program {
    type Err = ProgramSyntaxError;

    fn from_str(text: &str) -> Result<Self, ProgramSyntaxError> {
        let mut program = Self::default();
        let mut last = 1;
        for (at, line) in text.lines().enumerate() {
            let words: Vec<&str> = line.split_whitespace().collect();
            if words.is_empty() {
                continue;
            }
            last = at + 1;
            program
                .add_line(&words)
                .map_err(|mistake| ProgramSyntaxError {
                    line: last,
                    mistake,
                })?;
        }
        if program.listings.len() < 2 || program.listings.iter().any(Vec::is_empty) {
            let mistake = ProgramMistake::TooFew;
            return Err(ProgramSyntaxError {
                line: last,
                mistake,
            });
        }
        Ok(program)
    }
}

impl Program {
    fn add_line(&mut self, words: &[&str]) -> Result<(), ProgramMistake> {
        match words {
            ["variable" | "lock" | "queue", ..] => self.declare(words),
            ["worker"] if self.listings.len() == MOST_WORKERS => {
                Err(ProgramMistake::TooManyWorkers)
            }
            ["worker"] => {
                self.listings.push(Vec::new());
                Ok(())
            }
            ["worker", ..] => Err(ProgramMistake::Form("worker")),
            _ => self.add_instruction(words),
        }
    }

    fn declare(&mut self, words: &[&str]) -> Result<(), ProgramMistake> {
        if !self.listings.is_empty() {
            return Err(ProgramMistake::LateDeclaration);
        }
        if let Some(name) = words.get(1) {
            if self.declared_names().any(|known| known == *name) {
                return Err(ProgramMistake::Redeclared((*name).to_owned()));
            }
            let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            if name.len() > MOST_LETTERS || !name.chars().all(is_letter) {
                return Err(ProgramMistake::Name);
            }
        }
        match *words {
            ["variable", name, value] => self.variables.push(SharedVariable {
                name: name.to_owned(),
                initial: parse_number(value, VARIABLE)?,
            }),
            ["lock", name] => self.locks.push(name.to_owned()),
            ["queue", name, capacity] => self.queues.push(BoundedQueue {
                name: name.to_owned(),
                capacity: match capacity.parse() {
                    Ok(capacity) if capacity > 0 => capacity,
                    _ => return Err(ProgramMistake::Form("queue NAME CAPACITY, from 1 on")),
                },
            }),
            ["variable", ..] => return Err(ProgramMistake::Form(VARIABLE)),
            ["lock", ..] => return Err(ProgramMistake::Form(LOCK)),
            _ => return Err(ProgramMistake::Form(QUEUE)),
        }
        Ok(())
    }

    fn declared_names(&self) -> impl Iterator<Item = &str> {
        let variables = self.variables.iter().map(|variable| &variable.name);
        let queues = self.queues.iter().map(|queue| &queue.name);
        variables
            .chain(&self.locks)
            .chain(queues)
            .map(String::as_str)
    }

    fn add_instruction(&mut self, words: &[&str]) -> Result<(), ProgramMistake> {
        let instruction = self.parse_instruction(words)?;
        let Some(listing) = self.listings.last() else {
            return Err(ProgramMistake::NoWorker);
        };
        if listing.len() == MOST_INSTRUCTIONS {
            return Err(ProgramMistake::TooLong);
        }
        if let Instruction::Release(lock) = instruction
            && !holds(listing, lock)
        {
            return Err(ProgramMistake::NotHeld(self.lock_name(lock).to_owned()));
        }
        self.listings
            .last_mut()
            .ok_or(ProgramMistake::NoWorker)?
            .push(instruction);
        Ok(())
    }

    fn parse_instruction(&self, words: &[&str]) -> Result<Instruction, ProgramMistake> {
        Ok(match *words {
            ["load", name] => Instruction::Load(self.find_variable(name)?),
            ["add", amount] => Instruction::Add(parse_number(amount, "add NUMBER")?),
            ["store", name] => Instruction::Store(self.find_variable(name)?),
            ["acquire", name] => Instruction::Acquire(self.find_lock(name)?),
            ["release", name] => Instruction::Release(self.find_lock(name)?),
            ["put", name, item] => Instruction::Put(
                self.find_queue(name)?,
                parse_number(item, "put QUEUE NUMBER")?,
            ),
            ["get", name] => Instruction::Get(self.find_queue(name)?),
            ["load", ..] => return Err(ProgramMistake::Form("load VARIABLE")),
            ["add", ..] => return Err(ProgramMistake::Form("add NUMBER")),
            ["store", ..] => return Err(ProgramMistake::Form("store VARIABLE")),
            ["acquire", ..] => return Err(ProgramMistake::Form("acquire LOCK")),
            ["release", ..] => return Err(ProgramMistake::Form("release LOCK")),
            ["put", ..] => return Err(ProgramMistake::Form("put QUEUE NUMBER")),
            ["get", ..] => return Err(ProgramMistake::Form("get QUEUE")),
            _ => return Err(ProgramMistake::UnknownWord(words[0].to_owned())),
        })
    }

    pub(crate) fn find_variable(&self, name: &str) -> Result<VariableId, ProgramMistake> {
        let mut variables = self.variables.iter();
        let found = variables.position(|variable| variable.name == name);
        found
            .map(VariableId)
            .ok_or_else(|| unknown("variable", name, VARIABLE))
    }

    fn find_lock(&self, name: &str) -> Result<LockId, ProgramMistake> {
        let found = self.locks.iter().position(|lock| lock == name);
        found.map(LockId).ok_or_else(|| unknown("lock", name, LOCK))
    }

    fn find_queue(&self, name: &str) -> Result<QueueId, ProgramMistake> {
        let found = self.queues.iter().position(|queue| queue.name == name);
        found
            .map(QueueId)
            .ok_or_else(|| unknown("queue", name, QUEUE))
    }
}

/// Whether a worker holds the lock after this listing: there are no branches.
fn holds(listing: &[Instruction], lock: LockId) -> bool {
    let mut uses = listing.iter().rev().filter(|instruction| {
        matches!(instruction, Instruction::Acquire(id) | Instruction::Release(id) if *id == lock)
    });
    matches!(uses.next(), Some(Instruction::Acquire(_)))
}

/// A number small enough that sums of all instructions cannot overflow.
pub(crate) fn parse_number(word: &str, form: &'static str) -> Result<i64, ProgramMistake> {
    let number = word.parse::<i32>();
    number
        .map(i64::from)
        .map_err(|_| ProgramMistake::Form(form))
}

fn unknown(kind: &'static str, name: &str, form: &'static str) -> ProgramMistake {
    let name = name.to_owned();
    ProgramMistake::UnknownName { kind, name, form }
}
