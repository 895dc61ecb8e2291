//! Examples of how a learner goes through lessons.

mod claims;
mod guessing;
mod playing;
mod predicting;
mod questions;
mod schedules;
mod visiting;
mod walking;

use std::{
    fmt::Write as _,
    fs, io,
    sync::{Arc, LazyLock},
};

use super::{
    LessonPorts, LessonRenderer, Runner,
    testing::{self, PreparedRunner},
};
use crate::{
    lesson::Library,
    record::{Params, Value},
    report::{Report, Table},
    schedule::ScheduleRun,
};

/// Two lessons: one with three steps and all kinds of items, and one with a single step.
const LESSONS: [(&str, &str); 2] = [("first.md", FIRST), ("second.md", SECOND)];

const FIRST: &str = r#"+++
number = 1
slug = "first"
title = "The first"
question = "Why?"
minutes = 10
summary = "First."
+++
Welcome.

## Look

```python
print(1)
```

```forklore note
minutes = 2
text = "Ask who knows."
```

```forklore demo
run = "numbers"
workers = 4
caption = "Watch the order."
```

```forklore quiz
id = "order"
question = "Who is first?"
[[choice]]
text = "The oldest"
why = "Age counts for nothing."
[[choice]]
text = "Nobody knows"
right = true
why = "The system decides."
```

After the question.

## Compare

```forklore table
caption = "Two ways"
columns = ["thread", "process"]
rows = [["light", "heavy"]]
```

```forklore program
file = "python/hello.py"
caption = "All of it."
beside = "fn main() {}"
```
"#;

const SECOND: &str = r#"+++
number = 2
slug = "second"
title = "The *second*"
question = "What then?"
minutes = 5
summary = "Second."
+++
## Only

```forklore quiz
id = "several"
question = "Which are shared?"
[[choice]]
text = "Globals of threads"
right = true
why = "One process, one memory."
[[choice]]
text = "Globals of processes"
why = "Each has its own."
[[choice]]
text = "A shared array"
right = true
why = "That is what it is for."
```
"#;

/// The library of the lessons above.
pub(crate) fn library() -> Arc<Library> {
    library_of(&LESSONS)
}

fn library_of(lessons: &[(&str, &str)]) -> Arc<Library> {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("python")).unwrap();
    fs::write(folder.path().join("python/hello.py"), "print('hello')\n").unwrap();
    for (file, text) in lessons {
        fs::write(folder.path().join(file), text).unwrap();
    }
    let library = Library::load_folder(folder.path()).unwrap();
    assert_eq!(library.diagnostics(), []);
    Arc::new(library)
}

/// A renderer that records what it draws: the beginning of each part, one per line.
#[derive(Default)]
struct Sketch(String);

impl Sketch {
    fn put(&mut self, kind: &str, text: &str) {
        let text = text.replace("\n\n", " / ").replace('\n', " ");
        let _ = writeln!(self.0, "{kind}: {}", text.trim_end());
    }

    /// What was drawn since the last call.
    fn take(&mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

impl LessonRenderer for Sketch {
    fn draw_machine(&mut self, run: &ScheduleRun) -> io::Result<()> {
        self.put("machine", &run.schedule().to_string());
        Ok(())
    }
    fn draw_markdown(&mut self, text: &str) -> io::Result<()> {
        self.put("prose", text);
        Ok(())
    }

    fn draw_code(&mut self, text: &str, lang: &str) -> io::Result<()> {
        self.put(lang, text);
        Ok(())
    }

    fn draw_table(&mut self, table: &Table) -> io::Result<()> {
        let columns: Vec<&str> = table
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let text = format!("{} ({})", table.title, columns.join(", "));
        self.put("table", &text);
        Ok(())
    }

    fn draw_report(&mut self, report: &Report) -> io::Result<()> {
        let mut text = format!("{} {:?}", report.demo, report.params.workers);
        for claim in &report.claims {
            let _ = write!(text, "; {} {}", claim.id, claim.verdict);
        }
        self.put("report", &text);
        Ok(())
    }

    fn show_error(&mut self, message: &str) -> io::Result<()> {
        self.put("error", message);
        Ok(())
    }

    fn flush_output(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The connections of a lesson to a test.
fn ports<'t>(page: &'t mut dyn LessonRenderer, runner: &'t mut dyn Runner) -> LessonPorts<'t> {
    static DEFAULTS: LazyLock<Params> = LazyLock::new(Params::default);
    LessonPorts {
        page,
        runner,
        options: testing::run_options(),
        defaults: &DEFAULTS,
        lesson_python: &[],
    }
}

fn fails() -> PreparedRunner<'static> {
    PreparedRunner::failing("no process can be started")
}
