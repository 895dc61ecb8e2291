//! Live output of a run.

use super::*;
use crate::record::{Params, Recorder, WorkerKind};

/// A buffer that a test can read while a display writes to it.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn text(&self) -> String {
        let bytes = self.0.lock();
        String::from_utf8(bytes.clone()).expect("text")
    }
}

impl io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A closed pipe.
struct Closed;

impl io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn started(recorder: &Recorder, name: &str) -> WorkerId {
    let worker = recorder.next_worker();
    recorder.emit(EventKind::WorkerStarted {
        worker,
        name: name.to_owned(),
        kind: WorkerKind::Process,
        backend: None,
        trial: None,
        pid: 1,
        tid: None,
        ppid: None,
    });
    worker
}

fn prints(worker: WorkerId, stderr: bool, text: &str) -> EventKind {
    EventKind::Output {
        worker,
        stderr,
        text: text.to_owned(),
    }
}

fn display(style: Style, progress: ProgressMode) -> (LiveDisplay, Shared, Shared) {
    let (output, messages) = (Shared::default(), Shared::default());
    let live = start_display(
        style,
        progress,
        Box::new(output.clone()),
        Box::new(messages.clone()),
    );
    (live, output, messages)
}

#[test]
fn lines_come_with_their_workers_name() {
    let (live, output, _) = display(Style::without_color(40), ProgressMode::Silent);
    let recorder = Recorder::new(Some(live.event_observer()));
    let first = started(&recorder, "Process-1");
    let second = started(&recorder, "Process-2");
    recorder.emit(prints(second, false, "20"));
    assert_eq!(output.text(), "Process-2 │ 20\n", "it is shown at once");
    recorder.emit(prints(first, true, "\u{1b}[2Joh no, a long line to wrap"));
    live.finish().expect("memory takes it");
    assert_eq!(
        output.text(),
        "Process-2 │ 20\n\
         Process-1 stderr │ \\x1b[2Joh no, a long\n                 │ line to wrap\n\n",
        "an empty line sets the report apart"
    );
}

#[test]
fn no_line_is_too_wide_however_long_the_name() {
    for ascii in [false, true] {
        let style = Style {
            ascii,
            ..Style::without_color(20)
        };
        let (live, output, _) = display(style, ProgressMode::Silent);
        let recorder = Recorder::new(Some(live.event_observer()));
        let worker = started(&recorder, "数字数字数字-a-very-long-name-of-a-worker");
        recorder.emit(prints(worker, false, "数字 and words"));
        recorder.emit(prints(worker, true, "数字 and words"));
        for line in output.text().lines() {
            assert!(display_width(line) <= 20, "{line:?}");
            assert!(!ascii || line.is_ascii(), "{line:?}");
        }
    }
}

#[test]
fn a_flood_is_cut_and_said() {
    let (live, output, _) = display(Style::without_color(80), ProgressMode::Silent);
    let recorder = Recorder::new(Some(live.event_observer()));
    let worker = started(&recorder, "Process-1");
    for _ in 0..MOST_LINES * 2 {
        recorder.emit(prints(worker, false, "y"));
    }
    let text = output.text();
    assert_eq!(text.lines().count(), MOST_LINES + 1);
    assert!(text.trim_end().ends_with("`--save` keeps them)"));
}

#[test]
fn only_what_is_left_out_is_called_further_and_wrapped_rows_count() {
    let (live, output, _) = display(Style::without_color(40), ProgressMode::Silent);
    let recorder = Recorder::new(Some(live.event_observer()));
    let worker = started(&recorder, "Process-1");
    // Each takes two rows.
    let long = "a line that needs a second row";
    for _ in 0..MOST_LINES / 2 {
        recorder.emit(prints(worker, false, long));
    }
    assert_eq!(output.text().lines().count(), MOST_LINES);
    assert!(!output.text().contains("further"), "{}", output.text());
    recorder.emit(prints(worker, false, long));
    recorder.emit(prints(worker, false, long));
    assert_eq!(output.text().matches("(further lines").count(), 1);
}

#[test]
fn fewer_errors_are_shown_than_other_lines() {
    let (live, output, _) = display(Style::without_color(80), ProgressMode::Silent);
    let recorder = Recorder::new(Some(live.event_observer()));
    let worker = started(&recorder, "Victim");
    recorder.emit(prints(worker, false, "begins"));
    for _ in 0..MOST_LINES {
        recorder.emit(prints(worker, true, "panicked"));
    }
    let text = output.text();
    assert_eq!(text.lines().count(), MOST_ERROR_LINES + 1);
    assert!(text.contains("(further lines: "), "{text}");
}

#[test]
fn nested_runs_print_nothing() {
    let (live, output, _) = display(Style::without_color(80), ProgressMode::Silent);
    let recorder = Recorder::new(Some(live.event_observer()));
    let nested = recorder.begin_nested("numbers", &Params::default());
    let worker = started(&nested, "Process-1");
    nested.emit(prints(worker, false, "10"));
    assert_eq!(output.text(), "");
}

#[test]
fn a_closed_pipe_is_told_at_the_end_and_stops_no_run() {
    let live = start_display(
        Style::without_color(80),
        ProgressMode::Silent,
        Box::new(Closed),
        Box::new(Closed),
    );
    let recorder = Recorder::new(Some(live.event_observer()));
    let worker = started(&recorder, "Process-1");
    recorder.emit(prints(worker, false, "10"));
    recorder.emit(prints(worker, false, "20"));
    assert_eq!(recorder.events().len(), 3);
    let error = live.finish().expect_err("nobody reads");
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

#[test]
fn progress_for_screen_readers_is_a_line_now_and_then() {
    let messages = Shared::default();
    let mut meter = ProgressMeter::new(
        ProgressMode::Lines,
        Style::without_color(80),
        Box::new(messages.clone()),
    );
    let mut step = |ms: u64, done, doing| {
        let written = meter.show_step(ms * 1_000_000, done, 5, doing);
        written.expect("memory takes it");
    };
    step(100, 0, "serial, trial 1 of 5");
    step(600, 1, "threads, trial 1 of 5");
    step(700, 2, "processes, trial 1 of 5");
    step(1700, 3, "threads, trial 1 of 5");
    step(1800, 4, "threads, trial 2 of 5");
    step(2700, 4, "threads, trial 2 of 5");
    assert_eq!(
        messages.text(),
        "1 of 5 done, now: threads, trial 1 of 5\n4 of 5 done, now: threads, trial 2 of 5\n"
    );
}

#[test]
fn progress_in_a_pipe_is_silent() {
    let (live, output, messages) = display(Style::without_color(80), ProgressMode::Silent);
    let recorder = Recorder::new(Some(live.event_observer()));
    recorder.emit(EventKind::Progress {
        done: 1,
        of: 2,
        doing: "threads".to_owned(),
    });
    live.finish().expect("memory takes it");
    assert_eq!((output.text(), messages.text()), Default::default());
}

#[test]
fn a_bar_makes_room_for_output_and_is_gone_at_the_end() {
    let style = Style {
        ascii: true,
        ..Style::without_color(40)
    };
    let screen = Shared::default();
    let live = start_display(
        style,
        ProgressMode::Bar,
        Box::new(screen.clone()),
        Box::new(screen.clone()),
    );
    let recorder = Recorder::new(Some(live.event_observer()));
    let worker = started(&recorder, "Process-1");
    recorder.emit(EventKind::Progress {
        done: 1,
        of: 2,
        doing: "threads, trial 1 of 20".to_owned(),
    });
    let rows = || {
        let mut terminal = vt100::Parser::default();
        terminal.process(screen.text().replace('\n', "\r\n").as_bytes());
        terminal.screen().contents()
    };
    assert_eq!(rows(), "##########---------- 1/2 threads, trial");
    recorder.emit(prints(worker, false, "20"));
    assert_eq!(
        rows(),
        "Process-1 | 20\n##########---------- 1/2 threads, trial"
    );
    live.finish().expect("memory takes it");
    assert_eq!(rows().trim_end(), "Process-1 | 20");
}

/// A recorder for an observed program, and its main process.
fn watched(live: &LiveDisplay) -> (Recorder, WorkerId) {
    let recorder = Recorder::new(Some(live.event_observer()));
    recorder.emit(EventKind::RunStarted {
        demo: "try".to_owned(),
        params: Params::default().into(),
        interpreter: None,
    });
    let worker = recorder.next_worker();
    recorder.emit(EventKind::WorkerStarted {
        worker,
        name: "MainProcess".to_owned(),
        kind: WorkerKind::Main,
        backend: None,
        trial: None,
        pid: 1,
        tid: None,
        ppid: None,
    });
    (recorder, worker)
}

#[test]
fn a_program_speaks_for_itself_until_a_second_process_prints() {
    let (live, output, _) = display(Style::without_color(40), ProgressMode::Silent);
    let (recorder, main) = watched(&live);
    recorder.emit(prints(main, false, "one"));
    recorder.emit(prints(main, true, "oh"));
    let child = started(&recorder, "Process-1");
    recorder.emit(prints(child, false, "two"));
    recorder.emit(prints(main, false, "three"));
    live.finish().expect("memory takes it");
    assert_eq!(
        output.text(),
        "one\nstderr │ oh\nProcess-1 │ two\nMainProcess │ three\n\n"
    );
}

#[test]
fn a_question_at_the_terminal_is_shown_once() {
    let (live, output, _) = display(Style::without_color(40), ProgressMode::Silent);
    let (recorder, main) = watched(&live);
    let asks = |doing: &str| EventKind::Progress {
        done: 0,
        of: 0,
        doing: doing.to_owned(),
    };
    live.lend_terminal(true);
    recorder.emit(asks("Name? "));
    recorder.emit(prints(main, false, "Name? hello"));
    recorder.emit(asks("A number? "));
    recorder.emit(prints(main, true, "ValueError"));
    recorder.emit(asks("A number? Again? "));
    // The line ends with the program.
    live.lend_terminal(false);
    recorder.emit(prints(main, false, "A number? Again? "));
    live.finish().expect("memory takes it");
    assert_eq!(
        output.text(),
        "Name? hello\nA number? stderr │ ValueError\nAgain? \n\n"
    );
}

#[test]
fn a_program_may_print_more_than_a_demo() {
    let (live, output, _) = display(Style::without_color(80), ProgressMode::Silent);
    let (recorder, main) = watched(&live);
    for number in 0..1000 {
        recorder.emit(prints(main, false, &format!("line {number}")));
    }
    let text = output.text();
    assert!(
        text.contains("line 199") && !text.contains("line 200"),
        "{text}"
    );
    assert!(text.contains("(further lines: "), "{text}");
}

#[test]
fn progress_without_an_end_says_only_what_goes_on() {
    let (live, _, messages) = display(Style::without_color(80), ProgressMode::Lines);
    let mut observer = live.event_observer();
    for (at_ns, doing) in [
        (1, "early"),
        (600_000_000, "3 processes"),
        (700_000_000, "4 processes"),
    ] {
        let what = EventKind::Progress {
            done: 0,
            of: 0,
            doing: doing.to_owned(),
        };
        observer(&Event {
            at_ns,
            run: 0,
            what,
        });
    }
    assert_eq!(messages.text(), "3 processes\n");
}
