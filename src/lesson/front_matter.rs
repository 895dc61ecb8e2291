//! The front matter: TOML between `+++` lines at the top of the file.

use std::ops::Range;

use toml::Spanned;

use super::{
    directive::Directive,
    model::Lesson,
    source_file::Diagnostics,
    toml_keys::{TableReader, TextValue, TomlKeys, toml_keys},
};

const SAMPLE: &str =
    "begin the file with +++, number = 1, slug, title, question, minutes, summary, +++";

/// The front matter as the guide shows it.
pub(super) static FRONT_MATTER: Directive = Directive {
    name: "",
    about: "what stands between the `+++` lines at the top of a lesson",
    table: FrontKeys::TABLE,
    read: |_, _| None,
};

toml_keys! {
    "the front matter": struct FrontKeys {
        /// the number of the lesson, from 1; no other lesson has it
        number: Spanned<u32> = Required, "7";
        /// its short name for the command line: a-z, 0-9 and hyphens
        slug: Spanned<TextValue> = Required, "\"four-processes\"";
        /// its title, on one line
        title: Spanned<TextValue> = Required, "\"Four processes\"";
        /// the question that it answers
        question: TextValue = Required, "\"How do four processes print a number each?\"";
        /// how long it takes
        minutes: Spanned<u32> = Required, "20";
        /// one line for the list of lessons
        summary: Spanned<TextValue> = Required, "\"Start, join, and see who is first.\"";
    }
}

/// The front matter's values, and the position of the body.
pub(super) struct FrontMatter {
    pub(super) lesson: Lesson,
    /// The position of its number, for comparing lessons.
    pub(super) number_at: Range<usize>,
    /// The position of its slug.
    pub(super) slug_at: Range<usize>,
    /// The rest of the file.
    pub(super) body: Range<usize>,
}

/// Reads the front matter. Missing values keep their defaults.
pub(super) fn read_front_matter(diagnostics: &mut Diagnostics<'_>) -> FrontMatter {
    let text = diagnostics.source.text;
    let Some(ranges) = find_front_matter(text) else {
        diagnostics
            .error(0..0, "the front matter is missing")
            .help(SAMPLE);
        return FrontMatter {
            lesson: Lesson::default(),
            number_at: 0..0,
            slug_at: 0..0,
            body: 0..text.len(),
        };
    };
    if !ranges.closed {
        diagnostics
            .error(ranges.opening.clone(), "the front matter never ends")
            .help("close it with another line +++");
    }
    let (opening, body) = (ranges.opening.clone(), ranges.body);
    let table = TableReader::parse(diagnostics, FrontKeys::TABLE, ranges.opening, ranges.toml);
    let keys = FrontKeys::read(table);
    check_keys(diagnostics, &keys);

    let range_or_opening = |range: Option<Range<usize>>| range.unwrap_or(opening.clone());
    FrontMatter {
        number_at: range_or_opening(keys.number.as_ref().map(Spanned::span)),
        slug_at: range_or_opening(keys.slug.as_ref().map(Spanned::span)),
        body,
        lesson: Lesson {
            number: keys.number.map_or(0, Spanned::into_inner),
            slug: keys.slug.map(Spanned::into_inner).unwrap_or_default(),
            title: keys.title.map(Spanned::into_inner).unwrap_or_default(),
            question: keys.question.unwrap_or_default(),
            minutes: keys.minutes.map_or(0, Spanned::into_inner),
            summary: keys.summary.map(Spanned::into_inner).unwrap_or_default(),
            steps: Vec::new(),
        },
    }
}

fn check_keys(diagnostics: &mut Diagnostics<'_>, keys: &FrontKeys) {
    for (key, value) in [("number", &keys.number), ("minutes", &keys.minutes)] {
        if let Some(value) = value.as_ref().filter(|value| *value.get_ref() == 0) {
            diagnostics.error(value.span(), format!("`{key}` counts from 1"));
        }
    }
    for (key, value) in [("title", &keys.title), ("summary", &keys.summary)] {
        if let Some(value) = value
            .as_ref()
            .filter(|value| value.get_ref().contains('\n'))
        {
            diagnostics.error(value.span(), format!("`{key}` must fit on one line"));
        }
    }
    if let Some(slug) = keys.slug.as_ref().filter(|slug| !is_slug(slug.get_ref())) {
        diagnostics
            .error(
                slug.span(),
                "this is no name that can be typed for a lesson",
            )
            .help(
                "use a-z, 0-9 and hyphens, beginning with a letter, and not q6: that is lesson 6",
            );
    }
}

/// The positions of the parts of the file.
struct FrontMatterRanges {
    opening: Range<usize>,
    toml: Range<usize>,
    body: Range<usize>,
    closed: bool,
}

fn find_front_matter(text: &str) -> Option<FrontMatterRanges> {
    let mut lines = lines_with_starts(text);
    let opening = lines.next().filter(|(_, line)| line.trim_end() == "+++")?;
    let start = opening.0 + opening.1.len();
    let mut ranges = FrontMatterRanges {
        opening: 0..3,
        toml: start..text.len(),
        body: text.len()..text.len(),
        closed: false,
    };
    for (at, line) in lines {
        // A step's heading is not TOML. If the closing line is missing, the steps are still read.
        ranges.closed = line.trim_end() == "+++";
        if ranges.closed || line.starts_with("## ") {
            ranges.toml.end = at;
            ranges.body.start = if ranges.closed { at + line.len() } else { at };
            break;
        }
    }
    Some(ranges)
}

/// Every line including its line end, and its position.
fn lines_with_starts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |next, line| {
        let at = *next;
        *next += line.len();
        Some((at, line))
    })
}

fn is_slug(slug: &str) -> bool {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let stands_for_a_number = slug
        .strip_prefix('q')
        .is_some_and(|rest| rest.parse::<u32>().is_ok());
    slug.starts_with(|c: char| c.is_ascii_lowercase())
        && slug.chars().all(letters)
        && !stands_for_a_number
}
