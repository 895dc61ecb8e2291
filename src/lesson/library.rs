//! The library: all lessons of the binary or of a folder, sorted by number.
//!
//! A lesson with an error is skipped, and the others can be played. [`Library::diagnostics`] has the errors.

use std::{borrow::Cow, collections::BTreeMap, path::Path, sync::Arc};

use thiserror::Error;
use toml::Spanned;

use super::{
    diagnostic::{Diagnostic, Severity},
    lesson_source::{FileError, LessonSource, LibraryError},
    model::Lesson,
    parse::{self, ParsedLesson},
    source_file::{SourceFile, without_controls},
};
use crate::text::{find_nearest, suggest_name};

/// The lessons that can be played, and the files that they show.
#[derive(Debug, Clone)]
pub struct Library {
    source: LessonSource,
    lessons: Vec<Arc<Lesson>>,
    skipped: Vec<SkippedLesson>,
    /// The text of each program that a lesson shows, by path.
    programs: BTreeMap<String, Cow<'static, str>>,
    diagnostics: Vec<Diagnostic>,
    /// The file of each lesson, by slug.
    files: BTreeMap<String, String>,
    /// The lesson of each claim.
    claims: BTreeMap<String, u32>,
    /// The lesson of each exercise.
    exercises: BTreeMap<String, u32>,
    /// Claims that other claims name, each with the error to report if it does not exist.
    counters: Vec<(String, Diagnostic)>,
}

/// A lesson that was skipped.
#[derive(Debug, Clone)]
struct SkippedLesson {
    file: String,
    number: u32,
    slug: String,
    why: Diagnostic,
}

/// A lesson does not exist or has errors.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LessonNotFound {
    /// No lesson has this number or name.
    #[error("no lesson is called `{asked}`; {}", .help)]
    Unknown {
        /// The requested name.
        asked: String,
        /// The nearest name, or all names.
        help: String,
    },
    /// The lesson exists but has an error.
    #[error("lesson `{asked}` cannot be played:\n{why}")]
    Broken {
        /// The requested name.
        asked: String,
        /// Its first error.
        why: Box<Diagnostic>,
    },
}

impl Library {
    /// The lessons that are part of the binary.
    pub fn load_embedded() -> Self {
        let source = LessonSource::Embedded;
        let files = source.lessons().unwrap_or_default();
        Self::read_all(source, &files)
    }

    /// The lessons of a folder: its `*.md` files other than `README.md`.
    ///
    /// # Errors
    /// The folder is missing, is none, cannot be read, or holds no lesson. What is wrong with a single lesson is
    /// no error but one of [`Library::diagnostics`].
    pub fn load_folder(folder: &Path) -> Result<Self, LibraryError> {
        let source = LessonSource::folder(folder)?;
        let files = source.lessons()?;
        Ok(Self::read_all(source, &files))
    }

    /// The lessons that can be played, by number.
    pub fn lessons(&self) -> &[Arc<Lesson>] {
        &self.lessons
    }

    /// The lesson called `6`, `q6` or by its slug.
    ///
    /// # Errors
    /// The lesson does not exist or has errors.
    pub fn find_lesson(&self, name: &str) -> Result<&Arc<Lesson>, LessonNotFound> {
        let asked = name.trim().to_lowercase();
        let number = asked
            .strip_prefix('q')
            .unwrap_or(&asked)
            .parse::<u32>()
            .ok();
        let is_it = |of: u32, slug: &str| number == Some(of) || slug == asked;
        let mut lessons = self.lessons.iter();
        if let Some(lesson) = lessons.find(|lesson| is_it(lesson.number, &lesson.slug)) {
            return Ok(lesson);
        }
        let stem = |file: &str| {
            file.rsplit_once('.')
                .map_or("", |(stem, _)| stem)
                .to_lowercase()
        };
        let mut skipped = self.skipped.iter();
        match skipped
            .find(|lesson| is_it(lesson.number, &lesson.slug) || stem(&lesson.file) == asked)
        {
            Some(lesson) => Err(LessonNotFound::Broken {
                asked,
                why: Box::new(lesson.why.clone()),
            }),
            None => Err(LessonNotFound::Unknown {
                help: self.help_for(&asked),
                asked,
            }),
        }
    }

    /// The lesson with the next higher number.
    pub fn lesson_after(&self, lesson: &Lesson) -> Option<&Arc<Lesson>> {
        self.lessons.iter().find(|next| next.number > lesson.number)
    }

    /// The text of a program that a lesson shows, or of an exercise's starter or solution.
    pub fn program_text(&self, path: &str) -> Option<&str> {
        self.programs.get(path).map(AsRef::as_ref)
    }

    /// The problems of all lessons, sorted by file and line. A lesson with an error is skipped; one with a
    /// warning is not.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The errors among [`Library::diagnostics`], which explain why lessons are missing.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The numbers of all lessons, including those with errors.
    pub(super) fn lesson_numbers(&self) -> impl Iterator<Item = u32> {
        let playable = self.lessons.iter().map(|lesson| lesson.number);
        playable.chain(self.skipped.iter().map(|lesson| lesson.number))
    }

    /// The file of one of its lessons.
    pub(super) fn lesson_file(&self, lesson: &Lesson) -> &str {
        self.files.get(&lesson.slug).map_or("", String::as_str)
    }

    pub(super) fn source(&self) -> &LessonSource {
        &self.source
    }

    /// The paths and texts of all programs that the lessons show or use.
    pub fn programs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.programs
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_ref()))
    }

    fn help_for(&self, asked: &str) -> String {
        let suggestions = self.suggest_lessons(asked);
        match self.skipped.len() {
            0 => suggestions,
            1 => format!("{suggestions}; 1 file with errors is left out, `lint` shows why"),
            files => {
                format!("{suggestions}; {files} files with errors are left out, `lint` shows why")
            }
        }
    }

    fn suggest_lessons(&self, asked: &str) -> String {
        let slugs = self.lessons.iter().map(|lesson| lesson.slug.as_str());
        if let Some(near) = find_nearest(asked, slugs) {
            return format!("did you mean `{near}`?");
        }
        let numbers: Vec<String> = self
            .lessons
            .iter()
            .map(|lesson| lesson.number.to_string())
            .collect();
        match &numbers[..] {
            [] => "there is no lesson at all".to_owned(),
            [only] => format!("there is lesson {only}"),
            numbers => format!("there are lessons {}", numbers.join(", ")),
        }
    }

    fn read_all(source: LessonSource, files: &[String]) -> Self {
        let mut library = Self {
            source,
            lessons: Vec::new(),
            skipped: Vec::new(),
            programs: BTreeMap::new(),
            diagnostics: Vec::new(),
            files: BTreeMap::new(),
            claims: BTreeMap::new(),
            exercises: BTreeMap::new(),
            counters: Vec::new(),
        };
        for file in files {
            library.read_lesson(file);
        }
        library.check_counters();
        library.lessons.sort_by_key(|lesson| lesson.number);
        library.diagnostics.sort_by(compare_places);
        library
    }

    fn read_lesson(&mut self, file: &str) {
        let path = self.source.display(file);
        let original = match self.source.read(file) {
            Ok(text) => text,
            Err(error) => {
                let diagnostic = describe_unreadable(&path, &error);
                return self.skip_lesson(file, Lesson::default(), vec![diagnostic]);
            }
        };
        // A byte order mark is not part of the text.
        let original = original.trim_start_matches('\u{feff}');
        let clean = without_controls(original);
        let source = SourceFile::new(&path, &clean);
        let mut read = parse::read_lesson(&source, original, &crate::catalog::demos::DEMOS);
        self.check_names(&mut read);
        self.check_claims(&mut read);
        self.check_exercises(&mut read);
        for shown in std::mem::take(&mut read.shown) {
            self.take_program(&mut read, &shown);
        }
        let diagnostics = read.diagnostics.list;
        if diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
        {
            self.skip_lesson(file, read.front.lesson, diagnostics);
        } else {
            self.diagnostics.extend(diagnostics);
            let lesson = read.front.lesson;
            self.files.insert(lesson.slug.clone(), file.to_owned());
            self.lessons.push(Arc::new(lesson));
        }
    }

    fn skip_lesson(&mut self, file: &str, lesson: Lesson, diagnostics: Vec<Diagnostic>) {
        let mut errors = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error);
        if let Some(why) = errors.next().cloned() {
            self.skipped.push(SkippedLesson {
                file: file.to_owned(),
                number: lesson.number,
                slug: lesson.slug,
                why,
            });
        }
        self.diagnostics.extend(diagnostics);
    }

    /// Reports lessons that have the same number or slug.
    fn check_names(&self, read: &mut ParsedLesson<'_>) {
        let lesson = &read.front.lesson;
        for other in &self.lessons {
            if other.number == lesson.number {
                let message = format!("lesson {} exists already: `{}`", other.number, other.slug);
                read.diagnostics
                    .error(read.front.number_at.clone(), message);
            }
            if other.slug == lesson.slug {
                let message = format!("lesson {} has this slug already", other.number);
                read.diagnostics.error(read.front.slug_at.clone(), message);
            }
        }
    }

    /// Reports claims that have the same name, also in different lessons.
    fn check_claims(&mut self, read: &mut ParsedLesson<'_>) {
        let number = read.front.lesson.number;
        for id in std::mem::take(&mut read.claims) {
            let other = self.claims.insert(id.get_ref().clone(), number);
            if let Some(other) = other.filter(|other| *other != number) {
                let message = format!("lesson {other} has a claim of this id already");
                read.diagnostics.error(id.span(), message);
            }
        }
        for counter in std::mem::take(&mut read.counters) {
            let message = format!("no claim is called `{}`", counter.get_ref());
            let source = read.diagnostics.source;
            let diagnostic = source.diagnostic(counter.span(), Severity::Warning, &message);
            self.counters.push((counter.into_inner(), diagnostic));
        }
    }

    /// Reports exercises that have the same name: a learner types only the name.
    fn check_exercises(&mut self, read: &mut ParsedLesson<'_>) {
        let number = read.front.lesson.number;
        for id in std::mem::take(&mut read.exercises) {
            let other = self.exercises.insert(id.get_ref().clone(), number);
            if let Some(other) = other.filter(|other| *other != number) {
                let message = format!("lesson {other} has an exercise of this id already");
                read.diagnostics.error(id.span(), message).help(format!(
                    "begin it with the lesson: \"q{number}-{}\"",
                    id.get_ref()
                ));
            }
        }
    }

    /// Reports counter-experiments that do not exist. They may be in any lesson, so all lessons must be read
    /// first.
    fn check_counters(&mut self) {
        let names: Vec<&str> = self.claims.keys().map(String::as_str).collect();
        for (name, mut diagnostic) in std::mem::take(&mut self.counters) {
            if names.contains(&name.as_str()) {
                continue;
            }
            if let Some(help) = suggest_name(&name, &names) {
                diagnostic.help(help);
            }
            self.diagnostics.push(diagnostic);
        }
    }

    fn take_program(&mut self, read: &mut ParsedLesson<'_>, shown: &Spanned<String>) {
        let path = shown.get_ref();
        match self.source.program(path) {
            Ok(text) => {
                self.programs.insert(path.clone(), text);
            }
            Err(error) => {
                let diagnostic = read.diagnostics.error(shown.span(), error.message());
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let files = self.source.files(folder);
                let files: Vec<&str> = files.iter().map(String::as_str).collect();
                if let (FileError::Missing, Some(help)) = (&error, suggest_name(path, &files)) {
                    diagnostic.help(help);
                }
            }
        }
    }
}

/// Compares by file, then by position.
pub(super) fn compare_places(a: &Diagnostic, b: &Diagnostic) -> std::cmp::Ordering {
    (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column))
}

/// The problem of a lesson that cannot be read. For bytes that are not UTF-8, it has their position.
fn describe_unreadable(path: &str, error: &FileError) -> Diagnostic {
    let FileError::NotText(bytes) = error else {
        return SourceFile::new(path, "").diagnostic(0..0, Severity::Error, &error.message());
    };
    let good = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let at = good.len();
    let text = String::from_utf8_lossy(bytes);
    let clean = without_controls(&text);
    let mut diagnostic =
        SourceFile::new(path, &clean).diagnostic(at..at, Severity::Error, &error.message());
    diagnostic.help("save it as UTF-8");
    diagnostic
}
