//! The front matter: TOML between `+++` lines at the top of the file.

use std::ops::Range;

use super::{
    directive::DirectiveSpec, fields::Fields, model::Lesson, source_file::Diagnostics, spec,
};

const SAMPLE: &str =
    "begin the file with +++, number = 1, slug, title, question, minutes, summary, +++";

pub(super) static FRONT_MATTER: DirectiveSpec = DirectiveSpec {
    name: "",
    about: "what stands between the `+++` lines at the top of a lesson",
    table: &spec::FRONT,
};

/// What the front matter says, and where the steps begin.
pub(super) struct FrontMatter {
    pub(super) lesson: Lesson,
    /// Where its number stands, for those who compare lessons.
    pub(super) number_at: Range<usize>,
    /// Where its slug stands.
    pub(super) slug_at: Range<usize>,
    /// The rest of the file.
    pub(super) body: Range<usize>,
}

/// Reads the front matter; what it lacks stays at its default.
pub(super) fn read(diagnostics: &mut Diagnostics<'_>) -> FrontMatter {
    let text = diagnostics.source.text;
    let Some(cut) = cut(text) else {
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
    if !cut.closed {
        diagnostics
            .error(cut.opening.clone(), "the front matter never ends")
            .help("close it with another line +++");
    }
    let body = cut.body.clone();
    read_fields(diagnostics, cut, body)
}

fn read_fields(
    diagnostics: &mut Diagnostics<'_>,
    cut: FrontMatterRanges,
    body: Range<usize>,
) -> FrontMatter {
    let opening = cut.opening.clone();
    let mut fields = Fields::parse(diagnostics, &spec::FRONT, cut.opening, cut.toml);
    let number = fields.required::<u32>("number");
    let slug = fields.text("slug");
    let title = fields.text("title");
    let question = fields.text("question");
    let minutes = fields.required::<u32>("minutes");
    let summary = fields.text("summary");
    for (key, value) in [("number", &number), ("minutes", &minutes)] {
        if let Some(value) = value.as_ref().filter(|value| *value.get_ref() == 0) {
            let message = format!("`{key}` counts from 1");
            fields.diagnostics().error(value.span(), message);
        }
    }
    for (key, value) in [("title", &title), ("summary", &summary)] {
        if let Some(value) = value
            .as_ref()
            .filter(|value| value.get_ref().contains('\n'))
        {
            let message = format!("`{key}` must fit on one line");
            fields.diagnostics().error(value.span(), message);
        }
    }
    if let Some(slug) = slug.as_ref().filter(|slug| !is_slug(slug.get_ref())) {
        fields
            .diagnostics()
            .error(
                slug.span(),
                "this is no name that can be typed for a lesson",
            )
            .help(
                "use a-z, 0-9 and hyphens, beginning with a letter, and not q6: that is lesson 6",
            );
    }
    fields.finish();

    let place = |span: Option<Range<usize>>| span.unwrap_or(opening.clone());
    FrontMatter {
        number_at: place(number.as_ref().map(toml::Spanned::span)),
        slug_at: place(slug.as_ref().map(toml::Spanned::span)),
        body,
        lesson: Lesson {
            number: number.map_or(0, toml::Spanned::into_inner),
            slug: slug.map(toml::Spanned::into_inner).unwrap_or_default(),
            title: title.map(toml::Spanned::into_inner).unwrap_or_default(),
            question: question.map(toml::Spanned::into_inner).unwrap_or_default(),
            minutes: minutes.map_or(0, toml::Spanned::into_inner),
            summary: summary.map(toml::Spanned::into_inner).unwrap_or_default(),
            steps: Vec::new(),
        },
    }
}

/// Where the parts of the file lie.
struct FrontMatterRanges {
    opening: Range<usize>,
    toml: Range<usize>,
    body: Range<usize>,
    closed: bool,
}

fn cut(text: &str) -> Option<FrontMatterRanges> {
    let mut lines = lines(text);
    let opening = lines.next().filter(|(_, line)| line.trim_end() == "+++")?;
    let start = opening.0 + opening.1.len();
    let mut cut = FrontMatterRanges {
        opening: 0..3,
        toml: start..text.len(),
        body: text.len()..text.len(),
        closed: false,
    };
    for (at, line) in lines {
        // A step's heading is no TOML: whoever forgot the closing line still gets the steps.
        cut.closed = line.trim_end() == "+++";
        if cut.closed || line.starts_with("## ") {
            cut.toml.end = at;
            cut.body.start = if cut.closed { at + line.len() } else { at };
            break;
        }
    }
    Some(cut)
}

/// Every line with its end, and where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
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
