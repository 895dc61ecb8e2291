//! From flags, environment and configuration to a session: the first that says something decides.

use std::{env, io, path::PathBuf, sync::Arc};

use super::{args::GlobalOptions, config::ConfigFile};
use crate::{
    lesson::Library,
    render::{self, OutputStream, ProgressMode, Style, StyleEnvironment},
    repl::{
        folders,
        language::{
            command_error::CommandError,
            shared_command::{CommandOptions, SharedCommand},
            values,
        },
        pager::UserPager,
        progress_recorder::ProgressRecorder,
        screen::{Screen, ScreenStyles},
        session::Session,
        session_runner::SessionRunner,
        settings::Settings,
    },
    signals::Signals,
    terminal,
    tutor::{ProvenExercises, TrustedPrograms, progress::ProgressStore},
};

/// The file that keeps a learner's progress, in the user's folder for data.
const PROGRESS: &str = "progress.jsonl";

/// The file that keeps the programs that may run, in the user's folder for state.
const TRUSTED: &str = "trusted-programs.jsonl";

/// The file of the exercises that `lint` has proven.
const PROVEN: &str = "proven-exercises";

/// Everything that holds for the whole program.
pub struct ProgramSetup {
    /// Flags of the program, those of the configuration filled in.
    pub globals: GlobalOptions,
    /// Flags of one command.
    pub options: CommandOptions,
    config: ConfigFile,
    looks: ScreenStyles,
}

impl ProgramSetup {
    /// Reads the configuration, and decides what is left to decide.
    pub fn new(mut globals: GlobalOptions, options: CommandOptions) -> Self {
        let (config, warning) = ConfigFile::load_file();
        // An empty variable is as good as none.
        globals
            .lessons
            .take_if(|folder| folder.as_os_str().is_empty());
        globals.lessons = globals.lessons.or_else(|| config.lessons.clone());
        globals.color = globals.color.or(config.color);
        globals.ascii |= config.ascii;
        globals.no_input |= config.no_input;
        let looks = decide_styles(&globals);
        if let Some(warning) = warning {
            // A failure of this cannot be reported anywhere.
            let _ = render::write_warning(&warning, &looks.messages, &mut io::stderr());
        }
        Self {
            globals,
            options,
            config,
            looks,
        }
    }

    /// Whether questions may be asked.
    pub fn may_ask(&self) -> bool {
        !self.globals.no_input && terminal::is_interactive()
    }

    /// A session that writes to the process's own streams.
    pub fn build_session(&self, library: Library, signals: &Signals) -> Session {
        let runner = SessionRunner::new(signals.clone(), self.looks);
        let mut session = Session::new(
            Arc::new(library),
            Screen::from_standard_streams(self.looks),
            Box::new(runner),
            signals.clone(),
        );
        session.lessons_folder.clone_from(&self.globals.lessons);
        session.settings = self.session_settings();
        session.trust = TrustedPrograms::new(folders::state_file(TRUSTED), self.globals.trust);
        session.proven = ProvenExercises::new(folders::state_file(PROVEN));
        session.screen.may_ask = self.may_ask();
        session.screen.pager = UserPager::from_environment(Some(signals))
            .filter(|_| !self.globals.no_pager && !self.globals.no_input);
        session.progress_recorder = ProgressRecorder::new(
            ProgressStore::open_at(folders::data_file(PROGRESS)),
            self.may_ask(),
        );
        session
    }

    fn session_settings(&self) -> Settings {
        let mut settings = self.config.settings.clone();
        settings.defaults.seed = self.options.seed;
        settings.format = self.options.format.unwrap_or(settings.format);
        settings.timeout = self.options.timeout.or(settings.timeout);
        let folder = env::var_os("FORKLORE_EXERCISES").filter(|folder| !folder.is_empty());
        // Whoever names Pythons for all demos means those of lessons too.
        if env::var_os("FORKLORE_PYTHON").is_some_and(|names| !names.is_empty()) {
            settings.lesson_python.clear();
        }
        settings.folder = folder.map(PathBuf::from).or(settings.folder);
        settings
    }

    /// The lessons, for a command that shows some; others do without a folder that cannot be used.
    ///
    /// # Errors
    /// The folder cannot be used.
    pub fn load_library(&self, command: &SharedCommand) -> Result<Library, CommandError> {
        match command {
            SharedCommand::Lesson(_)
            | SharedCommand::Lessons
            | SharedCommand::Step(_)
            | SharedCommand::Exercises
            | SharedCommand::Exercise(_)
            | SharedCommand::Check(_)
            | SharedCommand::Program(_)
            | SharedCommand::Progress { .. }
            | SharedCommand::Forget(_)
            | SharedCommand::Claims(_)
            | SharedCommand::Doctor(_) => self.every_lesson(),
            SharedCommand::Reset { .. }
            | SharedCommand::Run(_)
            | SharedCommand::Try(_)
            | SharedCommand::Demos
            | SharedCommand::Compare(_)
            | SharedCommand::Replay { .. }
            | SharedCommand::Lint(_)
            | SharedCommand::New(_)
            | SharedCommand::Directives { .. }
            | SharedCommand::Pythons(_) => Ok(Library::load_embedded()),
        }
    }

    /// The lessons of the folder that was named, or the built-in ones.
    ///
    /// # Errors
    /// The folder cannot be used.
    pub fn every_lesson(&self) -> Result<Library, CommandError> {
        match &self.globals.lessons {
            Some(folder) => {
                Library::load_folder(folder).map_err(|error| CommandError::usage(error.to_string()))
            }
            None => Ok(Library::load_embedded()),
        }
    }
}

/// How both streams look before the command line is understood: for help, and for what is not understood.
pub fn first_looks() -> ScreenStyles {
    let arguments = env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    let arguments: Vec<String> = arguments.collect();
    let flag = arguments
        .iter()
        .position(|argument| argument.starts_with("--color"));
    let value = flag.and_then(|at| match arguments[at].split_once('=') {
        Some((_, value)) => Some(value),
        None => arguments.get(at + 1).map(String::as_str),
    });
    decide_styles(&GlobalOptions {
        color: value.and_then(|name| values::color_named(name).ok()),
        ascii: arguments.iter().any(|argument| argument == "--ascii"),
        ..GlobalOptions::default()
    })
}

fn decide_styles(globals: &GlobalOptions) -> ScreenStyles {
    let color = globals.color.unwrap_or_default();
    let out = Style::from_environment(&StyleEnvironment::for_stream(
        OutputStream::Stdout,
        color,
        globals.ascii,
    ));
    let stderr = StyleEnvironment::for_stream(OutputStream::Stderr, color, globals.ascii);
    ScreenStyles {
        out,
        messages: Style::from_environment(&stderr),
        progress: ProgressMode::from_environment(&stderr),
    }
}
