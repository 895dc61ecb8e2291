//! How output looks: decided once, from flags, environment and terminal.
//!
//! The crates we use treat `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb` differently, so none of them decides. The
//! order is: the flag `--color`, then `NO_COLOR`, then `CLICOLOR_FORCE` or `FORCE_COLOR`, then whether the
//! stream is a terminal that is not dumb. Standard output and standard error are treated separately.

use std::{
    collections::BTreeMap,
    fmt::Display,
    io::{self, IsTerminal},
};

use owo_colors::OwoColorize;

use super::TextRole;

/// The smallest and the largest width of lines.
const WIDTHS: std::ops::RangeInclusive<usize> = 20..=200;
/// The width if the terminal reports none.
const USUAL_WIDTH: usize = 80;
/// Prose wider than this is hard to read.
const PROSE_WIDTH: usize = 96;

/// `--color`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// As the environment and the terminal say.
    #[default]
    Auto,
    /// Always, also into a pipe.
    Always,
    /// Never.
    Never,
}

/// An output stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputStream {
    /// Standard output: results.
    Stdout,
    /// Standard error: messages and progress.
    Stderr,
}

/// Everything that a style depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StyleEnvironment {
    /// `--color`.
    pub color: ColorChoice,
    /// `--ascii`.
    pub ascii: bool,
    /// Whether the stream is a terminal.
    pub terminal: bool,
    /// The terminal's width in columns, if it reports one.
    pub columns: Option<usize>,
    /// The values of [`StyleEnvironment::VARIABLES`] that are set.
    pub variables: BTreeMap<String, String>,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressMode {
    /// Not at all: the stream is not for people.
    Silent,
    /// A line per step, never overwritten: for screen readers and dumb terminals.
    Lines,
    /// A bar that is redrawn in place.
    Bar,
}

impl StyleEnvironment {
    /// The variables that are read.
    pub const VARIABLES: [&'static str; 9] = [
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "FORCE_COLOR",
        "TERM",
        "COLUMNS",
        "ACCESSIBLE",
        "LC_ALL",
        "LC_CTYPE",
        "LANG",
    ];

    /// The environment of a stream of this process.
    pub fn for_stream(stream: OutputStream, color: ColorChoice, ascii: bool) -> Self {
        let (terminal, size) = match stream {
            OutputStream::Stdout => (
                io::stdout().is_terminal(),
                terminal_size::terminal_size_of(io::stdout()),
            ),
            OutputStream::Stderr => (
                io::stderr().is_terminal(),
                terminal_size::terminal_size_of(io::stderr()),
            ),
        };
        let variables = Self::VARIABLES
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?)))
            .collect();
        Self {
            color,
            ascii,
            terminal,
            columns: size.map(|(width, _)| usize::from(width.0)),
            variables,
        }
    }

    /// A variable's value; an empty one counts as not set.
    fn read_variable(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    fn is_on(&self, name: &str) -> bool {
        self.read_variable(name).is_some_and(|value| value != "0")
    }

    fn is_dumb(&self) -> bool {
        self.read_variable("TERM") == Some("dumb")
    }

    fn wants_color(&self) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if self.read_variable("NO_COLOR").is_some() => false,
            ColorChoice::Auto if self.is_on("CLICOLOR_FORCE") || self.is_on("FORCE_COLOR") => true,
            ColorChoice::Auto => self.terminal && !self.is_dumb(),
        }
    }

    /// Whether to use ASCII: if asked for, or if a locale is set that is not UTF-8.
    fn wants_ascii(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .find_map(|name| self.read_variable(name));
        let foreign = |locale: &str| {
            let locale = locale.to_ascii_lowercase();
            !locale.contains("utf-8") && !locale.contains("utf8")
        };
        self.ascii || locale.is_some_and(foreign)
    }

    fn output_width(&self) -> usize {
        let asked = self.read_variable("COLUMNS").and_then(|c| c.parse().ok());
        let width = asked.or(self.columns).filter(|width| *width > 0);
        width.map_or(USUAL_WIDTH, |width| {
            width.clamp(*WIDTHS.start(), *WIDTHS.end())
        })
    }
}

impl ProgressMode {
    /// The progress mode for a stream.
    pub fn from_environment(environment: &StyleEnvironment) -> Self {
        if !environment.terminal {
            Self::Silent
        } else if environment.is_dumb() || environment.is_on("ACCESSIBLE") {
            Self::Lines
        } else {
            Self::Bar
        }
    }
}

/// The style of output on one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is true or not, whatever the others are"
)]
pub struct Style {
    /// Whether to use colours, bold and the like.
    pub color: bool,
    /// Whether to use ASCII only.
    pub ascii: bool,
    /// The maximum width of lines, in columns.
    pub width: usize,
    /// Whether the stream is a terminal, which breaks long lines within words.
    pub terminal: bool,
    /// Whether output is for screen readers: nothing is overwritten, and tables are lists of `label: value`.
    pub accessible: bool,
    /// The lines of a page, if tables are divided into pages: see [`PAGE_BREAK`](super::PAGE_BREAK).
    pub page_lines: Option<usize>,
}

impl Style {
    /// The style for an environment.
    pub fn from_environment(environment: &StyleEnvironment) -> Self {
        Self {
            color: environment.wants_color(),
            ascii: environment.wants_ascii(),
            width: environment.output_width(),
            terminal: environment.terminal,
            accessible: environment.is_on("ACCESSIBLE"),
            page_lines: None,
        }
    }

    /// A style without colours, with all characters and this width.
    pub const fn without_color(width: usize) -> Self {
        Self {
            color: false,
            ascii: false,
            width,
            terminal: false,
            accessible: false,
            page_lines: None,
        }
    }

    /// The style for a table that has these texts above and below it: they take lines of its pages.
    pub(super) fn leave_lines(self, texts: &[&[u8]]) -> Self {
        let taken = texts
            .iter()
            .map(|text| text.split(|byte| *byte == b'\n').count() - 1);
        let taken: usize = taken.sum();
        let page_lines = self.page_lines.map(|page| page.saturating_sub(taken));
        Self { page_lines, ..self }
    }

    /// Colours the text if colours are enabled.
    pub fn paint_text(self, text: impl Display, role: TextRole) -> String {
        if self.color && role != TextRole::Plain {
            text.style(role.to_style()).to_string()
        } else {
            text.to_string()
        }
    }

    /// The width of prose. On a very wide terminal it is less than that of tables.
    pub fn prose_width(self) -> usize {
        self.width.min(PROSE_WIDTH)
    }
}

#[cfg(test)]
mod tests;
