//! Pictures of fixed recordings, on a terminal, in words and as SVG.

use std::path::Path;

use proptest::prelude::*;

use super::{chart::format_values, *};
use crate::{
    record::{Recording, Value},
    render::{Format, write_document},
    report::{
        CurveLine, CurvePoint, Document, FigureBar, LaneState, PictureShape, SpeedupCurve,
        SummaryTable, Table, TimelineLane, TimelineSpan, ValueSpread, pictures,
    },
};

fn recording(name: &str) -> Recording {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/fixtures");
    Recording::load(&folder.join(name)).expect("a fixture loads")
}

/// What each worker of three backends did.
fn timeline() -> Picture {
    let recording = recording("parallel.jsonl");
    pictures::worker_timelines(&recording.run()).remove(0)
}

/// Speed-ups under Rust and a Python.
fn speedups() -> Picture {
    let table = |figures: [f64; 2]| {
        let mut table = Table::new("", &["workers", "speed-up [×]"]);
        for (name, figure) in ["2 threads", "2 processes"].into_iter().zip(figures) {
            table.add_row([name.into(), Value::Ratio(figure)]);
        }
        table
    };
    let worlds = vec![
        ("Rust".to_owned(), table([1.93, 1.99])),
        ("CPython 3.13".to_owned(), table([0.99, 1.72])),
    ];
    let summary = SummaryTable::merge_worlds("The same computation", worlds, &["speed-up"]);
    pictures::figure_bars(&summary, "speed-up").expect("four bars")
}

fn drawn(picture: &Picture, style: Style) -> String {
    let mut bytes = Vec::new();
    write_picture(picture, &style, &mut bytes).expect("memory takes it");
    String::from_utf8(bytes).expect("text")
}

#[test]
fn a_timeline_fits_wide_and_narrow_terminals() {
    insta::assert_snapshot!("timeline_80", drawn(&timeline(), Style::without_color(80)));
    insta::assert_snapshot!("timeline_50", drawn(&timeline(), Style::without_color(50)));
}

#[test]
fn bars_stand_below_their_world() {
    insta::assert_snapshot!("bars_80", drawn(&speedups(), Style::without_color(80)));
    insta::assert_snapshot!("bars_40", drawn(&speedups(), Style::without_color(40)));
}

#[test]
fn times_have_the_spread_of_their_rounds() {
    let recording = recording("parallel.jsonl");
    let times = pictures::time_bars(&recording.run(), "Time").expect("three bars");
    let words = Style {
        accessible: true,
        ..Style::without_color(80)
    };
    let styles = [Style::without_color(80), Style::without_color(50), words];
    let shown = styles.map(|style| drawn(&times, style)).join("\n");
    insta::assert_snapshot!("times", shown);
    insta::assert_snapshot!("times_svg", svg::draw_file(&[times], "generated"));
}

#[test]
fn the_ends_of_a_spread_have_units_of_their_own_where_these_differ() {
    let time = |median, ends| FigureBar {
        group: "Rust".to_owned(),
        name: "one thread".to_owned(),
        value: Value::Seconds(median),
        spread: Some(ends),
    };
    let values = |median, ends| format_values(&[time(median, ends)]);
    assert_eq!(values(1.05, [1.01, 1.08]), ["1.05 s (1.01–1.08)"]);
    assert_eq!(values(1.05, [0.98, 1.12]), ["1.05 s (980 ms – 1.12 s)"]);
    assert_eq!(values(1.05, [0.97, 0.98]), ["1.05 s (970 ms – 980 ms)"]);
}

#[test]
fn ascii_has_other_signs_and_a_screen_reader_gets_words() {
    let ascii = Style {
        ascii: true,
        ..Style::without_color(60)
    };
    let text = drawn(&timeline(), ascii) + &drawn(&speedups(), ascii);
    assert!(text.is_ascii(), "{text}");
    let accessible = Style {
        accessible: true,
        ..Style::without_color(80)
    };
    insta::assert_snapshot!(
        "in_words",
        drawn(&timeline(), accessible) + &drawn(&speedups(), accessible)
    );
}

#[test]
fn a_picture_is_no_higher_than_a_terminal() {
    let lane = |at: usize| TimelineLane {
        group: format!("a group with a long name {}", at / 2),
        name: format!("Process-{at}"),
        spans: vec![TimelineSpan::new(LaneState::Computing, 0.0, 0.5)],
    };
    let lanes = (0..40).map(lane).collect();
    let many = Picture::new("Many workers", PictureShape::Timeline(lanes));
    for width in [50, 80] {
        let text = drawn(&many, Style::without_color(width));
        assert!(text.lines().count() <= 22, "{text}");
        assert!(text.contains("left out here"), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= width),
            "{text}"
        );
    }
}

#[test]
fn a_label_of_characters_of_other_widths_is_not_drawn_into_a_lane() {
    // A wide character and one without a width have together as many columns as characters.
    for label in ["a\u{20000}\u{300}", "\u{e000}a¡ \u{3fffe}\u{20000}\t"] {
        let span = TimelineSpan::new(LaneState::Task, 0.0, 1.0).labelled(label.to_owned());
        let lane = TimelineLane {
            group: String::new(),
            name: "p1".to_owned(),
            spans: vec![span],
        };
        let picture = Picture::new("One task", PictureShape::Timeline(vec![lane]));
        let text = drawn(&picture, Style::without_color(40));
        assert!(
            text.lines()
                .all(|line| crate::render::text::display_width(line) <= 40),
            "{text}"
        );
        assert!(!text.contains('\u{20000}'), "{text}");
    }
}

/// Two kinds of workers on two cores, the second of which gains nothing.
fn curve() -> Picture {
    let line = |name: &str, two: f64| CurveLine {
        name: name.to_owned(),
        points: [(1.0, 1.0), (2.0, two), (4.0, two * 0.98)]
            .map(|(workers, speedup)| CurvePoint {
                workers,
                speedup,
                low: speedup * 0.9,
                high: speedup * 1.05,
            })
            .to_vec(),
    };
    let lines = vec![
        line("Rust: processes", 1.92),
        line("Rust: gil-threads", 0.98),
    ];
    Picture::new(
        "Speed-up by the number of workers",
        PictureShape::Curve(SpeedupCurve { cores: 2.0, lines }),
    )
}

/// Starts that differ by powers of ten.
fn spreads() -> Picture {
    let values = |factor: f64| (1..=9).map(|value| f64::from(value) * factor).collect();
    let series = vec![
        ("Rust".to_owned(), "thread".to_owned(), values(1e-5)),
        ("Rust".to_owned(), "process".to_owned(), values(1e-3)),
    ];
    pictures::value_spreads("How long a start and a join take", series).expect("several values")
}

#[test]
fn a_curve_and_a_distribution_on_a_terminal() {
    let shown = |width| {
        let style = Style::without_color(width);
        drawn(&curve(), style) + "\n" + &drawn(&spreads(), style)
    };
    insta::assert_snapshot!("plots_80", shown(80));
    insta::assert_snapshot!("plots_50", shown(50));
    let ascii = Style {
        ascii: true,
        ..Style::without_color(60)
    };
    let text = drawn(&curve(), ascii) + &drawn(&spreads(), ascii);
    assert!(text.is_ascii(), "{text}");
    let words = Style {
        accessible: true,
        ..Style::without_color(80)
    };
    insta::assert_snapshot!(
        "plots_in_words",
        drawn(&curve(), words) + &drawn(&spreads(), words)
    );
}

#[test]
fn svg_of_a_comparison() {
    insta::assert_snapshot!(
        "svg",
        svg::draw_file(&[speedups(), timeline(), curve(), spreads()], "generated")
    );
}

/// Checks that a text is well-formed XML; a page of HTML is, without its first line.
fn assert_well_formed(text: &str) {
    let text = text.strip_prefix("<!DOCTYPE html>\n").unwrap_or(text);
    let parsed = roxmltree::Document::parse(text);
    assert!(parsed.is_ok(), "{:?}\n{text}", parsed.err());
}

fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..20).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_label_gives_well_formed_pages(title in any_text(), group in any_text(), name in any_text(), number in prop_oneof![1e-9..1e3f64, any::<f64>()]) {
        let bars = vec![FigureBar { group: group.clone(), name: name.clone(), value: Value::Seconds(number), spread: Some([number * 0.9, number * 1.1]) }];
        let spans = vec![TimelineSpan::new(LaneState::Task, 0.0, 1.0).labelled(name.clone())];
        let lanes = vec![TimelineLane { group, name: name.clone(), spans }];
        let pictures = [
            Picture::new(&title, PictureShape::Bars(bars)).with_note(&name),
            Picture::new(&title, PictureShape::Timeline(lanes)),
            Picture::new(&title, PictureShape::Spreads(vec![ValueSpread { group: title.clone(), name: name.clone(), values: vec![number] }])),
            Picture::new(&title, PictureShape::Curve(SpeedupCurve {
                cores: number,
                lines: vec![CurveLine { name: name.clone(), points: CurvePoint::from_rounds(2.0, &[number]).into_iter().collect() }],
            })),
        ];
        let mut table = Table::new(&title, &[&title, &name]);
        table.add_row([Value::text(&title), Value::text(&name)]);
        table.add_note(&name);
        let document = Document { pictures: &pictures, ..Document::from_tables(vec![table]) };
        for format in [Format::Svg, Format::Html] {
            let mut bytes = Vec::new();
            write_document(&document, format, &Style::without_color(80), &mut bytes).expect("memory takes it");
            assert_well_formed(std::str::from_utf8(&bytes).expect("text"));
        }
        for width in [40, 80] {
            for picture in pictures.iter().filter(|_| (1e-9..1e3).contains(&number)) {
                let text = drawn(picture, Style::without_color(width));
                prop_assert!(text.lines().all(|line| crate::render::text::display_width(line) <= width), "{}", text);
            }
        }
    }
}
