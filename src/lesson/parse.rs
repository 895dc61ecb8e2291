//! Parses a lesson's file into steps. Parsing never fails: problems are collected, and the rest is read.

use std::{collections::BTreeMap, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use toml::Spanned;

use super::{
    answer_patterns::{self, ChoicePattern},
    diagnostic::Diagnostic,
    directive::{Block, PendingHint, PendingPrediction, finish_directives, read_directive},
    fence::CodeFence,
    front_matter::{self, FrontMatter},
    model::{CodeBlock, Lesson, Step},
    source_file::{Diagnostics, SourceFile, is_unwanted, without_controls},
    style_warnings,
};
use crate::{catalog::DemoSpec, text::find_nearest};

/// The first word of a directive's info string.
const DIRECTIVE: &str = "forklore";

/// Reads a lesson that may run these demos. `path` is only named in problems; whether program files exist is the library's to check.
pub fn parse_lesson(
    path: &str,
    text: &str,
    demos: &[&'static DemoSpec],
) -> (Lesson, Vec<Diagnostic>) {
    let text = text.trim_start_matches('\u{feff}');
    let clean = without_controls(text);
    let source = SourceFile::new(path, &clean);
    let read = read_lesson(&source, text, demos);
    (read.front.lesson, read.diagnostics.list)
}

/// A parsed lesson, with the positions that a library compares.
pub(super) struct ParsedLesson<'s> {
    pub(super) front: FrontMatter,
    pub(super) diagnostics: Diagnostics<'s>,
    /// The program files that it and its exercises show.
    pub(super) shown: Vec<Spanned<String>>,
    /// The names of its exercises.
    pub(super) exercises: Vec<Spanned<String>>,
    /// The names of its claims.
    pub(super) claims: Vec<Spanned<String>>,
    /// The claims that its claims name as their counter-experiments.
    pub(super) counters: Vec<Spanned<String>>,
}

/// Parses the text of a source; `original` is the text before control characters were removed.
pub(super) fn read_lesson<'s>(
    source: &'s SourceFile<'s>,
    original: &str,
    demos: &[&'static DemoSpec],
) -> ParsedLesson<'s> {
    let mut diagnostics = Diagnostics::new(source);
    if let Some(at) = original.find(is_unwanted) {
        diagnostics.error(at..at + 1, "a control character in the text");
    }
    let front = front_matter::read_front_matter(&mut diagnostics);
    let reader = LessonReader {
        diagnostics,
        demos,
        questions: BTreeMap::new(),
        last_question: None,
        has_unread_question: false,
        awaiting: Vec::new(),
        patterns: Vec::new(),
        hints: Vec::new(),
        fallbacks: Vec::new(),
        exercises: Vec::new(),
        shown: Vec::new(),
        claims: Vec::new(),
        counters: Vec::new(),
        steps: Vec::new(),
    };
    reader.read_body(front)
}

/// The position of a block: the index of its step, and its index in the step.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockPosition {
    step: usize,
    block: usize,
}

/// The state of reading a lesson.
pub(super) struct LessonReader<'s, 'k> {
    pub(super) diagnostics: Diagnostics<'s>,
    pub(super) demos: &'k [&'static DemoSpec],
    /// The line of each prediction, quiz and exercise.
    pub(super) questions: BTreeMap<String, usize>,
    /// The position of the last of them.
    pub(super) last_question: Option<BlockPosition>,
    /// Whether one of them is missing because of errors.
    pub(super) has_unread_question: bool,
    /// Predictions that are not followed by a demo or program yet.
    pub(super) awaiting: Vec<PendingPrediction>,
    /// Its questions with one right choice.
    pub(super) patterns: Vec<ChoicePattern>,
    /// Hints, which are added to their questions at the end.
    pub(super) hints: Vec<PendingHint>,
    /// The quizzes that exercises offer to readers without a Python.
    pub(super) fallbacks: Vec<Spanned<String>>,
    pub(super) exercises: Vec<Spanned<String>>,
    pub(super) shown: Vec<Spanned<String>>,
    pub(super) claims: Vec<Spanned<String>>,
    pub(super) counters: Vec<Spanned<String>>,
    pub(super) steps: Vec<Step>,
}

impl<'s> LessonReader<'s, '_> {
    fn read_body(mut self, mut front: FrontMatter) -> ParsedLesson<'s> {
        let body = front.body.clone();
        self.open_step(front.lesson.title.clone(), body.start);
        let mut prose_from = body.start;
        for part in split_markdown(self.diagnostics.source.text, body.clone()) {
            match part {
                MarkdownItem::Heading(heading) => {
                    self.check_heading(&heading);
                    if heading.level <= HeadingLevel::H2 {
                        self.push_prose(prose_from..heading.at.start);
                        prose_from = heading.at.end;
                        self.open_step(heading.title, heading.at.start);
                    }
                }
                MarkdownItem::Fence(at) => {
                    self.push_prose(prose_from..at.start);
                    prose_from = at.end;
                    self.read_fence(at);
                }
                MarkdownItem::NestedFence(at) => self.report_nested_fence(at),
                MarkdownItem::Html(at) => style_warnings::check_html(&mut self.diagnostics, at),
            }
        }
        self.push_prose(prose_from..body.end);
        finish_directives(&mut self);
        answer_patterns::check_answers(&mut self.diagnostics, &self.patterns);
        self.finish_steps();
        // Problems are sorted by position, whatever order they were found in.
        let place = |diagnostic: &Diagnostic| (diagnostic.line, diagnostic.column);
        self.diagnostics.list.sort_by_key(place);
        front.lesson.steps = self.steps;
        ParsedLesson {
            front,
            diagnostics: self.diagnostics,
            shown: self.shown,
            exercises: self.exercises,
            claims: self.claims,
            counters: self.counters,
        }
    }

    /// The position of the block that is being read.
    pub(super) fn next_position(&self) -> BlockPosition {
        BlockPosition {
            step: self.steps.len().saturating_sub(1),
            block: self.steps.last().map_or(0, |step| step.blocks.len()),
        }
    }

    /// The block at a position.
    pub(super) fn block_mut(&mut self, position: BlockPosition) -> Option<&mut Block> {
        let step = self.steps.get_mut(position.step)?;
        step.blocks.get_mut(position.block)
    }

    /// Records the position of a question for the hints below it.
    pub(super) fn note_question(&mut self, question: Option<Block>) -> Option<Block> {
        match question {
            Some(_) => self.last_question = Some(self.next_position()),
            None => self.has_unread_question = true,
        }
        question
    }

    fn open_step(&mut self, title: String, at: usize) {
        let line = self.diagnostics.source.line(at);
        let blocks = Vec::new();
        self.steps.push(Step {
            title,
            blocks,
            line,
        });
    }

    fn push_block(&mut self, block: Block) {
        if let Some(step) = self.steps.last_mut() {
            step.blocks.push(block);
        }
    }

    fn push_prose(&mut self, at: Range<usize>) {
        let text = self.diagnostics.source.text.get(at).unwrap_or_default();
        let text = text.trim_end();
        // Only empty lines are removed: the indentation of the first line may be significant.
        let blank = text.len() - text.trim_start().len();
        let start = text[..blank].rfind('\n').map_or(0, |at| at + 1);
        if !text.is_empty() {
            self.push_block(Block::Markdown(text[start..].to_owned()));
        }
    }

    fn read_fence(&mut self, at: Range<usize>) {
        let fence = CodeFence::parse_at(self.diagnostics.source.text, at);
        if !fence.closed {
            self.diagnostics
                .error(fence.head.clone(), "this block is never closed")
                .help("end it with a line of the same backquotes");
        }
        if fence.lang() == DIRECTIVE {
            let body = fence.unindented_body(self.diagnostics.source.text);
            // The text after an unclosed fence is not TOML; errors about it would hide the missing line.
            if body.lines().any(|line| line.starts_with("```forklore")) {
                self.diagnostics
                    .error(
                        fence.head,
                        "the next block begins before this one is closed",
                    )
                    .help("end it with a line of the same backquotes");
                return;
            }
            if let Some(block) = read_directive(self, &fence) {
                self.push_block(block);
            }
            return;
        }
        if find_nearest(fence.lang(), [DIRECTIVE]).is_some() {
            self.diagnostics
                .error(
                    fence.head.clone(),
                    format!("no language is called `{}`", fence.lang()),
                )
                .help("did you mean `forklore`?");
        }
        style_warnings::check_code(&mut self.diagnostics, &fence);
        self.push_block(Block::Code(CodeBlock {
            lang: fence.lang().to_owned(),
            text: fence.unindented_body(self.diagnostics.source.text),
        }));
    }

    fn report_nested_fence(&mut self, at: Range<usize>) {
        let fence = CodeFence::parse_at(self.diagnostics.source.text, at);
        if fence.lang() == DIRECTIVE {
            self.diagnostics
                .error(
                    fence.head,
                    "a directive inside a list or a quotation is not seen",
                )
                .help("move it to the left margin");
        }
    }

    fn check_heading(&mut self, heading: &StepHeading) {
        let at = heading.at.clone();
        if heading.title.is_empty() && heading.level <= HeadingLevel::H2 {
            self.diagnostics
                .error(at.clone(), "a heading without words");
        }
        if heading.level == HeadingLevel::H1 {
            self.diagnostics
                .error(at, "the lesson's title stands in the front matter")
                .help("begin a step with `## `");
        } else if heading.level > HeadingLevel::H3 {
            self.diagnostics
                .error(at, "a heading deeper than `### `")
                .help("steps begin with `## `, their parts with `### `");
        } else if !self.diagnostics.source.text[at.clone()].starts_with('#') {
            self.diagnostics
                .warning(at, "the line of hyphens below makes this a heading")
                .help("write it as `## `, or leave an empty line between");
        }
    }

    /// Drops the introduction if it is empty, and reports empty steps.
    fn finish_steps(&mut self) {
        if self
            .steps
            .first()
            .is_some_and(|step| step.blocks.is_empty())
        {
            self.steps.remove(0);
        }
        if self.steps.is_empty() {
            let end = self.diagnostics.source.text.trim_end().len();
            self.diagnostics
                .error(end..end, "the lesson has no steps")
                .help("begin one with `## `");
        }
        for step in &self.steps {
            let only_notes = |block: &Block| matches!(block, Block::Note(_));
            if step.blocks.iter().all(only_notes) {
                let message = format!("the step `{}` shows a student nothing", step.title);
                let at = self.diagnostics.source.line_range(step.line);
                self.diagnostics.error(at, message);
            }
        }
    }
}

struct StepHeading {
    level: HeadingLevel,
    title: String,
    at: Range<usize>,
}

/// The parts of the Markdown that are relevant for splitting a lesson. Everything else is prose.
enum MarkdownItem {
    Heading(StepHeading),
    Fence(Range<usize>),
    NestedFence(Range<usize>),
    Html(Range<usize>),
}

/// Finds headings and fences with a Markdown parser, so that a `##` inside a code fence is not a heading.
fn split_markdown(text: &str, body: Range<usize>) -> Vec<MarkdownItem> {
    let offset = body.start;
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut heading: Option<StepHeading> = None;
    let events = Parser::new_ext(&text[body], Options::ENABLE_TABLES).into_offset_iter();
    for (event, range) in events {
        let at = offset + range.start..offset + range.end;
        match event {
            Event::Start(tag) => {
                match tag {
                    Tag::Heading { level, .. } if depth == 0 => {
                        let title = String::new();
                        heading = Some(StepHeading { level, title, at });
                    }
                    Tag::CodeBlock(CodeBlockKind::Fenced(_)) if depth == 0 => {
                        parts.push(MarkdownItem::Fence(at));
                    }
                    Tag::CodeBlock(CodeBlockKind::Fenced(_)) => {
                        parts.push(MarkdownItem::NestedFence(at));
                    }
                    Tag::HtmlBlock => parts.push(MarkdownItem::Html(at)),
                    _ => {}
                }
                depth += 1;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                if matches!(tag, TagEnd::Heading(_)) {
                    parts.extend(heading.take().map(MarkdownItem::Heading));
                }
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.title.push_str(&words);
                }
            }
            Event::InlineHtml(_) => parts.push(MarkdownItem::Html(at)),
            _ => {}
        }
    }
    parts
}
