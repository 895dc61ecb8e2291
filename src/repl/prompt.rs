//! The loop around a session: reads a line, executes it, until there are no more.
//!
//! On a terminal the line editor reads. From a pipe, or on a terminal without the needed features, plain lines are
//! read.

use std::io::{self, BufRead, Write};

use anyhow::{Result, anyhow};
use rustyline::{
    ColorMode, CompletionType, Config, Editor, ExternalPrinter as _, config::BellStyle,
    error::ReadlineError, history::DefaultHistory,
};

use super::{
    commands::{bench, lessons, review},
    editor::{HintStyle, HistoryFile, MOST_LINES, PromptHelper},
    folders,
    language::{
        command_error::{CommandError, reader_is_gone},
        prompt_line,
    },
    saves::{ReloadOutcome, SaveAnnouncer},
    session::{Session, SessionFlow},
};
use crate::{
    render::Style,
    signals::{IdleAction, Signals},
    terminal,
};

const WELCOME: &str = "\
Forklore: processes, threads and the GIL as experiments on this machine.\\
`lessons` and `demos` list what there is, `help` explains; Ctrl-D leaves.";

const NOT_TEXT: &str = "that line is not UTF-8 text";

/// Executes lines until there are no more, or one is `quit`.
///
/// # Errors
/// An interrupt of a session that is not interactive, or a terminal that fails.
pub fn run_prompt(session: &mut Session, signals: &Signals) -> Result<()> {
    let somebody_types = terminal::is_interactive();
    if somebody_types && !session.has_begun() {
        session.screen.write_markdown(WELCOME)?;
        lessons::show_skipped(session);
        review::begin_session(session)?;
    }
    if somebody_types && !terminal::is_dumb() {
        signals.set_idle_action(IdleAction::Stay(String::new()));
        return edit_lines(session, signals);
    }
    read_lines(session, signals, somebody_types)
}

type LineEditor = Editor<PromptHelper, DefaultHistory>;

fn edit_lines(session: &mut Session, signals: &Signals) -> Result<()> {
    let mut editor = build_editor(&session.screen.style)?;
    let mut history = load_history(session, &mut editor);
    announce_output(session, &mut editor);
    loop {
        announce_saves(session, &mut editor);
        if let Some(helper) = editor.helper_mut() {
            helper.here = session.completion_context();
        }
        let input = match editor.readline(&session.prompt_text()) {
            Ok(input) => input,
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => match bench::leave_session(session)? {
                SessionFlow::Quit => return Ok(()),
                SessionFlow::Continue => continue,
            },
            Err(ReadlineError::Io(error)) if error.kind() == io::ErrorKind::InvalidData => {
                session.screen.write_error(&anyhow!(NOT_TEXT));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        // After Enter, a Ctrl-C is for the command of the line, even if nothing runs yet.
        let _series = signals.begin_sequence();
        session.screen.fit_width();
        if !lessons::is_answer(session, &input) && editor.add_history_entry(&input)? {
            let warning = history.append_line(&input);
            if let Some(warning) = warning {
                session.screen.write_warning(&warning);
            }
        }
        if !reload_library(session, &input) {
            continue;
        }
        if run_input(session, &input, true)? == SessionFlow::Quit {
            return Ok(());
        }
        session.screen.write_gap()?;
    }
}

/// Announces saves above the line that is being typed.
fn announce_saves(session: &Session, editor: &mut LineEditor) {
    let Some(edited) = &session.edited else {
        return;
    };
    let printer = editor.create_external_printer().ok();
    edited
        .saves
        .set_announcer(printer.map(|mut printer| -> SaveAnnouncer {
            Box::new(move |line| {
                // If this fails, the prompt is ending, and the message is not needed.
                let _ = printer.print(line);
            })
        }));
}

/// Reads the lessons again if their author has saved them. Returns whether the typed line is still to be executed:
/// Enter only asked for the new lessons, and an answer may have been meant for a question that has changed.
fn reload_library(session: &mut Session, input: &str) -> bool {
    let Some(edited) = &session.edited else {
        return true;
    };
    match edited.reload_if_saved(&mut session.screen) {
        ReloadOutcome::Same => true,
        ReloadOutcome::Broken => !input.trim().is_empty(),
        ReloadOutcome::Read(library) => {
            let is_answer = lessons::is_answer(session, input);
            session.replace_library(library);
            !is_answer && !input.trim().is_empty()
        }
    }
}

/// Shows what workers print above the line that is being typed.
fn announce_output(session: &Session, editor: &mut LineEditor) {
    if let Ok(mut printer) = editor.create_external_printer() {
        session.bench_output.set_announcer(Box::new(move |line| {
            // If this fails, the prompt is ending.
            let _ = printer.print(line);
        }));
    }
}

fn build_editor(style: &Style) -> Result<LineEditor> {
    let config = Config::builder()
        .max_history_size(MOST_LINES)?
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .bell_style(BellStyle::None)
        .color_mode(if style.color {
            ColorMode::Forced
        } else {
            ColorMode::Disabled
        })
        .bracketed_paste(true)
        .build();
    let mut editor = Editor::with_config(config)?;
    editor.set_helper(Some(PromptHelper::new(HintStyle::from_style(style))));
    Ok(editor)
}

fn load_history(session: &mut Session, editor: &mut LineEditor) -> HistoryFile {
    let Some(path) = folders::data_file("history.txt") else {
        return HistoryFile::without_file();
    };
    let opened = HistoryFile::open(path);
    let mut file = opened.file;
    if let Some(warning) = opened.warning {
        session.screen.write_warning(&warning);
    }
    if let Some(path) = file.path().filter(|_| opened.readable)
        && let Err(error) = editor.load_history(path)
    {
        session.screen.write_warning(&format!(
            "the history is not used: {}: {error}",
            path.display()
        ));
        file = HistoryFile::without_file();
    }
    file
}

fn read_lines(session: &mut Session, signals: &Signals, somebody_types: bool) -> Result<()> {
    let mut input = io::stdin().lock();
    loop {
        if somebody_types {
            let prompt = session.prompt_text();
            write!(session.screen.out, "{prompt}")?;
            signals.set_idle_action(IdleAction::Stay(prompt));
        }
        session.screen.out.flush()?;
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let _series = somebody_types.then(|| signals.begin_sequence());
        let Ok(line) = String::from_utf8(line) else {
            session.screen.write_error(&anyhow!(NOT_TEXT));
            continue;
        };
        if !reload_library(session, &line) {
            continue;
        }
        if run_input(session, &line, somebody_types)? == SessionFlow::Quit {
            return Ok(());
        }
    }
}

/// Executes typed or pasted input, perhaps several lines. Errors are shown, and end nothing but a paste. An interrupt
/// ends only a session that is not interactive.
fn run_input(session: &mut Session, input: &str, somebody_types: bool) -> Result<SessionFlow> {
    let pasted = input.trim_end().lines().count() > 1;
    // One message for a pasted program, not one for each of its lines.
    if pasted && let Some(suggestion) = input.lines().find_map(prompt_line::suggest_for_python) {
        session.screen.write_error(&anyhow!(suggestion));
        return Ok(SessionFlow::Continue);
    }
    let mut lines = input
        .lines()
        .filter(|line| !pasted || !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    for line in std::iter::once(first).chain(lines.by_ref()) {
        match session.execute_line(line) {
            Ok(SessionFlow::Continue) => {}
            Ok(SessionFlow::Quit) => return Ok(SessionFlow::Quit),
            Err(error) if reader_is_gone(&error) => return Err(error),
            Err(error) => {
                let failure = error.downcast_ref::<CommandError>();
                if !failure.is_some_and(CommandError::is_shown) {
                    session.screen.write_error(&error);
                }
                if failure == Some(&CommandError::Interrupted) {
                    return if somebody_types {
                        Ok(SessionFlow::Continue)
                    } else {
                        Err(error)
                    };
                }
            }
        }
    }
    Ok(SessionFlow::Continue)
}
