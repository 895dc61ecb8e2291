//! Text roles and their colours. Only the terminal's 16 colours are used, since the user chose them.

use owo_colors::Style;

/// A role of text. It is shown in a colour, but never by the colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextRole {
    /// Normal text.
    Plain,
    /// A title of a table or a lesson.
    Title,
    /// A heading below the title.
    Heading,
    /// Strong emphasis.
    Strong,
    /// Emphasis.
    Emphasis,
    /// Text that is struck out.
    Struck,
    /// Less important text.
    Dim,
    /// A success.
    Good,
    /// A failure.
    Bad,
    /// A caution.
    Warning,
    /// A command, a name or other code.
    Code,
    /// A link.
    Link,
    /// A worker's name before its output.
    Worker,
    /// In code: a keyword.
    Keyword,
    /// In code: a string.
    Text,
    /// In code: a number.
    Number,
    /// In code: a function or macro.
    Function,
    /// In code: a decorator or attribute.
    Attribute,
}

impl TextRole {
    pub(super) fn to_style(self) -> Style {
        let style = Style::new();
        match self {
            Self::Plain => style,
            Self::Title => style.bold().cyan(),
            Self::Heading | Self::Strong => style.bold(),
            Self::Emphasis => style.italic(),
            Self::Struck => style.strikethrough(),
            Self::Dim => style.dimmed(),
            Self::Good | Self::Text => style.green(),
            Self::Bad => style.red(),
            Self::Warning | Self::Number => style.yellow(),
            Self::Code | Self::Worker => style.cyan(),
            Self::Link => style.underline(),
            Self::Keyword => style.magenta(),
            Self::Function => style.blue(),
            Self::Attribute => style.bright_black(),
        }
    }
}
