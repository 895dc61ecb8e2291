//! A home folder for a single test, and the program started in it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        Arc, Once,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use signal_hook::{consts::SIGINT, flag};

/// The program as shipped.
pub const EXE: &str = env!("CARGO_BIN_EXE_forklore");

/// A background job is often started with Ctrl-C ignored, and the tested programs would inherit that. A signal
/// with a handler in this process gets its default action in them.
fn heed_interrupts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        flag::register_conditional_shutdown(SIGINT, 130, Arc::new(AtomicBool::new(true))).unwrap();
    });
}

static HOMES: AtomicU32 = AtomicU32::new(0);

/// A home folder, which is removed at the end of the test.
pub struct Home(PathBuf);

impl Home {
    pub fn new() -> Self {
        heed_interrupts();
        let number = HOMES.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("forklore-it-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// How many folders it has whose names begin so.
    pub fn folders(&self, prefix: &str) -> usize {
        let names = fs::read_dir(&self.0).unwrap().flatten();
        let names = names.map(|entry| entry.file_name().into_string().unwrap());
        names.filter(|name| name.starts_with(prefix)).count()
    }

    /// The environment of the program: this home, and nothing from the environment of the tests.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let home = self.0.display().to_string();
        vec![
            ("HOME", home.clone()),
            ("XDG_DATA_HOME", format!("{home}/data")),
            ("XDG_CONFIG_HOME", format!("{home}/config")),
            ("LANG", "C.UTF-8".to_owned()),
            ("TERM", "xterm-256color".to_owned()),
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            // No test waits in a pager; those of the pager name one themselves.
            ("PAGER", "cat".to_owned()),
            // The Pythons of a machine must not affect how long a test takes. Tests that need Pythons set this
            // themselves.
            ("FORKLORE_PYTHON", "none".to_owned()),
        ]
    }

    /// The program, with pipes for its streams.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(EXE);
        command
            .args(arguments)
            .env_clear()
            .envs(self.environment())
            .current_dir(&self.0);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        Ended::from(self.command(arguments).output().unwrap())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A program's exit code and output.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    /// Fails the test unless the program was successful.
    #[track_caller]
    pub fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// Fails the test unless the program exited with this code and one line of error, which is returned.
    #[track_caller]
    pub fn failed_with(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{self:?}");
        self.err.trim_end().to_owned()
    }
}
