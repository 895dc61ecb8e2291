//! Exercises with the real program: real scripts with a real Python, scripts as editors, and saves while it
//! watches.

mod judged;
mod proved;
mod watched;

use std::{path::PathBuf, process::Command};

use serde_json::Value as Json;

use crate::{
    home::{Ended, Home},
    support::machine_python,
};

const FRONT: &str = r#"+++
number = 6
slug = "six"
title = "Six"
question = "Why?"
minutes = 5
summary = "Six."
+++
Welcome.

"#;

const FOUR: &str = r#"
```forklore quiz
id = "t-lines"
question = "Put them in order."
lines = ["import multiprocessing", "process.start()", "process.join()"]
why = "Start, then join."
```

```forklore exercise
id = "t-four"
title = "Four numbers"
task = "Let four processes print a number each."
minutes = 4
starter = "exercises/four.py"
solution = "exercises/four_solution.py"
without_python = "t-lines"
explain = "Create, start, join."

[[condition]]
says = "four child processes"
holds_if = "count('process', kind='child') == 4 and distinct('pid', kind='child') == 4"
hint = "Create four of them."

[[condition]]
says = "each prints another number"
holds_if = "count('line', stream='out', kind='child') == 4 and distinct('line', stream='out', kind='child') == 4"
hint = "Give each its own number."

[[condition]]
says = "all are joined"
holds_if = "flag('joined', kind='child')"

[[condition]]
says = "it ends well"
holds_if = "most('exitcode', kind='main') == 0"
```

```forklore hint
text = "Look at `args`."
```
"#;

const SQUARES: &str = r#"
```forklore exercise
id = "t-squares"
title = "Squares"
task = "Let a pool do it."
starter = "exercises/squares.py"
solution = "exercises/squares_solution.py"
compares = true

[[condition]]
says = "two workers of a pool"
holds_if = "count('process', kind='pool') == 2"

[[condition]]
says = "the same output"
holds_if = "flag('same_output')"
```
"#;

const STARTER: &str = "\
def say(number):
    print(number)

if __name__ == \"__main__\":
    for number in range(4):
        say(number)
";

const SOLUTION: &str = "\
import multiprocessing

def say(number):
    print(number, flush=True)

if __name__ == \"__main__\":
    all_of_them = [multiprocessing.Process(target=say, args=(n,)) for n in range(4)]
    for one in all_of_them:
        one.start()
    for one in all_of_them:
        one.join()
";

const SERIAL: &str = "print([n * n for n in range(6)])\n";

const POOL: &str = "\
import multiprocessing

def square(n):
    return n * n

if __name__ == \"__main__\":
    with multiprocessing.Pool(2) as pool:
        print(pool.map(square, range(6), chunksize=1))
";

/// A home with these lessons, and the Python that runs their exercises.
struct Class {
    home: Home,
    python: String,
}

impl Class {
    /// `None`, with a message, if this machine has no Python.
    fn new() -> Option<Self> {
        let chosen = machine_python()?;
        let class = Self {
            home: home(),
            python: chosen.path.display().to_string(),
        };
        Some(class)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(arguments);
        command
            .arg("--trust")
            .env("FORKLORE_PYTHON", &self.python)
            .env("FORKLORE_LESSONS", self.home.file("lessons"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        Ended::from(self.command(arguments).output().unwrap())
    }

    /// The result of `check` for a program, as JSON.
    #[track_caller]
    fn checked(&self, id: &str, program: &str) -> Json {
        self.home.write("mine.py", program);
        let words = ["check", "mine.py", "--exercise", id, "--format", "json"];
        let ended = self.run(&words);
        let json: Json =
            serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:?}"));
        let code = i32::from(json["solved"] != true);
        assert_eq!(ended.code, Some(code), "{ended:?}");
        json
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.file(&format!("forklore-exercises/{name}"))
    }
}

/// A home with lessons, for tests that need no Python.
fn home() -> Home {
    let home = Home::new();
    home.write("lessons/six.md", format!("{FRONT}{FOUR}{SQUARES}"));
    home.write("lessons/exercises/four.py", STARTER);
    home.write("lessons/exercises/four_solution.py", SOLUTION);
    home.write("lessons/exercises/squares.py", SERIAL);
    home.write("lessons/exercises/squares_solution.py", POOL);
    home
}

/// The verdicts of a check, in order.
fn verdicts(checked: &Json) -> Vec<&str> {
    let conditions = checked["conditions"].as_array().unwrap();
    conditions
        .iter()
        .map(|one| one["verdict"].as_str().unwrap())
        .collect()
}
