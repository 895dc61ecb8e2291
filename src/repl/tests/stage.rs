//! A learner at the prompt, without a terminal and without a process.

use std::{
    fs, io,
    path::{Path, PathBuf},
    str::FromStr,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    catalog::run_command,
    lesson::Library,
    observe::{ObservedProgram, ProgramCommand},
    python::Pythons,
    record::{EventKind, Recording, Value},
    render::Style,
    repl::{
        commands::review,
        language::command_error::CommandError,
        progress_recorder::ProgressRecorder,
        screen::Screen,
        session::{Session, SessionFlow},
    },
    signals::Signals,
    tutor::{
        ProgramOutput,
        progress::ProgressStore,
        testing::{DemoLog, LessonProgramLog, PreparedRunner, ProgramLog},
    },
};

/// What a session writes, results and messages as on a terminal.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    /// What was written since the last look.
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().expect("written"))).expect("text")
    }
}

impl io::Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("written").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn transcripts_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/prompt")
}

/// 2026-11-23, 19:05 UTC.
const NOW: u64 = 1_795_460_700;
const DAY: u64 = 86_400;

/// A session of a learner with a home folder, at a time that the test sets.
pub(super) struct Stage {
    pub(super) session: Session,
    paper: Paper,
    demos: DemoLog,
    programs: ProgramLog,
    lesson_programs: LessonProgramLog,
    home: tempfile::TempDir,
    /// What is set in the configuration.
    configured: Vec<(String, String)>,
    now: Arc<AtomicU64>,
}

impl Stage {
    pub(super) fn new() -> Self {
        let paper = Paper::default();
        let home = tempfile::tempdir().expect("a folder");
        let now = Arc::new(AtomicU64::new(NOW));
        let mut stage = Self {
            session: new_session(&embedded_library(), &paper),
            paper,
            demos: DemoLog::default(),
            programs: ProgramLog::default(),
            lesson_programs: LessonProgramLog::default(),
            home,
            configured: Vec::new(),
            now,
        };
        stage.begin_session(Arc::clone(&stage.session.library));
        stage
    }

    /// A new session of the same learner, in the same style.
    fn begin_session(&mut self, library: Arc<Library>) {
        let mut session = new_session(&library, &self.paper);
        let store = ProgressStore::open_at(Some(self.home.path().join("progress.jsonl")));
        let now = Arc::clone(&self.now);
        session.progress_recorder =
            ProgressRecorder::new(store, true).with_clock(move || now.load(Ordering::Relaxed));
        // In the author's order, unless the transcript sets another one.
        session.progress_recorder.choice_seed = None;
        session.settings.folder = Some(self.home.path().join("exercises"));
        for (name, value) in &self.configured {
            session.settings.set_value(name, value).expect("a setting");
        }
        session.screen.style = self.session.screen.style;
        session.screen.message_style = self.session.screen.message_style;
        session.screen.height = self.session.screen.height;
        self.session = session;
        self.set_runner(PreparedRunner::new());
    }

    fn set_runner(&mut self, runner: PreparedRunner<'static>) {
        self.session.runner = Box::new(PreparedRunner {
            pythons: Pythons::with_one("/usr/bin/python3"),
            demos: DemoLog::clone(&self.demos),
            programs: ProgramLog::clone(&self.programs),
            lesson_programs: LessonProgramLog::clone(&self.lesson_programs),
            ..runner
        });
    }

    fn lessons(&self) -> Arc<Library> {
        let library = Library::load_folder(&self.home.path().join("lessons")).expect("lessons");
        Arc::new(library)
    }

    /// Changes what is around the session. Returns what the screen shows then.
    pub(super) fn set_up(&mut self, scene: &str) -> String {
        let (what, rest) = scene.split_once(' ').unwrap_or((scene, ""));
        let session = &mut self.session;
        match what {
            "lessons" => self.copy_lessons(rest),
            "edit" => self.edit_lesson(rest),
            "file" => {
                let (name, text) = rest.split_once(": ").expect("a name and a text");
                fs::write(self.home.path().join(name), format!("{text}\n")).expect("written");
            }
            "session" => {
                self.begin_session(Arc::clone(&self.session.library));
                review::begin_session(&mut self.session).expect("a beginning");
            }
            "days" => {
                let days: u64 = number(rest);
                self.now.fetch_add(days * DAY, Ordering::Relaxed);
            }
            "configured" => {
                let (name, value) = rest.split_once(' ').expect("a name and a value");
                self.configured.push((name.to_owned(), value.to_owned()));
            }
            "width" => session.screen.style.width = number(rest),
            "height" => session.screen.height = Some(number(rest)),
            "accessible" => session.screen.style.accessible = true,
            "ascii" => session.screen.style.ascii = true,
            "order" => session.progress_recorder.choice_seed = Some(number(rest)),
            "fails" => self.set_runner(PreparedRunner::failing(rest)),
            "interrupted" => self.set_runner(PreparedRunner::interrupted()),
            "recording" => self.set_runner(PreparedRunner {
                recording: Some(
                    Recording::load(&transcripts_folder().join(rest)).expect("a recording"),
                ),
                ..PreparedRunner::new()
            }),
            "observes" => self.set_runner(PreparedRunner {
                events: rest.split("; ").map(parse_observation).collect(),
                ..PreparedRunner::new()
            }),
            "program" => self.set_runner(PreparedRunner {
                output: program_output(rest),
                ..PreparedRunner::new()
            }),
            "runs-well" => self.set_runner(PreparedRunner::new()),
            _ => panic!("`{scene}` sets up nothing"),
        }
        self.take_screen()
    }

    /// Takes these lessons of `tests/transcripts/prompt-lessons` as the only ones.
    fn copy_lessons(&mut self, names: &str) {
        let lessons = self.home.path().join("lessons");
        let _ = fs::remove_dir_all(&lessons);
        fs::create_dir_all(lessons.join("python")).expect("a folder");
        fs::write(lessons.join("python/hello.py"), "print('hello')\n").expect("written");
        for name in names.split(' ') {
            let from = transcripts_folder()
                .with_file_name("prompt-lessons")
                .join(name);
            fs::copy(from, lessons.join(name)).expect("a lesson");
        }
        let library = self.lessons();
        assert_eq!(library.errors().count(), 0, "{:?}", library.diagnostics());
        self.begin_session(library);
    }

    /// `one.md: old => new`: the author saves a lesson while it is taken.
    fn edit_lesson(&mut self, edit: &str) {
        let (name, change) = edit.split_once(": ").expect("a file and a change");
        let (old, new) = change.split_once(" =>").expect("an old and a new text");
        let path = self.home.path().join("lessons").join(name);
        let text = fs::read_to_string(&path).expect("a lesson");
        assert!(text.contains(old), "{name} has no `{old}`");
        let new = new.trim_start().replace("\\n", "\n");
        fs::write(&path, text.replace(old, &new)).expect("written");
        let library = self.lessons();
        self.session.replace_library(library);
    }

    /// Executes a line as the prompt does. Returns what ran and what the screen shows.
    pub(super) fn type_line(&mut self, typed: &str) -> String {
        let home = self.home.path().display().to_string();
        let flow = self.session.execute_line(&typed.replace('~', &home));
        let code = match flow {
            Ok(SessionFlow::Continue) => String::new(),
            Ok(SessionFlow::Quit) => "[the session ends]\n".to_owned(),
            Err(error) => self.show_error(&error),
        };
        self.session.screen.write_gap().expect("written");
        format!("{}{}{code}", self.take_runs(), self.take_screen())
    }

    fn show_error(&mut self, error: &anyhow::Error) -> String {
        let failure = error.downcast_ref::<CommandError>();
        if !failure.is_some_and(CommandError::is_shown) {
            self.session.screen.write_error(error);
        }
        let code = failure.map_or(1, CommandError::code);
        format!("[exit code {code}]\n")
    }

    fn take_screen(&mut self) -> String {
        let home = self.home.path().display().to_string();
        self.paper.take().replace(&home, "~")
    }

    fn take_runs(&mut self) -> String {
        let demos = std::mem::take(&mut *self.demos.lock().expect("the log"));
        let demos = demos.into_iter().map(|(demo, params, limit)| {
            format!(
                "[{}, at most {} s]\n",
                run_command(demo, &params),
                limit.as_secs()
            )
        });
        let programs = std::mem::take(&mut *self.programs.lock().expect("the log"));
        let programs = programs.into_iter().map(|(program, limit)| {
            let words = command_words(&program).join(" ");
            format!("[watches {words}, at most {} s]\n", limit.as_secs())
        });
        let lesson_programs = std::mem::take(&mut *self.lesson_programs.lock().expect("the log"));
        let lesson_programs = lesson_programs
            .into_iter()
            .map(|(file, pythons)| format!("[runs {file} under {}]\n", pythons.join(", ")));
        let home = self.home.path().display().to_string();
        demos
            .chain(programs)
            .chain(lesson_programs)
            .collect::<String>()
            .replace(&home, "~")
    }
}

/// The lessons of the program, read once for all tests.
fn embedded_library() -> Arc<Library> {
    static LIBRARY: LazyLock<Arc<Library>> = LazyLock::new(|| Arc::new(Library::load_embedded()));
    Arc::clone(&LIBRARY)
}

fn new_session(library: &Arc<Library>, paper: &Paper) -> Session {
    let style = Style::without_color(80);
    let streams = (Box::new(paper.clone()), Box::new(paper.clone()));
    let mut screen = Screen::new(streams.0, streams.1, (style, style));
    screen.has_prompt = true;
    let runner = Box::new(PreparedRunner::new());
    Session::new(Arc::clone(library), screen, runner, Signals::unconnected())
}

#[track_caller]
fn number<T: FromStr>(text: &str) -> T {
    text.parse()
        .unwrap_or_else(|_| panic!("`{text}` is no number"))
}

/// `private worker=three 4096 B`: an observation with its labels and its value.
fn parse_observation(text: &str) -> EventKind {
    let mut words = text.split(' ');
    let name = words.next().expect("a name").to_owned();
    let mut labels = Vec::new();
    let mut value = Value::Count(0);
    for word in words {
        match (word.split_once('='), &value) {
            (Some((key, of)), _) => labels.push((key, of)),
            (None, Value::Count(count)) if word == "B" => value = Value::Bytes(*count as u64),
            (None, _) => value = Value::Count(number(word)),
        }
    }
    EventKind::Observed {
        name,
        labels: labels.into_iter().collect(),
        value,
    }
}

fn command_words(program: &ObservedProgram) -> Vec<String> {
    let mut words = match &program.command {
        ProgramCommand::Script { path, .. } => {
            vec!["python".to_owned(), path.display().to_string()]
        }
        ProgramCommand::Module { name, .. } => {
            vec!["python -m".to_owned(), name.display().to_string()]
        }
        ProgramCommand::Other { argv } => {
            argv.iter().map(|word| word.display().to_string()).collect()
        }
    };
    words.extend(
        program
            .arguments
            .iter()
            .map(|word| word.display().to_string()),
    );
    words
}

/// `prints hello`, `fails no folder`, `is stopped`: the end of a lesson's program.
fn program_output(text: &str) -> ProgramOutput {
    match text.split_once(' ').expect("how it ends") {
        ("prints", text) => ProgramOutput::Printed {
            by: "Python 3.11".to_owned(),
            text: text.to_owned(),
            remark: Some("It ended with exit code 3.".to_owned()),
            was_cut: false,
        },
        ("fails", why) => ProgramOutput::Failed(why.to_owned()),
        _ => ProgramOutput::Interrupted,
    }
}
