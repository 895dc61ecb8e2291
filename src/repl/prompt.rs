//! The loop around a session: read a line, obey it, until there are no more.
//!
//! On a terminal the line editor reads; from a pipe, or on a terminal that can do no more than lines, lines are
//! read as they come.

use std::io::{self, BufRead, Write};

use anyhow::{Result, anyhow};
use rustyline::{
    ColorMode, CompletionType, Config, Editor, config::BellStyle, error::ReadlineError,
    history::DefaultHistory,
};

use super::{
    commands::{lessons, review},
    editor::{HistoryFile, MOST_LINES, PromptHelper},
    folders,
    language::failure::{Failure, reader_is_gone},
    session::{Flow, Session},
};
use crate::{
    render::Style,
    signals::{Idle, Signals},
    terminal,
};

const WELCOME: &str = "\
Forklore: processes, threads and the GIL as experiments on this machine.\\
`lesson 1` begins, `demos` lists experiments, `help` explains; Ctrl-D leaves.";

/// Obeys lines until there are no more, or one says `quit`.
///
/// # Errors
/// What ends the conversation early: an interrupt while nobody types, or a terminal that fails.
pub fn converse(session: &mut Session, signals: &Signals) -> Result<()> {
    let somebody_types = terminal::is_interactive();
    if somebody_types && session.visit.is_none() {
        session.screen.prose(WELCOME)?;
        lessons::tell_skipped(session);
        review::begin(session)?;
    }
    if somebody_types && !terminal::is_dumb() {
        signals.when_idle(Idle::Stay(String::new()));
        return edit(session);
    }
    read_lines(session, signals, somebody_types)
}

type LineEditor = Editor<PromptHelper, DefaultHistory>;

fn edit(session: &mut Session) -> Result<()> {
    let mut editor = editor(&session.screen.style)?;
    let mut history = load_history(session, &mut editor);
    loop {
        if let Some(helper) = editor.helper_mut() {
            helper.here = session.here();
        }
        let input = match editor.readline(&session.prompt()) {
            Ok(input) => input,
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        session.screen.fit_width();
        if !lessons::is_answer(session, &input) && editor.add_history_entry(&input)? {
            let warning = history.append(&input);
            if let Some(warning) = warning {
                session.screen.warn(&warning);
            }
        }
        if obey(session, &input, true)? == Flow::Quit {
            return Ok(());
        }
        session.screen.part()?;
    }
}

fn editor(style: &Style) -> Result<LineEditor> {
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
    editor.set_helper(Some(PromptHelper::new(style.color && !style.accessible)));
    Ok(editor)
}

fn load_history(session: &mut Session, editor: &mut LineEditor) -> HistoryFile {
    let Some(path) = folders::data_file("history.txt") else {
        return HistoryFile::none();
    };
    let opened = HistoryFile::open(path);
    let mut file = opened.file;
    if let Some(warning) = opened.warning {
        session.screen.warn(&warning);
    }
    if let Some(path) = file.path().filter(|_| opened.readable)
        && let Err(error) = editor.load_history(path)
    {
        session.screen.warn(&format!(
            "the history is not used: {}: {error}",
            path.display()
        ));
        file = HistoryFile::none();
    }
    file
}

fn read_lines(session: &mut Session, signals: &Signals, somebody_types: bool) -> Result<()> {
    let mut input = io::stdin().lock();
    loop {
        if somebody_types {
            let prompt = session.prompt();
            write!(session.screen.out, "{prompt}")?;
            signals.when_idle(Idle::Stay(prompt));
        }
        session.screen.out.flush()?;
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let Ok(line) = String::from_utf8(line) else {
            let error = anyhow!("that line is not UTF-8 text");
            session.screen.complain(&error);
            continue;
        };
        if obey(session, &line, somebody_types)? == Flow::Quit {
            return Ok(());
        }
    }
}

/// Obeys what was typed or pasted: perhaps several lines. Errors are shown, and end nothing but a paste; only when
/// nobody types does an interrupt end the session.
fn obey(session: &mut Session, input: &str, somebody_types: bool) -> Result<Flow> {
    let pasted = input.trim_end().lines().count() > 1;
    let mut lines = input
        .lines()
        .filter(|line| !pasted || !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    for line in std::iter::once(first).chain(lines.by_ref()) {
        match session.execute(line) {
            Ok(Flow::Continue) => {}
            Ok(Flow::Quit) => return Ok(Flow::Quit),
            Err(error) if reader_is_gone(&error) => return Err(error),
            Err(error) => {
                let failure = error.downcast_ref::<Failure>();
                if !failure.is_some_and(Failure::is_shown) {
                    session.screen.complain(&error);
                }
                if failure == Some(&Failure::Interrupted) {
                    return if somebody_types {
                        Ok(Flow::Continue)
                    } else {
                        Err(error)
                    };
                }
            }
        }
    }
    Ok(Flow::Continue)
}
