//! An author's explanation of a verdict: sentences with figures in braces.
//!
//! `The parent still had {median('parent_after', way='process, argument')}.`
//!
//! A brace holds a figure, text or truth of the condition language, and may say how it is written:
//!
//! - `{FIGURE}` with the range of its trials: `124 ms (123–125)`; `{FIGURE : short}` without it;
//! - `{TRUTH ? 'lived on' : 'died'}`: words for true and false;
//! - `{FIGURE ? 'line' : 'lines'}`: words for exactly one and any other number;
//! - `{python}`: the Python that the sentence's figures come from.
//!
//! A sentence with a missing figure is left out.

use std::ops::Range;

use super::{
    check::{self, ConditionSubject, TermType},
    condition::{ConditionQuestion, ConditionTerm},
    eval::{Evaluator, TruthValue},
    evidence::Evidence,
    needs::Needs,
    parse,
    syntax::{ConditionError, ExprNode},
    wording,
};

/// Sentences with figures in braces.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    sentences: Vec<Vec<TemplatePart>>,
}

#[derive(Debug, Clone, PartialEq)]
enum TemplatePart {
    Text(String),
    Figure(ConditionTerm, FigureForm),
    /// The name of the Python that the other figures of the sentence come from.
    Python,
}

/// How a figure is written.
#[derive(Debug, Clone, PartialEq)]
enum FigureForm {
    WithRange,
    Short,
    /// Words for true or one, and for false or another number.
    Words(String, String),
}

impl Template {
    /// Parses a template on what this demo measures.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn from_text(text: &str, subject: &ConditionSubject<'_>) -> Result<Self, ConditionError> {
        let mut sentences = vec![Vec::new()];
        let mut at = 0;
        while let Some(open) = text[at..].find('{').map(|open| at + open) {
            let Some(close) = text[open..].find('}').map(|close| open + close) else {
                return Err(ConditionError::new(
                    open..open + 1,
                    "this brace is never closed",
                ));
            };
            push_words(&mut sentences, &text[at..open]);
            let part = read_brace(text, open + 1..close, subject)?;
            push_part(&mut sentences, part);
            at = close + 1;
        }
        push_words(&mut sentences, &text[at..]);
        Ok(Self { sentences })
    }

    /// The figures that it asks a run for, in the order of its text.
    pub fn questions(&self) -> Vec<&ConditionQuestion> {
        let parts = self.sentences.iter().flatten();
        let questions = parts.map(|part| match part {
            TemplatePart::Figure(term, _) => term.questions(),
            TemplatePart::Text(_) | TemplatePart::Python => Vec::new(),
        });
        questions.flatten().collect()
    }

    /// The sentences with their figures from this evidence; `None` if each of them lacks one.
    pub fn fill_from(&self, evidence: &dyn Evidence) -> Option<String> {
        let needs = Needs::default().including_questions(&self.questions());
        self.fill_figures(&mut Evaluator::new(evidence, &needs))
    }

    /// The sentences with their figures; `None` if each of them lacks one.
    pub(super) fn fill_figures(&self, hearing: &mut Evaluator<'_>) -> Option<String> {
        let filled = self.sentences.iter();
        let filled: Vec<String> = filled
            .filter_map(|parts| fill_sentence(parts, hearing))
            .map(wording::to_sentence)
            .collect();
        (!filled.is_empty()).then(|| filled.join(" "))
    }
}

fn push_part(sentences: &mut [Vec<TemplatePart>], part: TemplatePart) {
    if let Some(last) = sentences.last_mut() {
        last.push(part);
    }
}

/// Adds words; a full stop before a space ends a sentence.
fn push_words(sentences: &mut Vec<Vec<TemplatePart>>, words: &str) {
    let mut rest = words;
    while let Some(stop) = rest.find(['.', '!', '?']).map(|stop| stop + 1) {
        let (sentence, after) = rest.split_at(stop);
        let Some(stop) = (after.starts_with(char::is_whitespace)).then_some(sentence) else {
            push_part(sentences, TemplatePart::Text(sentence.to_owned()));
            rest = after;
            continue;
        };
        push_part(sentences, TemplatePart::Text(stop.to_owned()));
        sentences.push(Vec::new());
        rest = after.trim_start();
    }
    if !rest.is_empty() {
        push_part(sentences, TemplatePart::Text(rest.to_owned()));
    }
}

/// Reads what stands in a brace, at this range of the text.
fn read_brace(
    text: &str,
    at: Range<usize>,
    subject: &ConditionSubject<'_>,
) -> Result<TemplatePart, ConditionError> {
    let inner = &text[at.clone()];
    if inner.trim() == "python" {
        return Ok(TemplatePart::Python);
    }
    let shifted = |by: usize| {
        move |mut wrong: ConditionError| {
            wrong.at = wrong.at.start + by..wrong.at.end + by;
            wrong
        }
    };
    let mark = find_form(inner);
    let figure = &inner[..mark.unwrap_or(inner.len())];
    let tree = parse::parse_condition(figure).map_err(shifted(at.start))?;
    let (term, kind) = check::check_figure(figure, &tree, subject).map_err(shifted(at.start))?;
    let form = match mark {
        None => FigureForm::WithRange,
        Some(mark) => read_form(&inner[mark..], kind).map_err(shifted(at.start + mark))?,
    };
    Ok(TemplatePart::Figure(term, form))
}

/// The position of the `?` or `:` after a figure; those in quotes do not count.
fn find_form(inner: &str) -> Option<usize> {
    let mut is_quoted = false;
    inner.find(|c: char| {
        is_quoted ^= c == '\'';
        !is_quoted && matches!(c, '?' | ':')
    })
}

/// Reads how a figure is written: `: short`, `? 'lives' : 'dies'`.
fn read_form(form: &str, kind: TermType) -> Result<FigureForm, ConditionError> {
    let wrong = |message: &str| {
        ConditionError::new(0..form.len(), message).with_help(
            "write `{figure : short}`, `{truth ? 'yes' : 'no'}` or `{number ? 'line' : 'lines'}`",
        )
    };
    let is_number = matches!(kind, TermType::Number(_));
    let Some(words) = form.strip_prefix('?') else {
        let is_short = form[1..].trim() == "short";
        return match (is_short, is_number) {
            (true, true) => Ok(FigureForm::Short),
            (true, false) => Err(wrong("only a number has a range that can be left out")),
            (false, _) => Err(wrong("this form of a figure is not known")),
        };
    };
    if !is_number && kind != TermType::Truth {
        return Err(wrong("a text is no choice between two words"));
    }
    let texts = find_form(words).map(|colon| (&words[..colon], &words[colon + 1..]));
    let read = |word: &str| match parse::parse_condition(word).map(|tree| tree.node) {
        Ok(ExprNode::Text(word)) => Some(word),
        _ => None,
    };
    let read = texts.and_then(|(yes, no)| Some((read(yes)?, read(no)?)));
    let (yes, no) = read.ok_or_else(|| wrong("two texts in quotes are expected after `?`"))?;
    Ok(FigureForm::Words(yes, no))
}

fn fill_sentence(parts: &[TemplatePart], hearing: &mut Evaluator<'_>) -> Option<String> {
    hearing.python = None;
    // The Python is known only after the figures, wherever it is named.
    let mut words = Vec::new();
    for part in parts {
        words.push(match part {
            TemplatePart::Text(words) => Some(words.clone()),
            TemplatePart::Figure(term, form) => Some(fill_figure(term, form, hearing)?),
            TemplatePart::Python => None,
        });
    }
    let python = hearing.python.clone();
    let words = words
        .into_iter()
        .map(|word| word.or_else(|| python.clone()));
    words.collect()
}

fn fill_figure(
    term: &ConditionTerm,
    form: &FigureForm,
    hearing: &mut Evaluator<'_>,
) -> Option<String> {
    let (yes, no) = match form {
        FigureForm::WithRange => return hearing.describe_term(term),
        FigureForm::Short => return hearing.describe_median(term),
        FigureForm::Words(yes, no) => (yes, no),
    };
    let is_first = match hearing.evaluate_truth(term) {
        TruthValue::Yes(_) => true,
        TruthValue::No(_) => false,
        TruthValue::Noisy | TruthValue::Missing(_) => hearing.is_one(term)?,
    };
    Some(if is_first { yes } else { no }.clone())
}
