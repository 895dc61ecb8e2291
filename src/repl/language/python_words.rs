//! The words of Python's `multiprocessing` and `threading` that the prompt understands.
//!
//! One line is one statement: an object is made, one of its methods is called, or a pool maps a function. It is no
//! interpreter: whatever else a line says is refused with what may be said.

use std::fmt;

use crate::bench::{SpawnRequest, WorkKind, WorkerPlace};

/// What may be said, for whatever else was said.
const SUBSET: &str = "of Python the prompt takes `p = Process(target=primes, name=\"a\")`, `Thread(target=…)`, the \
                      methods of both, and `Pool(4).map(square, range(8))`; `try FILE` runs a file";
/// The most numbers that a pool maps here, and the largest of them.
const MOST_NUMBERS: i64 = 1000;
const LARGEST_NUMBER: i64 = 1_000_000_000;
/// The most processes of a pool.
const MOST_PROCESSES: i64 = 64;

/// A statement that was understood.
#[derive(Debug, Clone, PartialEq)]
pub enum PythonStatement {
    /// `p = Process(target=primes)`.
    Make {
        /// The variable.
        variable: String,
        /// What its `start()` starts.
        request: SpawnRequest,
    },
    /// `p.start()`.
    Use {
        /// The variable.
        variable: String,
        /// What is asked of it.
        action: PythonAction,
    },
    /// `Pool(4).map(square, range(8))`.
    PoolMap {
        /// The number of processes.
        processes: usize,
        /// The numbers.
        numbers: Vec<i64>,
    },
}

/// What is asked of a process or a thread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PythonAction {
    /// `start()`
    Start,
    /// `join()`, or `join(timeout)` in seconds.
    Join(Option<f64>),
    /// `is_alive()`
    IsAlive,
    /// `pid`
    Pid,
    /// `native_id`
    NativeId,
    /// `name`
    Name,
    /// `exitcode`
    Exitcode,
    /// `terminate()`
    Terminate,
    /// `kill()`
    Kill,
}

/// Reads a line; `None` if it is not about processes, threads or pools in Python.
pub fn parse_statement(line: &str) -> Option<Result<PythonStatement, String>> {
    let line = line.trim().trim_start_matches(">>> ").trim();
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let is_made_here = ["Process(", "Thread(", "Pool("].iter().any(|made| {
        let at = line.find(made);
        at.is_some_and(|at| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    });
    let parsed = ExpressionReader::new(line).read_statement();
    let understood = match parsed {
        Some((variable, expression)) => understand(variable, unwrap_print(expression)),
        None => None,
    };
    understood.or_else(|| is_made_here.then(|| Err(SUBSET.to_owned())))
}

/// An expression of the few forms that matter here.
#[derive(Debug, Clone, PartialEq)]
enum PythonExpression {
    Name(String),
    Number(f64),
    Text(String),
    List(Vec<PythonExpression>),
    Attribute(Box<PythonExpression>, String),
    Call(Box<PythonExpression>, Vec<CallArgument>),
}

#[derive(Debug, Clone, PartialEq)]
struct CallArgument {
    name: Option<String>,
    value: PythonExpression,
}

/// `print(p.pid)` shows what `p.pid` shows.
fn unwrap_print(expression: PythonExpression) -> PythonExpression {
    match expression {
        PythonExpression::Call(function, mut arguments)
            if *function == PythonExpression::Name("print".to_owned())
                && arguments.len() == 1
                && arguments[0].name.is_none() =>
        {
            arguments.remove(0).value
        }
        other => other,
    }
}

fn understand(
    variable: Option<String>,
    expression: PythonExpression,
) -> Option<Result<PythonStatement, String>> {
    match (variable, expression) {
        (variable, PythonExpression::Call(function, arguments)) => match *function {
            PythonExpression::Attribute(object, method) => match *object {
                PythonExpression::Name(name) if variable.is_none() => {
                    match place_named(&method).filter(|_| is_module(&name)) {
                        Some(_) => Some(Err(SUBSET.to_owned())),
                        None => understand_method(name, &method, &arguments),
                    }
                }
                PythonExpression::Name(module) if is_module(&module) => {
                    understand_new(variable?, &method, &arguments)
                }
                PythonExpression::Call(maker, workers) if variable.is_none() => {
                    understand_pool(&maker, &workers, &method, &arguments)
                }
                _ => None,
            },
            PythonExpression::Name(class) => understand_new(variable?, &class, &arguments),
            _ => None,
        },
        (None, PythonExpression::Attribute(object, attribute)) => match *object {
            PythonExpression::Name(variable) => understand_attribute(variable, &attribute),
            _ => None,
        },
        _ => None,
    }
}

fn is_module(name: &str) -> bool {
    matches!(name, "multiprocessing" | "mp" | "threading")
}

fn place_named(class: &str) -> Option<WorkerPlace> {
    match class {
        "Process" => Some(WorkerPlace::Process),
        "Thread" => Some(WorkerPlace::Thread),
        _ => None,
    }
}

fn understand_new(
    variable: String,
    class: &str,
    arguments: &[CallArgument],
) -> Option<Result<PythonStatement, String>> {
    let place = place_named(class)?;
    Some(
        read_new(place, class, arguments)
            .map(|request| PythonStatement::Make { variable, request }),
    )
}

fn read_new(
    place: WorkerPlace,
    class: &str,
    arguments: &[CallArgument],
) -> Result<SpawnRequest, String> {
    let works = WorkKind::ALL.map(WorkKind::name).join(", ");
    let mut work = None;
    let mut worker_name = None;
    for CallArgument { name, value } in arguments {
        match (name.as_deref(), value) {
            (Some("target"), PythonExpression::Name(target)) => {
                let known = WorkKind::ALL.into_iter().find(|work| work.name() == target);
                work = Some(known.ok_or_else(|| {
                    format!(
                        "no target is called `{target}`; there are: {works}; `try FILE` runs a file with functions \
                         of your own"
                    )
                })?);
            }
            (Some("name"), PythonExpression::Text(text)) => worker_name = Some(text.clone()),
            (Some("args" | "kwargs"), _) => {
                return Err(format!(
                    "the targets of the prompt take no arguments: leave out `{}`; `spawn --help` has what can be set",
                    name.as_deref().unwrap_or_default()
                ));
            }
            _ => return Err(format!("`{class}` takes `target=` and `name=\"…\"` here")),
        }
    }
    let Some(work) = work else {
        return Err(format!(
            "`{class}` needs a target: `{class}(target=primes)`; there are: {works}"
        ));
    };
    Ok(SpawnRequest {
        name: worker_name,
        // As the threads of CPython.
        gil: place == WorkerPlace::Thread,
        ..SpawnRequest::of(place, work)
    })
}

fn understand_method(
    variable: String,
    method: &str,
    arguments: &[CallArgument],
) -> Option<Result<PythonStatement, String>> {
    let action = match method {
        "start" => PythonAction::Start,
        "is_alive" => PythonAction::IsAlive,
        "terminate" => PythonAction::Terminate,
        "kill" => PythonAction::Kill,
        "join" => PythonAction::Join(None),
        "pid" | "native_id" | "name" | "exitcode" => {
            return Some(Err(format!(
                "`{method}` is no method: `{variable}.{method}`"
            )));
        }
        _ => return None,
    };
    let action = match (action, arguments) {
        (action, []) => action,
        (PythonAction::Join(_), [CallArgument { name, value }])
            if name.as_deref().is_none_or(|name| name == "timeout") =>
        {
            match value {
                PythonExpression::Number(seconds) if *seconds >= 0.0 => {
                    PythonAction::Join(Some(*seconds))
                }
                _ => return Some(Err("`join` takes seconds: `join(timeout=2)`".to_owned())),
            }
        }
        _ => {
            return Some(Err(format!(
                "`{method}` takes no arguments: `{variable}.{method}()`"
            )));
        }
    };
    Some(Ok(PythonStatement::Use { variable, action }))
}

fn understand_attribute(
    variable: String,
    attribute: &str,
) -> Option<Result<PythonStatement, String>> {
    let action = match attribute {
        "pid" => PythonAction::Pid,
        "native_id" => PythonAction::NativeId,
        "name" => PythonAction::Name,
        "exitcode" => PythonAction::Exitcode,
        "start" | "join" | "is_alive" | "terminate" | "kill" => {
            return Some(Err(format!(
                "a method is called: `{variable}.{attribute}()`"
            )));
        }
        _ => return None,
    };
    Some(Ok(PythonStatement::Use { variable, action }))
}

/// `Pool(4).map(square, range(8))`.
fn understand_pool(
    maker: &PythonExpression,
    workers: &[CallArgument],
    method: &str,
    arguments: &[CallArgument],
) -> Option<Result<PythonStatement, String>> {
    let is_pool = match maker {
        PythonExpression::Name(class) => class == "Pool",
        PythonExpression::Attribute(module, class) => {
            class == "Pool" && matches!(&**module, PythonExpression::Name(name) if is_module(name))
        }
        _ => false,
    };
    (is_pool && method == "map").then(|| read_pool_map(workers, arguments))
}

fn read_pool_map(
    workers: &[CallArgument],
    arguments: &[CallArgument],
) -> Result<PythonStatement, String> {
    let processes = match workers {
        [
            CallArgument {
                name: None,
                value: PythonExpression::Number(count),
            },
        ] => *count as i64,
        _ => 0,
    };
    if !(1..=MOST_PROCESSES).contains(&processes) {
        return Err(format!(
            "`Pool` takes 1 to {MOST_PROCESSES} processes here: `Pool(4)`"
        ));
    }
    let [
        CallArgument {
            name: None,
            value: function,
        },
        CallArgument {
            name: None,
            value: items,
        },
    ] = arguments
    else {
        return Err("`map` takes a function and numbers: `map(square, range(8))`".to_owned());
    };
    if *function != PythonExpression::Name("square".to_owned()) {
        return Err(
            "the only function of the pool here is `square`; `try FILE` runs a file with your own"
                .to_owned(),
        );
    }
    let numbers = read_numbers(items).ok_or_else(|| {
        format!("`map` takes up to {MOST_NUMBERS} numbers here: `range(8)` or `[1, 2, 3]`")
    })?;
    Ok(PythonStatement::PoolMap {
        processes: processes as usize,
        numbers,
    })
}

fn read_numbers(items: &PythonExpression) -> Option<Vec<i64>> {
    let whole = |value: &PythonExpression| match value {
        PythonExpression::Number(number)
            if number.fract() == 0.0 && number.abs() <= LARGEST_NUMBER as f64 =>
        {
            Some(*number as i64)
        }
        _ => None,
    };
    let numbers: Vec<i64> = match items {
        PythonExpression::List(items) => items.iter().map(whole).collect::<Option<_>>()?,
        PythonExpression::Call(range, bounds)
            if **range == PythonExpression::Name("range".to_owned()) =>
        {
            let bounds: Vec<i64> = bounds
                .iter()
                .map(|bound| whole(&bound.value))
                .collect::<Option<_>>()?;
            let (first, end) = match bounds[..] {
                [end] => (0, end),
                [first, end] => (first, end),
                _ => return None,
            };
            if end - first > MOST_NUMBERS {
                return None;
            }
            (first..end).collect()
        }
        _ => return None,
    };
    (numbers.len() as i64 <= MOST_NUMBERS).then_some(numbers)
}

/// Reads an expression from its text.
struct ExpressionReader<'t> {
    rest: &'t str,
}

impl<'t> ExpressionReader<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text }
    }

    /// `NAME = EXPRESSION`, or an expression alone; `None` if there is anything else.
    fn read_statement(mut self) -> Option<(Option<String>, PythonExpression)> {
        let first = self.read_expression()?;
        let statement = match first {
            PythonExpression::Name(variable) if self.takes('=') => {
                (Some(variable), self.read_expression()?)
            }
            expression => (None, expression),
        };
        self.rest.trim().is_empty().then_some(statement)
    }

    fn read_expression(&mut self) -> Option<PythonExpression> {
        let mut expression = self.read_atom()?;
        loop {
            if self.takes('.') {
                let name = self.read_name()?;
                expression = PythonExpression::Attribute(Box::new(expression), name);
            } else if self.takes('(') {
                let arguments = self.read_items(')', Self::read_argument)?;
                expression = PythonExpression::Call(Box::new(expression), arguments);
            } else {
                return Some(expression);
            }
        }
    }

    fn read_atom(&mut self) -> Option<PythonExpression> {
        self.rest = self.rest.trim_start();
        let first = self.rest.chars().next()?;
        match first {
            '[' => {
                self.takes('[');
                Some(PythonExpression::List(
                    self.read_items(']', Self::read_expression)?,
                ))
            }
            '(' => {
                self.takes('(');
                Some(PythonExpression::List(
                    self.read_items(')', Self::read_expression)?,
                ))
            }
            '"' | '\'' => {
                let (text, rest) = self.rest[1..].split_once(first)?;
                self.rest = rest;
                Some(PythonExpression::Text(text.to_owned()))
            }
            '-' | '0'..='9' => self.read_number(),
            _ => self.read_name().map(PythonExpression::Name),
        }
    }

    fn read_argument(&mut self) -> Option<CallArgument> {
        let value = self.read_expression()?;
        match value {
            PythonExpression::Name(name) if self.takes('=') => Some(CallArgument {
                name: Some(name),
                value: self.read_expression()?,
            }),
            value => Some(CallArgument { name: None, value }),
        }
    }

    /// Items up to a closing bracket, with commas between them.
    fn read_items<T>(&mut self, close: char, read: fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        while !self.takes(close) {
            items.push(read(self)?);
            if !self.takes(',') {
                return self.takes(close).then_some(items);
            }
        }
        Some(items)
    }

    fn read_number(&mut self) -> Option<PythonExpression> {
        let is_part = |c: char| c.is_ascii_digit() || "-._".contains(c);
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        number
            .replace('_', "")
            .parse()
            .ok()
            .map(PythonExpression::Number)
    }

    fn read_name(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.rest = rest;
        Some(name.to_owned())
    }

    fn takes(&mut self, character: char) -> bool {
        let Some(rest) = self.rest.trim_start().strip_prefix(character) else {
            return false;
        };
        self.rest = rest;
        true
    }
}

/// The statement in brief, for the table of the tests and for messages.
impl fmt::Display for PythonStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Make { variable, request } => write!(f, "{variable}: {}", request.to_command()),
            Self::Use { variable, action } => write!(f, "{variable}: {action:?}"),
            Self::PoolMap { processes, numbers } => write!(f, "pool of {processes}: {numbers:?}"),
        }
    }
}

#[cfg(test)]
mod tests;
