//! How an observed program is shown: narrow, piped, in every format, live, and from its recording.

use unicode_width::UnicodeWidthStr;

use super::Stage;
use crate::{support::watchdog, terminal::Terminal};

/// Two children and a thread, with long lines and output on both streams.
const SCRIPT: &str = r#"
import multiprocessing, sys, threading, time

def work(number):
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        pass
    print(f"worker {number} says something that is rather too long for a narrow screen " * 2)

if __name__ == "__main__":
    pool = multiprocessing.Pool(2)
    pool.map(work, [1, 2])
    pool.close()
    pool.join()
    thread = threading.Thread(target=work, args=(3,))
    thread.start()
    thread.join()
    print("a warning", file=sys.stderr)
"#;

#[test]
fn nothing_is_too_wide_and_nothing_escapes_into_a_pipe() {
    let _guard = watchdog("widths");
    let Some(stage) = Stage::with(SCRIPT) else {
        return;
    };
    stage.run(&["try", "--save", "kept.jsonl", "my.py"]).well();
    for columns in [50, 80] {
        for format in ["text", "plain"] {
            let mut command = stage.command(&["replay", "kept.jsonl", "--format", format]);
            let ended = command
                .env("COLUMNS", columns.to_string())
                .output()
                .unwrap();
            let text = String::from_utf8(ended.stdout).unwrap();
            assert!(!text.contains('\u{1b}'), "{text}");
            for line in text.lines().filter(|_| format == "text") {
                assert!(line.width() <= columns, "{}: {line}", line.width());
            }
        }
        let mut command = stage.command(&["try", "my.py"]);
        let ended = command
            .env("COLUMNS", columns.to_string())
            .output()
            .unwrap();
        let text = String::from_utf8(ended.stdout).unwrap();
        for line in text.lines() {
            assert!(line.width() <= columns, "{}: {line}", line.width());
        }
    }
    let ascii = stage.run(&["replay", "kept.jsonl", "--ascii"]).well().out;
    assert!(ascii.is_ascii(), "{ascii}");
}

#[test]
fn every_format_and_a_recording_show_the_same() {
    let _guard = watchdog("formats");
    let Some(stage) = Stage::with(SCRIPT) else {
        return;
    };
    let json = stage
        .run(&["try", "--format", "json", "--save", "kept.jsonl", "my.py"])
        .well();
    let again = stage
        .run(&["replay", "kept.jsonl", "--format", "json"])
        .well();
    assert_eq!(json.out, again.out);
    for format in ["csv", "md", "plain", "text"] {
        let shown = stage
            .run(&["replay", "kept.jsonl", "--all", "--format", format])
            .well()
            .out;
        for part in [
            "Processes",
            "What each process did",
            "Threads",
            "PoolWorker-1",
            "a warning",
        ] {
            assert!(shown.contains(part), "{format}: {part}: {shown}");
        }
    }
    let plain = stage
        .run(&["replay", "kept.jsonl", "--all", "--format", "plain"])
        .well()
        .out;
    assert!(
        plain.contains("in words: ") && !plain.contains('█'),
        "{plain}"
    );
}

#[test]
fn what_it_prints_comes_with_its_process_before_the_report() {
    let _guard = watchdog("live output");
    let Some(stage) = Stage::with(SCRIPT) else {
        return;
    };
    let ended = stage.run(&["try", "my.py"]).well();
    let (live, _) = ended.out.split_once("my.py ran").expect("a report");
    assert!(
        live.contains("PoolWorker-1") || live.contains("PoolWorker-2"),
        "{live}"
    );
    assert!(live.contains("stderr │ a warning"), "{live}");
    let json = stage.run(&["try", "--format", "json", "my.py"]).well();
    assert!(json.err.contains("stderr │ a warning"), "{json:?}");
    assert!(json.out.starts_with('{'), "{json:?}");
}

/// A progress bar that is at 30 % until a file exists.
const BAR: &str = r#"
import os, sys, time
for percent in range(0, 40, 10):
    sys.stdout.write(f"\r{percent} % done")
    sys.stdout.flush()
while not os.path.exists("go"):
    time.sleep(0.01)
print("\r100 % done")
"#;

#[test]
fn a_progress_bar_moves_while_it_runs_and_is_one_line_in_the_end() {
    let _guard = watchdog("a progress bar");
    let Some(stage) = Stage::with(BAR) else {
        return;
    };
    let python = [("FORKLORE_PYTHON", stage.python.as_str())];
    let mut terminal = Terminal::open(&stage.home, 80, &["try", "my.py"], &python);
    terminal.wait_for_output("30 % done");
    stage.home.write("go", "");
    terminal.wait_for_output("my.py ran");
    assert_eq!(terminal.exit_code(), 0);
    let piped = stage.run(&["try", "my.py"]).well().out;
    assert!(piped.starts_with("100 % done\n\n"), "{piped}");
}
