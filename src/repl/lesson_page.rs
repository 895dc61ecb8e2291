//! A lesson's page: it is drawn on the session's screen.

use std::{
    io::{self, Write},
    sync::Arc,
};

use super::{
    progress_recorder::ProgressRecorder,
    screen::{Screen, count_lines, is_summarized},
    settings::Settings,
};
use crate::{
    lesson::Lesson,
    record::{Recording, Run},
    render::{self, Format, FormatReader, PAGE_BREAK, ReportEnd, Style},
    report::{ClaimReport, LessonPiece, Report, Table},
    schedule::ScheduleRun,
    tutor::{
        ItemEnd, LessonRenderer,
        progress::{LessonHistory, ProgressEvent},
    },
};

/// Draws a lesson on the session's screen.
pub struct LessonPage<'s> {
    screen: &'s mut Screen,
    /// How results are shown. In formats for other programs, prose is left out.
    format: Format,
    /// Whether the reports of its demos are shown, or belong to one object that follows.
    shows_reports: bool,
    /// Whether reports show everything.
    all: bool,
    /// Stores the learner's actions.
    progress_recorder: &'s mut ProgressRecorder,
    /// Receives the last recording.
    last: &'s mut Option<Arc<Recording>>,
    /// Receives the claims that the last run decided.
    claims: &'s mut Vec<ClaimReport>,
    /// The lines drawn since the learner's last input; `None` if the lesson does not wait for the learner.
    lines: Option<usize>,
    /// The lines that the workers of a demo printed, which are above its report.
    live: usize,
    /// Whether the last report has a picture in place of its table.
    hides_table: bool,
    /// The item that is being drawn.
    held: Option<Vec<Vec<u8>>>,
}

/// Lines that a screen needs beside a lesson's text: what was typed, a gap, and the prompt.
const PROMPT_LINES: usize = 3;
/// The most lines of workers that are shown while a demo runs, and the one that says so.
const MOST_LIVE_LINES: usize = 7;
/// The lines that follow a report: the machine, the names of its parts, and a gap.
const END_LINES: usize = 4;
/// The room that the stream's name and the bar take after a worker's name: ` stderr │ `.
const STREAM_NAME: usize = 10;

impl<'s> LessonPage<'s> {
    /// A page of a session's screen, which keeps the last recording and the claims that it decided.
    pub fn new(
        screen: &'s mut Screen,
        settings: &Settings,
        shows_reports: bool,
        progress_recorder: &'s mut ProgressRecorder,
        (last, claims): (&'s mut Option<Arc<Recording>>, &'s mut Vec<ClaimReport>),
    ) -> Self {
        let lines = screen.has_prompt.then_some(0);
        Self {
            screen,
            format: settings.format,
            shows_reports,
            all: settings.all,
            progress_recorder,
            last,
            claims,
            lines,
            live: 0,
            hides_table: false,
            held: None,
        }
    }

    fn is_for_people(&self) -> bool {
        self.format.reader() != FormatReader::Program
    }

    /// Keeps a piece of a lesson that becomes one page; returns whether it does.
    fn add_to_handout(&mut self, piece: impl FnOnce() -> LessonPiece) -> bool {
        let handout = self.screen.handout.as_mut();
        handout.map(|handout| handout.push(piece())).is_some()
    }

    /// Writes a piece, and after it a blank line. (Markdown brings its own.)
    fn write_piece(
        &mut self,
        write: impl FnOnce(&Style, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut text = Vec::new();
        let style = Style {
            page_lines: self.count_page_lines(),
            ..self.screen.style
        };
        write(&style, &mut text)?;
        self.screen.is_tight = false;
        let text = String::from_utf8_lossy(&text).into_owned();
        for page in text.split(&format!("{PAGE_BREAK}\n")) {
            let mut piece = page.as_bytes().to_owned();
            if self.format.reader() == FormatReader::Screen {
                piece.push(b'\n');
            }
            match &mut self.held {
                Some(held) => held.push(piece),
                None => self.write_text(&piece)?,
            }
        }
        Ok(())
    }

    /// The lines of a table's pages: what is left of the screen above a gap, or a whole screen if little is left.
    /// `None` if the lesson does not wait for the learner.
    fn count_page_lines(&self) -> Option<usize> {
        let height = self.screen.height.map(|_| self.most_lines())?;
        let held = self.held.iter().flatten();
        let taken = self.lines? + self.live + held.map(|piece| count_lines(piece)).sum::<usize>();
        let left = height.saturating_sub(taken + 1);
        let is_little = taken == 0 || 2 * left < height;
        Some(if is_little { height } else { left })
    }

    /// The lines that a lesson may draw after one input.
    fn most_lines(&self) -> usize {
        let height = self.screen.height.unwrap_or(usize::MAX);
        height.saturating_sub(PROMPT_LINES)
    }

    /// Whether so many more lines fit below what is on the screen; the first ones always do.
    fn has_room(&self, more: usize) -> bool {
        let fits = |lines: usize| lines == 0 || lines + more <= self.most_lines();
        self.lines.is_none_or(|lines| fits(lines + self.live))
    }

    /// Shows as many pieces as fit.
    fn show_pieces(&mut self, pieces: Vec<Vec<u8>>) -> io::Result<ItemEnd> {
        let mut pieces = pieces.into_iter();
        while let Some(piece) = pieces.next() {
            let lines = count_lines(&piece);
            // What is longer than the screen is for the pager, now or later.
            let fits_alone = lines <= self.most_lines().saturating_add(1);
            if fits_alone && !self.has_room(lines) {
                self.screen.rest = std::iter::once(piece).chain(pieces).collect();
                return Ok(ItemEnd::Partly);
            }
            self.write_text(&piece)?;
            if let Some(lines) = &mut self.lines {
                *lines += std::mem::take(&mut self.live);
            }
        }
        Ok(ItemEnd::Shown)
    }

    /// The rows that the workers of the last run took on the screen while it ran.
    fn count_live_lines(&self) -> usize {
        // The report has the workers of the last round only.
        let run = self.last.as_ref().map(|recording| recording.run());
        let workers = run.map_or_else(Vec::new, Run::all_workers);
        let lines = workers.iter().flat_map(|worker| {
            let lines = worker.output.iter();
            lines.map(|line| (worker.name.as_str(), line.text.as_str()))
        });
        count_live_lines(lines, self.screen.style.width)
    }

    /// Draws a report with its first picture above its table, or instead of it where both do not fit on the screen.
    fn draw_pictured_report(&mut self, report: &Report) -> io::Result<()> {
        let format = self.format;
        if self.all {
            self.write_piece(|style, to| render::write_one_picture(report, 1, format, style, to))?;
            return self.write_piece(|style, to| render::write_report(report, format, style, to));
        }
        let room = self.count_page_lines();
        let most_lines = room.map(|lines| lines.saturating_sub(END_LINES));
        let mut has_table = true;
        self.write_piece(|style, to| {
            has_table = render::write_pictured_summary(report, most_lines, format, style, to)?;
            Ok(())
        })?;
        self.hides_table = !has_table;
        Ok(())
    }

    fn write_text(&mut self, text: &[u8]) -> io::Result<()> {
        let Some(lines) = &mut self.lines else {
            return self.screen.out.write_all(text);
        };
        *lines += count_lines(text);
        self.screen.write_or_page(text)
    }
}

impl LessonRenderer for LessonPage<'_> {
    fn draw_markdown(&mut self, text: &str) -> io::Result<()> {
        if self.add_to_handout(|| LessonPiece::Markdown(text.to_owned())) {
            return Ok(());
        }
        match self.format.reader() {
            FormatReader::Page => self.write_piece(|_, to| writeln!(to, "{text}\n")),
            FormatReader::Screen => {
                self.write_piece(|style, to| render::write_markdown(text, style, to))
            }
            FormatReader::Program => Ok(()),
        }
    }

    fn draw_code(&mut self, text: &str, lang: &str) -> io::Result<()> {
        if self.add_to_handout(|| LessonPiece::Code(text.to_owned())) {
            return Ok(());
        }
        match self.format.reader() {
            FormatReader::Page => {
                self.write_piece(|_, to| writeln!(to, "```{lang}\n{}\n```\n", text.trim_end()))
            }
            FormatReader::Screen => {
                self.write_piece(|style, to| render::write_code(text, lang, style, to))
            }
            FormatReader::Program => Ok(()),
        }
    }

    fn draw_output(&mut self, heading: &str, text: &str) -> io::Result<()> {
        if self.format.reader() != FormatReader::Screen {
            return self
                .draw_markdown(heading)
                .and_then(|()| self.draw_code(text, "text"));
        }
        // One piece: the heading does not end a screen whose output is on the next.
        self.write_piece(|style, to| {
            let mut above = Vec::new();
            render::write_markdown(heading, style, &mut above)?;
            writeln!(above)?;
            to.write_all(&above)?;
            render::write_code(text, "text", &style.leave_lines(&[&above]), to)
        })
    }

    fn draw_table(&mut self, table: &Table) -> io::Result<()> {
        let format = self.format;
        if self.add_to_handout(|| LessonPiece::Table(table.clone())) || !self.is_for_people() {
            return Ok(());
        }
        let tables = std::slice::from_ref(table);
        self.write_piece(|style, to| render::write_tables(tables, format, style, to))
    }

    fn draw_demo_heading(&mut self, caption: &str, command: &str) -> io::Result<()> {
        if is_summarized(self.format) && !self.all {
            return Ok(());
        }
        let text = format!("{caption}\n\nDemo: `{command}`");
        self.draw_markdown(text.trim_start())
    }

    fn draw_machine(&mut self, run: &ScheduleRun) -> io::Result<()> {
        let format = self.format;
        if self.screen.handout.is_some() {
            let mut drawn = Vec::new();
            render::write_machine(
                run,
                Format::default(),
                &Style::without_color(80),
                &mut drawn,
            )?;
            return self.draw_code(&String::from_utf8_lossy(&drawn), "text");
        }
        if !self.is_for_people() {
            return Ok(());
        }
        self.write_piece(|style, to| render::write_machine(run, format, style, to))
    }

    fn draw_report(&mut self, report: &Report, pictured: bool) -> io::Result<()> {
        let format = self.format;
        self.claims.clone_from(&report.claims);
        if self.add_to_handout(|| LessonPiece::Report(Box::new(report.clone())))
            || !self.shows_reports
        {
            return Ok(());
        }
        self.live = self.count_live_lines();
        self.hides_table = false;
        if pictured && is_summarized(format) && !report.pictures.is_empty() {
            return self.draw_pictured_report(report);
        }
        if self.all || !is_summarized(format) {
            return self.write_piece(|style, to| render::write_report(report, format, style, to));
        }
        self.write_piece(|style, to| render::write_summary(report, format, style, to))
    }

    fn draw_report_end(&mut self, report: &Report) -> io::Result<()> {
        let format = self.format;
        if self.all || !self.shows_reports || !is_summarized(format) {
            return Ok(());
        }
        let end = ReportEnd {
            has_table: !self.hides_table,
            ..self.screen.report_end(report)
        };
        self.write_piece(|style, to| render::write_report_end(report, end, format, style, to))
    }

    fn show_error(&mut self, message: &str) -> io::Result<()> {
        self.screen.write_message(message);
        Ok(())
    }

    fn record_event(&mut self, lesson: &Lesson, what: ProgressEvent) {
        self.progress_recorder
            .record_event(&lesson.slug, what, self.screen);
    }

    fn keep_recording(&mut self, recording: Arc<Recording>) {
        *self.last = Some(recording);
    }

    fn begin_item(&mut self) {
        self.screen.rest.clear();
        self.held = Some(Vec::new());
    }

    fn end_item(&mut self, may_wait: bool) -> io::Result<ItemEnd> {
        let pieces = self.held.take().unwrap_or_default();
        let all: usize = pieces.iter().map(|piece| count_lines(piece)).sum();
        if may_wait && !self.has_room(all) {
            return Ok(ItemEnd::Dropped);
        }
        self.show_pieces(pieces)
    }

    fn show_rest(&mut self) -> io::Result<bool> {
        let rest = std::mem::take(&mut self.screen.rest);
        let is_any = !rest.is_empty();
        self.show_pieces(rest)?;
        Ok(is_any)
    }

    fn lesson_history(&mut self, lesson: &Lesson) -> Option<LessonHistory> {
        if !self.progress_recorder.keeps {
            return None;
        }
        let known = self.progress_recorder.read_progress(self.screen);
        Some(known.lesson_history(lesson).cloned().unwrap_or_default())
    }

    fn flush_output(&mut self) -> io::Result<()> {
        self.screen.out.flush()
    }
}

/// The lines on a screen of this width that the workers printed while the demo ran, and the gap after them.
fn count_live_lines<'l>(lines: impl Iterator<Item = (&'l str, &'l str)>, width: usize) -> usize {
    let rows = lines.map(|(worker, line)| {
        let room = width
            .saturating_sub(worker.chars().count() + STREAM_NAME)
            .max(1);
        line.chars().count().div_ceil(room).max(1)
    });
    match rows.sum::<usize>().min(MOST_LIVE_LINES) {
        0 => 0,
        lines => lines + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        record::{
            Backend, Event, EventKind, Params, TrialTimes, WorkerId, WorkerKind,
            testing::test_machine,
        },
        report,
        tutor::progress::ProgressStore,
    };

    #[test]
    fn a_table_waits_for_enter_where_it_does_not_fit_below_what_the_workers_printed() {
        let style = Style::without_color(80);
        let (out, messages) = (Box::new(io::sink()), Box::new(io::sink()));
        let mut screen = Screen::new(out, messages, (style, style));
        (screen.height, screen.has_prompt) = (Some(24), true);
        let mut progress_recorder = ProgressRecorder::new(ProgressStore::default(), false);
        let (mut last, mut claims) = (None, Vec::new());
        let mut show_table = |live| {
            let settings = Settings::default();
            let kept = (&mut last, &mut claims);
            let mut page =
                LessonPage::new(&mut screen, &settings, true, &mut progress_recorder, kept);
            page.live = live;
            page.begin_item();
            page.draw_code(&"row\n".repeat(14), "text").expect("drawn");
            let end = page.end_item(false).expect("drawn");
            (end, page.show_rest().expect("drawn"))
        };
        assert_eq!(show_table(4), (ItemEnd::Shown, false));
        assert_eq!(show_table(8), (ItemEnd::Partly, true));
    }

    #[test]
    fn the_lines_of_every_round_are_on_the_screen() {
        let mut events = vec![EventKind::RunStarted {
            demo: "numbers".to_owned(),
            params: Params::default().into(),
            interpreter: None,
        }];
        for worker in 0..12 {
            let (backend, trial) = (Backend::Processes, Some(worker / 4));
            if worker % 4 == 0 {
                events.push(EventKind::TrialStarted { backend, trial });
            }
            let is_last = worker % 4 == 3;
            let worker = WorkerId(worker);
            events.push(EventKind::WorkerStarted {
                worker,
                name: "Process-1".to_owned(),
                kind: WorkerKind::Process,
                backend: Some(backend),
                trial,
                pid: 1,
                tid: None,
                ppid: None,
            });
            events.push(EventKind::Output {
                worker,
                stderr: false,
                text: "my number is 7".to_owned(),
            });
            if is_last {
                let times = TrialTimes::default();
                events.push(EventKind::TrialFinished {
                    backend,
                    trial,
                    times: times.into(),
                });
            }
        }
        let events = (0..).zip(events);
        let events = events.map(|(at_ns, what)| Event {
            at_ns,
            run: 0,
            what,
        });
        let recording = Recording::new(test_machine(2, 2), events.collect());
        let recording = Arc::new(recording);
        let report = report::build_report(&recording, Vec::new());
        let style = Style::without_color(80);
        let (out, messages) = (Box::new(io::sink()), Box::new(io::sink()));
        let mut screen = Screen::new(out, messages, (style, style));
        let mut progress_recorder = ProgressRecorder::new(ProgressStore::default(), false);
        let (mut last, mut claims, settings) = (None, Vec::new(), Settings::default());
        let kept = (&mut last, &mut claims);
        let mut page = LessonPage::new(&mut screen, &settings, true, &mut progress_recorder, kept);
        page.begin_item();
        page.keep_recording(recording);
        page.draw_report(&report, false).expect("drawn");
        assert_eq!(report.output_lines().count(), 4);
        assert_eq!(page.live, MOST_LIVE_LINES + 1);
    }

    #[test]
    fn a_long_line_of_a_worker_counts_as_the_rows_that_it_takes() {
        let count = |line: &str| count_live_lines([("Process-1", line)].into_iter(), 80);
        assert_eq!(count("my number is 7"), 2);
        assert_eq!(count(&"x".repeat(100)), 3);
        assert_eq!(count(&"x".repeat(2000)), MOST_LIVE_LINES + 1);
        assert_eq!(count_live_lines(std::iter::empty(), 80), 0);
    }
}
