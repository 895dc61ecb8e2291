//! `-o FILE`: results into a file instead of onto the screen.

use std::{
    cell::RefCell,
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
    rc::Rc,
};

use anyhow::{Context, Result};

use super::{
    language::{command_error::CommandError, run_args::OutputArgs},
    session::Session,
};
use crate::{
    record,
    render::{self, Style},
};

/// The columns of a text in a file.
const WIDTH: usize = 80;
/// The beginning of a file names the program that wrote it.
const HEAD: u64 = 4096;

/// Executes a command; if a file was asked for, what it shows goes there.
///
/// # Errors
/// The command failed, or the file cannot be written. A file that Forklore did not write is never replaced without `--force`.
pub fn write_output(
    session: &mut Session,
    asked: &OutputArgs,
    show: impl FnOnce(&mut Session) -> Result<()>,
) -> Result<()> {
    let Some(path) = &asked.output_file else {
        return show(session);
    };
    check_output(asked)?;
    let text = SharedText::default();
    let screen = &mut session.screen;
    let style = Style {
        ascii: screen.style.ascii,
        ..Style::without_color(WIDTH)
    };
    let out = std::mem::replace(&mut screen.out, Box::new(text.clone()));
    let style = std::mem::replace(&mut screen.style, style);
    let (pager, height) = (screen.pager.take(), screen.height.take());
    let shown = show(session);
    let screen = &mut session.screen;
    (screen.out, screen.style) = (out, style);
    (screen.pager, screen.height) = (pager, height);
    let text = text.0.take();
    // What failed before it showed anything leaves no file.
    if !text.is_empty() {
        let what = || format!("cannot write {}", path.display());
        replace_file(path, &text).with_context(what)?;
        screen.write_message(&format!("written to {}", path.display()));
    }
    shown
}

/// Checks before a run that its result can be written.
///
/// # Errors
/// Something is there that is not to be replaced, or the folder takes no file.
pub fn check_output(asked: &OutputArgs) -> Result<()> {
    let Some(path) = &asked.output_file else {
        return Ok(());
    };
    let shown = path.display();
    let refuse = |message: String| Err(CommandError::usage(message).into());
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => refuse(format!("`{shown}` is a folder; name a file")),
        Ok(found) if found.is_file() && !asked.force && !is_own_file(path)? => refuse(format!(
            "`{shown}` is there already, and it is not known to be written by Forklore: name another file, or replace it \
             with `--force`"
        )),
        Ok(_) => Ok(()),
        Err(_) => record::file_beside(path)
            .map(drop)
            .with_context(|| format!("cannot write {shown}")),
    }
}

/// An empty file is nobody's.
fn is_own_file(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    Ok(head.is_empty() || render::is_own_output(&head))
}

/// Writes the text beside and renames it, so that the name never shows half a file. A device or a pipe is written to.
fn replace_file(path: &Path, text: &[u8]) -> io::Result<()> {
    let found = fs::metadata(path);
    if found.as_ref().is_ok_and(|found| !found.is_file()) {
        return fs::OpenOptions::new()
            .write(true)
            .open(path)?
            .write_all(text);
    }
    // A link stays a link: what it points to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut beside = record::file_beside(&path)?;
    beside.write_all(text)?;
    if let Ok(found) = found {
        beside.as_file().set_permissions(found.permissions())?;
    }
    beside.as_file().sync_all()?;
    Ok(beside.persist(&path).map(|_| ())?)
}

/// A text that is read once it is written.
#[derive(Clone, Default)]
struct SharedText(Rc<RefCell<Vec<u8>>>);

impl Write for SharedText {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
