//! A quiz that asks for lines in order. Lines are counted from 1 in the file, and from 0 in the program.

use toml::Spanned;

use crate::lesson::{
    advice,
    fields::{Fields, InnerTable},
    model::{MisplacedLine, OrderAnswer},
    source_file::Diagnostics,
    spec,
};

/// Fewer lines are no puzzle.
const LEAST: usize = 3;

type Texts = Vec<Spanned<String>>;
type Numbers = Vec<Spanned<u32>>;

pub(super) fn read(mut fields: Fields<'_, '_>) -> Option<OrderAnswer> {
    let lines = fields.required::<Texts>("lines");
    let extra = fields.optional::<Texts>("extra").unwrap_or_default();
    let groups = fields.optional::<Vec<Spanned<Numbers>>>("any_order");
    let lang = fields.text_if_any("lang");
    let why = fields.text("why");
    let misplaced = fields.tables_if_any("misplaced");
    let diagnostics = fields.finish();
    let lines = lines?;
    check_lines(diagnostics, &lines, &extra);
    let lines = texts(lines.into_inner());
    let any_order = groups_of(diagnostics, groups.unwrap_or_default(), lines.len());
    let mut order = OrderAnswer {
        lines,
        extra: texts(extra),
        any_order,
        lang: lang.map_or_else(|| "python".to_owned(), Spanned::into_inner),
        why: why?.into_inner(),
        misplaced: Vec::new(),
    };
    let misplaced = misplaced.into_iter();
    order.misplaced = misplaced
        .filter_map(|inner| one_misplaced(diagnostics, inner, &order))
        .collect();
    Some(order)
}

fn texts(texts: Texts) -> Vec<String> {
    let texts = texts.into_iter().map(Spanned::into_inner);
    texts.map(|line| line.trim_end().to_owned()).collect()
}

fn check_lines(diagnostics: &mut Diagnostics<'_>, lines: &Spanned<Texts>, extra: &Texts) {
    if lines.get_ref().len() < LEAST {
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
            advice::long_lines(diagnostics, line.span());
        }
    }
    for line in extra {
        let twin =
            |other: &&Spanned<String>| other.get_ref().trim_end() == line.get_ref().trim_end();
        if lines.get_ref().iter().any(|other| twin(&other)) {
            diagnostics
                .error(line.span(), "this extra line is one of `lines` as well")
                .help("nobody could tell the two apart: change one of them");
        }
    }
}

/// The groups of lines that may change places.
fn groups_of(
    diagnostics: &mut Diagnostics<'_>,
    groups: Vec<Spanned<Numbers>>,
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
            let Some(line) = index(diagnostics, &number, lines) else {
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

fn one_misplaced<'s>(
    diagnostics: &mut Diagnostics<'s>,
    inner: InnerTable<'s>,
    order: &OrderAnswer,
) -> Option<MisplacedLine> {
    let mut fields = Fields::of(diagnostics, &spec::MISPLACED, inner);
    let line = fields.required::<u32>("line");
    let before = fields.required::<u32>("before");
    let why = fields.text("why");
    let diagnostics = fields.finish();
    let (line_at, before_at) = (line?, before?);
    let count = order.lines.len();
    let line = index(diagnostics, &line_at, count)?;
    let before = index(diagnostics, &before_at, count)?;
    if line <= before {
        let message = format!(
            "in the right order, line {} does not come after line {}",
            line_at.get_ref(),
            before_at.get_ref()
        );
        diagnostics.error(before_at.span(), message).help(
            "`line` is the one that came too early, `before` the one that it must not precede",
        );
    } else if places(order, line).min() < places(order, before).max() {
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
        why: why?.into_inner(),
    })
}

/// Where a line, or one that is equal to it, may stand in a right order.
fn places(order: &OrderAnswer, line: usize) -> impl Iterator<Item = usize> {
    let equal = |other: usize| order.lines[other] == order.lines[line];
    let equals: Vec<usize> = (0..order.lines.len())
        .filter(|other| equal(*other))
        .collect();
    let groups = order.any_order.iter();
    let groups = groups.filter(|group| group.iter().any(|other| equals.contains(other)));
    let groups: Vec<usize> = groups.flatten().copied().collect();
    equals.into_iter().chain(groups)
}

/// A line's number in the file as the program counts.
fn index(diagnostics: &mut Diagnostics<'_>, number: &Spanned<u32>, lines: usize) -> Option<usize> {
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
