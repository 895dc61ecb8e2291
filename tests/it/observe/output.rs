//! Long output: every line is counted, its end is kept, and the memory is limited.

use forklore::record::{EventKind, Value};

use super::{Script, lines, number, shell, texts, values};
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

#[test]
fn output_of_shells_and_of_c_is_in_order_and_has_its_process() {
    let _guard = watchdog("output of shells");
    let script = r#"
import ctypes, multiprocessing, os, subprocess, sys

def write_all(who):
    print("printed by", who)
    os.system(f"echo a shell of {who}")
    os.write(1, f"written by {who}\n".encode())
    subprocess.run(["echo", f"a command of {who}"])
    ctypes.CDLL(None).puts(f"C of {who}".encode())
    ctypes.CDLL(None).fflush(None)
    print("again", who)

if __name__ == "__main__":
    write_all("main")
    child = multiprocessing.get_context("fork").Process(target=write_all, args=("child",))
    child.start()
    child.join()
    print("joined")
"#;
    let Some(script) = Script::of(script) else {
        return;
    };
    let mut expected = Vec::new();
    for who in ["main", "child"] {
        for text in [
            "printed by",
            "a shell of",
            "written by",
            "a command of",
            "C of",
            "again",
        ] {
            expected.push((who.to_owned(), format!("{text} {who}")));
        }
    }
    expected.push(("main".to_owned(), "joined".to_owned()));
    assert_eq!(lines(script.watched().run()), expected);
}

#[test]
fn what_is_redirected_goes_where_the_program_wants_it() {
    let _guard = watchdog("redirected output");
    let script = r#"
import multiprocessing, os, subprocess, sys

def print_into_file():
    with open("out.txt", "w") as file:
        os.dup2(file.fileno(), 1)
    print("into the file", flush=True)
    subprocess.run([sys.executable, "-c", "print('from its Python')"])

if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    child = multiprocessing.get_context("fork").Process(target=print_into_file)
    child.start()
    child.join()
    say = [sys.executable, "-c", "import sys; print('said'); print('warned', file=sys.stderr)"]
    piped = subprocess.run(say, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    both = subprocess.run(say, stderr=subprocess.STDOUT)
    print(open("out.txt").read().split("\n"), piped.stdout, piped.stderr)
    with open("/dev/stdout", "w") as file:
        file.write("opened again\n")
"#;
    let Some(script) = Script::of(script) else {
        return;
    };
    let expected = [
        "said",
        "warned",
        r"['into the file', 'from its Python', ''] b'said\n' b'warned\n'",
        "opened again",
    ];
    assert_eq!(texts(script.watched().run()), expected);
}

#[test]
fn all_streams_and_processes_are_in_the_order_of_their_writes() {
    let _guard = watchdog("the order of output");
    let script = r#"
import multiprocessing, sys

def answer(questions):
    for number in range(20):
        questions.recv()
        print("pong", number)
        questions.send(None)

if __name__ == "__main__":
    for number in range(20):
        print("out", number)
        print("err", number, file=sys.stderr)
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.Process(target=answer, args=(theirs,))
    child.start()
    for number in range(20):
        print("ping", number)
        ours.send(None)
        ours.recv()
    child.join()
"#;
    let Some(script) = Script::of(script) else {
        return;
    };
    let recording = script.watched();
    let printed: Vec<String> = recording
        .run()
        .events()
        .filter_map(|event| match &event.what {
            EventKind::Output { text, .. } => Some(text.clone()),
            _ => None,
        })
        .collect();
    let pairs = |first: &'static str, second: &'static str| {
        (0..20).flat_map(move |number| [first, second].map(|text| format!("{text} {number}")))
    };
    let expected: Vec<String> = pairs("out", "err").chain(pairs("ping", "pong")).collect();
    assert_eq!(printed, expected);
}

#[test]
fn a_signal_handler_may_print_while_the_program_prints() {
    let _guard = watchdog("a handler that prints");
    let script = r#"
import signal
signal.signal(signal.SIGALRM, lambda *_: print("from the handler"))
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
for number in range(20_000):
    print("from the program")
signal.setitimer(signal.ITIMER_REAL, 0)
print("the end")
"#;
    let Some(script) = Script::of(script) else {
        return;
    };
    let recording = script.watched();
    let run = recording.run();
    let main = [("kind", "main")];
    assert_eq!(
        number(run, "exitcode", &main),
        Some(0.0),
        "{:?}",
        texts(run)
    );
    let printed = number(run, "lines", &[("stream", "out"), ("kind", "main")]);
    assert!(printed > Some(20_001.0), "{printed:?}");
    assert_eq!(
        number(run, "lines", &[("stream", "err"), ("kind", "main")]),
        Some(0.0)
    );
}

#[test]
fn every_line_of_a_flood_is_counted() {
    let _guard = watchdog("a flood");
    let script = r#"
import multiprocessing

def count():
    for number in range(50_000):
        print(number)

if __name__ == "__main__":
    for number in range(200_000):
        print(number)
    children = [multiprocessing.Process(target=count) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
"#;
    let Some(script) = Script::of(script) else {
        return;
    };
    let recording = script.watched();
    let run = recording.run();
    let main = [("stream", "out"), ("kind", "main")];
    assert_eq!(number(run, "lines", &main), Some(200_000.0));
    let children = [("stream", "out"), ("kind", "child")];
    assert_eq!(run.number_series("lines", &children), [50_000.0; 2]);
    assert_eq!(texts(run).last().map(String::as_str), Some("49999"));
}

#[test]
fn a_very_long_line_stays_one_line() {
    let _guard = watchdog("a long line");
    let Some(script) = Script::of("print('x' * 300_000)\nprint('the end')") else {
        return;
    };
    let long = "x".repeat(300_000);
    assert_eq!(texts(script.watched().run()), [long.as_str(), "the end"]);
}
