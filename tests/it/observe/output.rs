//! Long output: every line is counted, its end is kept, and the memory is limited.

use forklore::record::Value;

use super::{Script, number, shell, texts, values};
use crate::support::watchdog;

#[test]
fn one_large_write_is_exactly_its_lines_and_costs_little_memory() {
    let _guard = watchdog("a large write");
    // 5 MB; its lines have multi-byte characters, which must not be split.
    let script = r#"
import sys
sys.stdout.write("".join(f"line {n:05} – {'ä' * 40}\n" for n in range(50_000)))
"#;
    let Some(script) = Script::of(script) else {
        return;
    };
    let recording = script.watched();
    let run = recording.run();
    assert_eq!(number(run, "exitcode", &[("kind", "main")]), Some(0.0));
    let lines = [("stream", "out"), ("kind", "main")];
    assert_eq!(number(run, "lines", &lines), Some(50_000.0));
    for (number, line) in texts(run).iter().take(1_000).enumerate() {
        assert_eq!(*line, format!("line {number:05} – {}", "ä".repeat(40)));
    }
    // Python has this text a few times. Quoting the whole rest for each piece took a thousand times as much.
    let peak = run.all_workers()[0].usage.resident_bytes;
    assert!(peak.is_some_and(|bytes| bytes < 150 << 20), "{peak:?}");
}

#[test]
fn whatever_is_written_at_once_arrives_as_it_is() {
    let _guard = watchdog("all kinds of text");
    // Characters that take up to six times the space when quoted, multi-byte characters without a newline, and
    // bytes that are not UTF-8.
    let script = r#"
import sys
out = sys.stdout.buffer
out.write(b'"\\\x01' * 5_000 + b"\n")
out.write("€".encode() * 5_000 + b"\n")
out.write(b"\xff" * 5_000 + b"\n" + b"the end without a newline")
"#;
    let Some(script) = Script::of(script) else {
        return;
    };
    let recording = script.watched();
    let expected = [
        "\"\\\u{1}".repeat(5_000),
        "€".repeat(5_000),
        "\u{fffd}".repeat(5_000),
        "the end without a newline".to_owned(),
    ];
    assert_eq!(texts(recording.run()), expected);
}

#[test]
fn the_end_of_a_long_output_is_kept_too() {
    let _guard = watchdog("a long output");
    // From a Python, whose lines come with its name, and through pipes.
    let from_shell = shell("seq 1 15000; echo the result");
    let script = Script::of("for n in range(15_000): print(n + 1)\nprint('the result')");
    let from_python = script.map(|script| script.watched());
    for recording in [Some(from_shell), from_python].into_iter().flatten() {
        let run = recording.run();
        let lines = texts(run);
        assert!(lines.starts_with(&["1".to_owned(), "2".to_owned()]));
        let end = ["14999", "15000", "the result"];
        assert_eq!(lines[lines.len() - 3..], end);
        let last = run.all_workers()[0]
            .output
            .last()
            .map(|line| line.text.clone());
        assert_eq!(last, Some("the result".to_owned()));
        let count = number(run, "lines", &[("stream", "out"), ("kind", "main")]);
        assert_eq!(count, Some(15_001.0));
        let numbered = [("n", "15001")];
        assert_eq!(values(run, "line", &numbered), [Value::text("the result")]);
    }
}
