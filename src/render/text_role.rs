//! What colours mean. Only the terminal's own sixteen are used: its owner chose them to be readable.

use owo_colors::Style;

/// A meaning that is shown in a colour too, never by the colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextRole {
    /// As everything else.
    Plain,
    /// A title of a table or a lesson.
    Title,
    /// A heading inside one.
    Heading,
    /// Important words.
    Strong,
    /// Stressed words.
    Emphasis,
    /// Words that are struck out.
    Struck,
    /// Something to read only if asked.
    Dim,
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// To be taken with care.
    Warning,
    /// What one can type: a command, a name.
    Code,
    /// An address.
    Link,
    /// A worker's name before what it printed.
    Worker,
    /// In code: a word of the language.
    Keyword,
    /// In code: text.
    Text,
    /// In code: a number, `true`.
    Number,
    /// In code: a function or macro.
    Function,
    /// In code: a type.
    Type,
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
            Self::Code | Self::Worker | Self::Type => style.cyan(),
            Self::Link => style.underline(),
            Self::Keyword => style.magenta(),
            Self::Function => style.blue(),
            Self::Attribute => style.bright_black(),
        }
    }
}
