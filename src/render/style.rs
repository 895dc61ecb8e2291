//! How output looks: decided once, from flags, environment and terminal, and asked everywhere else.
//!
//! Our crates disagree on `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb`, so none of them decides. The order is:
//! the flag `--color`, then `NO_COLOR`, then `CLICOLOR_FORCE` or `FORCE_COLOR`, then whether the stream is a
//! terminal that is not dumb. Standard output and standard error are judged apart.

use std::{
    collections::BTreeMap,
    fmt::Display,
    io::{self, IsTerminal},
};

use owo_colors::OwoColorize;

use super::TextRole;

/// Least and greatest width that lines are made for.
const WIDTHS: std::ops::RangeInclusive<usize> = 20..=200;
/// The width where nobody tells one.
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

/// Which of the two streams of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputStream {
    /// Standard output: results.
    Stdout,
    /// Standard error: messages and progress.
    Stderr,
}

/// Everything that the decision depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StyleEnvironment {
    /// `--color`.
    pub color: ColorChoice,
    /// `--ascii`.
    pub ascii: bool,
    /// Whether the stream is a terminal.
    pub terminal: bool,
    /// The terminal's width in columns, where it tells one.
    pub columns: Option<usize>,
    /// The environment's variables, those of [`Environment::VARIABLES`].
    pub variables: BTreeMap<String, String>,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressMode {
    /// Not at all: nobody watches.
    Silent,
    /// A line for each step, none of them drawn over: for screen readers and dumb terminals.
    Lines,
    /// A bar that is drawn again in place.
    Bar,
}

impl StyleEnvironment {
    /// The variables that matter.
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

    /// What holds for a stream of this process now.
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

    /// A variable's value; an empty one is as good as none.
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

    /// A locale that names no UTF-8 gets ASCII; where none is set at all, nobody asked for anything else.
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
    /// What suits a stream.
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

/// How output on one stream looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is true or not, whatever the others are"
)]
pub struct Style {
    /// Colours, bold, and the like.
    pub color: bool,
    /// ASCII characters only.
    pub ascii: bool,
    /// No line is wider, in columns.
    pub width: usize,
    /// Whether a terminal shows it, which breaks a line that is too long in the middle of a word.
    pub terminal: bool,
    /// For screen readers: nothing is drawn over, and tables are lists of `label: value`.
    pub accessible: bool,
}

impl Style {
    /// What the environment asks for.
    pub fn from_environment(environment: &StyleEnvironment) -> Self {
        Self {
            color: environment.wants_color(),
            ascii: environment.wants_ascii(),
            width: environment.output_width(),
            terminal: environment.terminal,
            accessible: environment.is_on("ACCESSIBLE"),
        }
    }

    /// No colour, all characters, this width.
    pub const fn without_color(width: usize) -> Self {
        Self {
            color: false,
            ascii: false,
            width,
            terminal: false,
            accessible: false,
        }
    }

    /// The text in a colour, or as it is.
    pub fn paint_text(self, text: impl Display, ink: TextRole) -> String {
        if self.color && ink != TextRole::Plain {
            text.style(ink.to_style()).to_string()
        } else {
            text.to_string()
        }
    }

    /// How wide prose may be, which is less than tables may on a very wide terminal.
    pub fn prose_width(self) -> usize {
        self.width.min(PROSE_WIDTH)
    }
}

#[cfg(test)]
mod tests;
