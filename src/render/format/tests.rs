//! A fixed recording in every format.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::*;
use crate::{
    record::{Backend, Recording, Value},
    report::{self, Column, SummaryTable, Table, tables},
};

fn recording(name: &str) -> Recording {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/fixtures");
    Recording::load(&folder.join(name)).expect("a fixture loads")
}

/// Three backends on four cores, and one that could not run.
fn comparison() -> Report {
    let recording = recording("parallel.jsonl");
    let run = recording.run();
    let workers = run.workers(Backend::Processes);
    let tables = vec![
        tables::backend_table(&run),
        tables::workers_table("Workers of the last trial", &workers),
    ];
    report::build_report(&recording, tables)
}

/// A run that was stopped. One worker was killed, and one printed control characters.
fn stopped() -> Report {
    let recording = recording("numbers.jsonl");
    let run = recording.run();
    let mut said = Table::new("What they printed", &["name", "text", "error stream"]);
    for worker in run.all_workers() {
        for line in worker.output {
            let name = Value::text(worker.name.clone());
            said.add_row([name, Value::text(line.text), Value::Flag(line.stderr)]);
        }
    }
    report::build_report(&recording, vec![tables::worker_table(&run), said])
}

fn written(of: &Report, format: Format, style: Style) -> String {
    let mut bytes = Vec::new();
    write_report(of, format, &style, &mut bytes).expect("memory takes it");
    String::from_utf8(bytes).expect("text")
}

fn text(of: &Report, width: usize) -> String {
    written(of, Format::Text, Style::without_color(width))
}

fn formats_with_tables() -> impl Iterator<Item = Format> {
    Format::ALL
        .into_iter()
        .filter(|format| format.require_tables().is_ok())
}

#[test]
fn a_format_of_pictures_says_which_formats_fit_where_there_are_none() {
    let style = Style::without_color(80);
    for format in [Format::Svg, Format::Trace] {
        let error = write_report(&stopped(), format, &style, &mut Vec::new());
        let message = error.expect_err("nothing to draw").to_string();
        assert!(
            message.contains("text, plain, json, csv, md and html"),
            "{message}"
        );
    }
    // Bars are no timeline.
    let bars = report::Picture::new("Bars", report::PictureShape::Bars(Vec::new()));
    let with_bars = Report {
        pictures: vec![bars],
        ..stopped()
    };
    let write = |format| write_report(&with_bars, format, &style, &mut Vec::new());
    assert!(write(Format::Svg).is_ok() && write(Format::Trace).is_err());
}

#[test]
fn a_trace_has_a_named_thread_and_complete_events_for_each_lane() {
    let recording = recording("parallel.jsonl");
    let report = Report {
        pictures: report::pictures::worker_timelines(&recording.run()),
        ..comparison()
    };
    let trace = written(&report, Format::Trace, Style::without_color(80));
    let trace: serde_json::Value = serde_json::from_str(&trace).expect("one object");
    let events = trace["traceEvents"].as_array().expect("a list");
    let named = |what: &str| events.iter().filter(|event| event["name"] == what).count();
    // Serial, threads and processes; one thread, four, and four.
    assert_eq!((named("process_name"), named("thread_name")), (3, 9));
    let mut spans = events.iter().filter(|event| event["ph"] == "X");
    assert!(spans.all(|span| span["ts"].as_f64() >= Some(0.0) && span["dur"].as_f64() > Some(0.0)));
    let work = events
        .iter()
        .find(|event| event["cat"] == "computing")
        .expect("work");
    let length_us = work["dur"].as_f64().expect("a length");
    assert!((323_000.0..325_000.0).contains(&length_us), "{work}");
    assert!(work["args"]["computing"].as_f64() > Some(0.6), "{work}");
}

/// The rules of the Trace Event Format for the events that are used: metadata (`M`) names processes and threads before
/// complete events (`X`) refer to them, and those of a thread do not overlap.
#[test]
fn a_trace_is_in_the_format_of_chrome_traces() {
    for fixture in ["parallel.jsonl", "pythons.jsonl"] {
        let recording = recording(fixture);
        let report = Report {
            pictures: report::pictures::worker_timelines(&recording.run()),
            ..comparison()
        };
        let trace = written(&report, Format::Trace, Style::without_color(80));
        let trace: serde_json::Value = serde_json::from_str(&trace).expect("one object");
        assert!(["ms", "ns"].contains(&trace["displayTimeUnit"].as_str().expect("a unit")));
        assert!(trace["otherData"].is_object());
        let events = trace["traceEvents"].as_array().expect("a list");
        let (mut named, mut ends) = (BTreeSet::new(), BTreeMap::new());
        for event in events {
            let [pid, tid] = ["pid", "tid"].map(|id| event[id].as_u64().expect("a whole number"));
            let name = event["name"].as_str().expect("a name");
            assert!(event["args"].is_object(), "{event}");
            if event["ph"] == "M" {
                let thread = match name {
                    "process_name" => None,
                    "thread_name" => Some(tid),
                    other => panic!("{other} is no metadata"),
                };
                assert!(!event["args"]["name"].as_str().expect("a name").is_empty());
                assert!(named.insert((pid, thread)), "named twice: {event}");
                continue;
            }
            assert_eq!(event["ph"], "X");
            assert!(event["cat"].is_string(), "{event}");
            assert!(
                named.contains(&(pid, None)) && named.contains(&(pid, Some(tid))),
                "{event}"
            );
            let [from_us, length_us] = ["ts", "dur"].map(|key| event[key].as_f64().expect("µs"));
            let last_us = ends.insert((pid, tid), from_us + length_us).unwrap_or(0.0);
            assert!(length_us >= 0.0 && from_us > last_us - 1e-3, "{event}");
        }
        let threads = named.iter().filter(|(_, thread)| thread.is_some());
        assert_eq!(threads.count(), ends.len());
    }
}

#[test]
fn a_comparison_at_three_widths() {
    let report = comparison();
    insta::assert_snapshot!("comparison_60", text(&report, 60));
    insta::assert_snapshot!("comparison_80", text(&report, 80));
    insta::assert_snapshot!("comparison_120", text(&report, 120));
}

/// Native backends, the model of the GIL, and three Pythons on two cores.
fn beside_pythons() -> Report {
    let recording = recording("pythons.jsonl");
    let run = recording.run();
    let first = run.python_runs()[0].workers(Backend::PythonProcesses);
    let tables = vec![
        tables::backend_table(&run),
        tables::workers_table("Workers of the last trial", &first),
    ];
    report::build_report(&recording, tables)
}

#[test]
fn pythons_beside_native_rows_at_three_widths() {
    let report = beside_pythons();
    insta::assert_snapshot!("pythons_60", text(&report, 60));
    insta::assert_snapshot!("pythons_80", text(&report, 80));
    insta::assert_snapshot!("pythons_120", text(&report, 120));
}

#[test]
fn a_stopped_run_at_three_widths() {
    let report = stopped();
    insta::assert_snapshot!("stopped_30", text(&report, 30));
    insta::assert_snapshot!("stopped_80", text(&report, 80));
    insta::assert_snapshot!("stopped_120", text(&report, 120));
}

#[test]
fn colours_are_escapes_around_the_same_text() {
    let coloured = Style {
        color: true,
        ..Style::without_color(80)
    };
    let coloured = written(&stopped(), Format::Text, coloured);
    insta::assert_snapshot!("stopped_80_coloured", coloured.replace('\u{1b}', "␛"));
}

#[test]
fn ascii_for_terminals_without_more() {
    let ascii = Style {
        ascii: true,
        ..Style::without_color(120)
    };
    let text = written(&comparison(), Format::Text, ascii);
    assert!(text.is_ascii());
    insta::assert_snapshot!("comparison_120_ascii", text);
    assert!(written(&stopped(), Format::Plain, ascii).is_ascii());
}

#[test]
fn lists_for_screen_readers() {
    let accessible = Style {
        accessible: true,
        ..Style::without_color(80)
    };
    let text = written(&stopped(), Format::Text, accessible);
    insta::assert_snapshot!("stopped_80_accessible", text);
}

#[test]
fn the_other_formats() {
    let style = Style::without_color(80);
    insta::assert_snapshot!("stopped_plain", written(&stopped(), Format::Plain, style));
    insta::assert_snapshot!("comparison_csv", written(&comparison(), Format::Csv, style));
    insta::assert_snapshot!("stopped_md", written(&stopped(), Format::Md, style));
}

#[test]
fn json_is_one_object_whatever_the_style() {
    let style = Style {
        color: true,
        ascii: true,
        ..Style::without_color(20)
    };
    let text = written(&stopped(), Format::Json, style);
    let json: serde_json::Value = serde_json::from_str(&text).expect("one object");
    assert_eq!(json["schema"], "forklore.report/1");
    assert_eq!(json["outcome"]["why"], "stopped by Ctrl-C");
    assert!(!text.contains('\u{1b}'), "escapes are escaped");
}

/// A report of an observed program: a line of its own, advice, and its own command.
fn watched() -> Report {
    let mut of = stopped();
    of.tables
        .insert(0, Table::new("my.py ran 1.2 s; exit 0", &[]));
    of.advice = vec![report::AdviceItem {
        id: "start-without-join".to_owned(),
        says: "Call `join()` on each process.".to_owned(),
        because: "Process-1 (PID 4711) was never joined.".to_owned(),
    }];
    of.again = Some("try my.py 4".to_owned());
    of
}

#[test]
fn advice_and_a_line_by_itself_are_in_every_format() {
    for format in formats_with_tables() {
        let text = written(&watched(), format, Style::without_color(80));
        for part in ["join()", "PID 4711"] {
            assert!(text.contains(part), "{format}: {part}: {text}");
        }
        let line = text.contains("my.py ran 1.2 s; exit 0");
        assert_eq!(line, format != Format::Csv, "{format}: {text}");
        assert!(!text.contains("nothing was measured"), "{text}");
    }
    let text = text(&watched(), 80);
    assert!(text.contains("1. Start without join: Call"), "{text}");
    assert!(text.contains("Again: `try my.py 4`"), "{text}");
    let json = written(&watched(), Format::Json, Style::without_color(80));
    let json: serde_json::Value = serde_json::from_str(&json).expect("one object");
    assert_eq!(json["advice"][0]["id"], "start-without-join");
    assert!(json.get("again").is_none(), "what is typed is for people");
}

#[test]
fn pictures_are_for_eyes() {
    let mut table = Table::new("Who lived when", &["who", "0 to 1 s", "in words"]);
    table.columns[1].picture = Some("█ lived.");
    table.add_row(["main", "████", "all the time"].map(Value::text));
    let shown = |format, accessible| {
        let style = Style {
            accessible,
            ..Style::without_color(80)
        };
        let mut bytes = Vec::new();
        write_tables(std::slice::from_ref(&table), format, &style, &mut bytes)
            .expect("memory takes it");
        String::from_utf8(bytes).expect("text")
    };
    assert!(shown(Format::Text, false).contains("█ lived."));
    for text in [shown(Format::Text, true), shown(Format::Plain, false)] {
        assert!(
            !text.contains('█') && text.contains("all the time"),
            "{text}"
        );
    }
}

#[test]
fn a_csv_file_is_rectangular() {
    let text = written(&comparison(), Format::Csv, Style::without_color(80));
    let mut csv = ::csv::Reader::from_reader(text.as_bytes());
    let columns = csv.headers().expect("a head").len();
    let rows: Vec<::csv::StringRecord> = csv.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 8);
    assert!(rows.iter().all(|row| row.len() == columns));
}

#[test]
fn a_name_is_a_format_or_an_error_that_lists_them() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    let error = "xml".parse::<Format>().expect_err("no such format");
    assert!(error.contains("text, plain, json, csv, md"), "{error}");
}

/// A pipe that is closed after this many bytes.
struct Closing(usize);

impl io::Write for Closing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_control_character_of_a_listing_is_written() {
    let document = Document {
        listing: Some("l\u{1b}[31m/lesson.md:1:1: error\n".to_owned()),
        ..Document::default()
    };
    for format in formats_with_tables() {
        let mut bytes = Vec::new();
        write_document(&document, format, &Style::without_color(80), &mut bytes).unwrap();
        assert!(!bytes.contains(&0x1b), "{}", format.name());
    }
}

#[test]
fn a_closed_pipe_is_passed_up_as_one() {
    let of = stopped();
    for format in formats_with_tables() {
        let style = Style::without_color(80);
        let error = write_report(&of, format, &style, &mut Closing(9)).expect_err("it closed");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{format}");
    }
}

#[test]
fn a_figure_that_a_narrow_table_leaves_out_has_no_note() {
    let figures = ["concurrency", "efficiency", "throughput", "additions lost"];
    let mut table = Table::new("", &["world"]);
    table.columns.extend(figures.map(Column::from));
    for (world, lost) in [
        ("threads", Value::count(7)),
        ("subinterpreters", Value::missing("they have no counter")),
    ] {
        let mut row = vec![Value::from(world)];
        row.extend([1.0, 2.0, 3.0].map(Value::Ratio));
        row.push(lost);
        table.add_row(row);
    }
    let worlds = vec![("Rust".to_owned(), table)];
    let report = Report {
        summary: SummaryTable::merge_worlds("", worlds, &figures),
        ..comparison()
    };
    let shown = |width| {
        let mut text = Vec::new();
        let style = Style::without_color(width);
        write_summary(&report, Format::Text, &style, &mut text).expect("memory takes it");
        String::from_utf8(text).expect("text")
    };
    assert!(shown(80).contains("they have no counter"));
    let narrow = shown(46);
    assert!(
        !narrow.contains("lost") && !narrow.contains("counter"),
        "{narrow}"
    );
    let style = Style::without_color(46);
    let end = |at_prompt| {
        let end = ReportEnd {
            has_machine: false,
            at_prompt,
            has_table: true,
        };
        let mut text = Vec::new();
        write_report_end(&report, end, Format::Text, &style, &mut text).expect("written");
        String::from_utf8(text).expect("text").replace('\n', " ")
    };
    let said =
        "Left out at this width: throughput and additions lost. `more table` shows all columns.";
    assert!(end(true).contains(said), "{}", end(true));
    assert!(end(false).contains("`--format plain` shows"));
    let mut whole = Vec::new();
    write_part(
        &report,
        crate::report::TABLE,
        Format::Text,
        &style,
        &mut whole,
    )
    .expect("written");
    let whole = String::from_utf8(whole).expect("text");
    assert!(whole.contains("they have no counter"), "{whole}");
}

#[test]
fn load_is_spoken_of_above_times_only() {
    let mut report = comparison();
    report.disturbance = Some("Other programs used 1.4 of your 2 cores.".to_owned());
    let summary = |report: &Report| {
        let mut out = Vec::new();
        write_summary(report, Format::Text, &Style::without_color(80), &mut out).expect("written");
        String::from_utf8(out)
            .expect("UTF-8")
            .contains("Other programs")
    };
    let mut table = Table::new("", &["worker", "PIDs"]);
    table.add_row(["Process-1".into(), Value::Count(1)]);
    let merge = |table: &Table, figure| {
        SummaryTable::merge_worlds("", vec![(String::new(), table.clone())], &[figure])
    };
    report.summary = merge(&table, "PIDs");
    assert!(!summary(&report));
    for spoilt in [Value::Seconds(0.1), Value::Ratio(1.9), "too noisy".into()] {
        let mut table = Table::new("", &["worker", "figure"]);
        table.add_row(["Process-1".into(), spoilt]);
        report.summary = merge(&table, "figure");
        assert!(summary(&report));
    }
}
