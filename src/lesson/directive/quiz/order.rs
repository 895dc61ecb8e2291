//! A quiz that asks for lines in order. Line numbers start at 1 in the file, and at 0 in the program.

use toml::Spanned;

use super::AnswerKeys;
use crate::lesson::{
    source_file::Diagnostics,
    style_warnings,
    toml_keys::{TextValue, toml_keys},
};

toml_keys! {
    "a misplaced line": struct MisplacedKeys {
        /// the line that was put too early: its number in `lines`, from 1
        line: Spanned<u32> = Required, "2";
        /// the line that it was put before
        before: Spanned<u32> = Required, "1";
        /// Markdown: what that overlooks
        why: TextValue = Required, "\"Python does not know `os` yet.\"";
    }
}

/// Lines to be put in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderAnswer {
    /// The lines in a right order, with their indentation.
    pub lines: Vec<String>,
    /// Lines that do not belong there.
    pub extra: Vec<String>,
    /// Groups of interchangeable lines: indices into `lines`.
    pub any_order: Vec<Vec<usize>>,
    /// The lines' language, as a code fence names it.
    pub lang: String,
    /// Why the order is right: Markdown.
    pub why: String,
    /// Wrong orders of known misconceptions.
    pub misplaced: Vec<MisplacedLine>,
}

/// A line that was put before another one, and the misconception behind that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MisplacedLine {
    /// The line that came too early: its index in `lines`.
    pub line: usize,
    /// The line that it must not precede.
    pub before: usize,
    /// The mistake: Markdown.
    pub why: String,
}

/// With fewer lines there is nothing to order.
const MIN_LINES: usize = 3;

type TextList = Vec<Spanned<String>>;
type LineNumbers = Vec<Spanned<u32>>;

pub(super) fn read_order(
    diagnostics: &mut Diagnostics<'_>,
    keys: AnswerKeys,
) -> Option<OrderAnswer> {
    let lines = keys.lines?;
    let extra = keys.extra.unwrap_or_default();
    check_lines(diagnostics, &lines, &extra);
    let lines = trim_lines(lines.into_inner());
    let groups = keys.any_order.unwrap_or_default();
    let any_order = read_groups(diagnostics, groups, lines.len());
    let mut order = OrderAnswer {
        lines,
        extra: trim_lines(extra),
        any_order,
        lang: keys.lang.unwrap_or_else(|| "python".to_owned()),
        why: keys.why?,
        misplaced: Vec::new(),
    };
    let misplaced = keys.misplaced.unwrap_or_default().into_iter();
    order.misplaced = misplaced
        .filter_map(|table| read_misplaced(diagnostics, table.into_inner(), &order))
        .collect();
    Some(order)
}

fn trim_lines(texts: TextList) -> Vec<String> {
    let texts = texts.into_iter().map(Spanned::into_inner);
    texts.map(|line| line.trim_end().to_owned()).collect()
}

fn check_lines(diagnostics: &mut Diagnostics<'_>, lines: &Spanned<TextList>, extra: &TextList) {
    if lines.get_ref().len() < MIN_LINES {
        diagnostics
            .error(
                lines.span(),
                "there are at least three lines to put in order",
            )
            .help("give every line of the program a text of its own");
    }
    for line in lines.get_ref().iter().chain(extra) {
        let text = line.get_ref();
        if text.trim().is_empty() {
            diagnostics
                .error(line.span(), "an empty line has no place of its own")
                .help("leave it out");
        } else if text.contains(['\n', '\t']) {
            diagnostics
                .error(line.span(), "this is more than one line, or has a tab")
                .help("give each line a text of its own, indented with spaces");
        } else {
            style_warnings::check_line_lengths(diagnostics, line.span());
        }
    }
    for line in extra {
        let twin =
            |other: &&Spanned<String>| other.get_ref().trim_end() == line.get_ref().trim_end();
        if lines.get_ref().iter().any(|other| twin(&other)) {
            diagnostics
                .error(line.span(), "this extra line is one of `lines` as well")
                .help("the two look the same: change one of them");
        }
    }
}

/// Reads the groups of interchangeable lines.
fn read_groups(
    diagnostics: &mut Diagnostics<'_>,
    groups: Vec<Spanned<LineNumbers>>,
    lines: usize,
) -> Vec<Vec<usize>> {
    let mut taken = Vec::new();
    let mut read = Vec::new();
    for group in groups {
        if group.get_ref().len() < 2 {
            diagnostics
                .error(group.span(), "one line alone cannot change places")
                .help("name two lines or more: any_order = [[3, 4]]");
        }
        let mut numbers = Vec::new();
        for number in group.into_inner() {
            let Some(line) = line_index(diagnostics, &number, lines) else {
                continue;
            };
            if taken.contains(&line) {
                let message = format!("line {} is named twice", number.get_ref());
                diagnostics
                    .error(number.span(), message)
                    .help("put all lines that may change places with each other in one group");
            }
            taken.push(line);
            numbers.push(line);
        }
        read.push(numbers);
    }
    read
}

fn read_misplaced(
    diagnostics: &mut Diagnostics<'_>,
    keys: MisplacedKeys,
    order: &OrderAnswer,
) -> Option<MisplacedLine> {
    let (line_at, before_at) = (keys.line?, keys.before?);
    let count = order.lines.len();
    let line = line_index(diagnostics, &line_at, count)?;
    let before = line_index(diagnostics, &before_at, count)?;
    if line <= before {
        let message = format!(
            "in the right order, line {} does not come after line {}",
            line_at.get_ref(),
            before_at.get_ref()
        );
        diagnostics.error(before_at.span(), message).help(
            "`line` is the one that came too early, `before` the one that it must not precede",
        );
    } else if possible_positions(order, line).min() < possible_positions(order, before).max() {
        let message = format!(
            "line {} may stand before line {} in a right order",
            line_at.get_ref(),
            before_at.get_ref()
        );
        diagnostics
            .error(before_at.span(), message)
            .help("name two lines of which one always stands above the other; equal lines, and those of `any_order`, change places");
    }
    Some(MisplacedLine {
        line,
        before,
        why: keys.why?,
    })
}

/// The positions in a right order of a line, or of one equal to it.
fn possible_positions(order: &OrderAnswer, line: usize) -> impl Iterator<Item = usize> {
    let equal = |other: usize| order.lines[other] == order.lines[line];
    let equals: Vec<usize> = (0..order.lines.len())
        .filter(|other| equal(*other))
        .collect();
    let groups = order.any_order.iter();
    let groups = groups.filter(|group| group.iter().any(|other| equals.contains(other)));
    let groups: Vec<usize> = groups.flatten().copied().collect();
    equals.into_iter().chain(groups)
}

/// Converts a line number of the file to an index.
fn line_index(
    diagnostics: &mut Diagnostics<'_>,
    number: &Spanned<u32>,
    lines: usize,
) -> Option<usize> {
    let index = usize::try_from(*number.get_ref()).ok()?.checked_sub(1);
    let index = index.filter(|index| *index < lines);
    if index.is_none() {
        let message = format!("there is no line {}", number.get_ref());
        diagnostics
            .error(number.span(), message)
            .help(format!("lines are counted from 1 to {lines}"));
    }
    index
}
