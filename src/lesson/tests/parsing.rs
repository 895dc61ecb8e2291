//! How a valid lesson is read.

use super::*;
use crate::{
    catalog::demos,
    lesson::{
        Block, CodeBlock, DemoBlock, InstructorNote, ProgramFile, Quiz, QuizAnswer, QuizChoice,
        StaticTable,
    },
    record::Params,
};

#[test]
fn the_front_matter_is_what_lists_show() {
    let lesson = good("## Start\n\nWords.\n");
    assert_eq!(lesson.number, 6);
    assert_eq!(lesson.slug, "four-processes");
    assert_eq!(lesson.title, "Four processes");
    assert_eq!(lesson.minutes, 15);
    assert_eq!(lesson.summary, "Start, join, and see who is first.");
}

#[test]
fn every_heading_of_the_second_level_begins_a_step() {
    let lesson = good("\n## First `join`\n\nOne.\n\n### A part\n\nTwo.\n\n## Second\nThree.\n");
    let steps: Vec<(&str, usize)> = lesson
        .steps
        .iter()
        .map(|step| (step.title.as_str(), step.line))
        .collect();
    assert_eq!(steps, [("First join", 10), ("Second", 18)]);
    let prose = Block::Markdown("One.\n\n### A part\n\nTwo.".to_owned());
    assert_eq!(lesson.steps[0].blocks, [prose]);
}

#[test]
fn what_stands_before_the_first_heading_is_a_step_with_the_lessons_title() {
    let lesson = good("Welcome.\n\n## Start\n\nWords.\n");
    assert_eq!(lesson.steps.len(), 2);
    assert_eq!(lesson.steps[0].title, "Four processes");
    assert_eq!(lesson.steps[1].title, "Start");
}

#[test]
fn a_heading_inside_code_is_code() {
    let lesson = good("## Start\n\n```python\n## no heading\n```\n");
    assert_eq!(lesson.steps.len(), 1);
    let code = CodeBlock {
        lang: "python".to_owned(),
        text: "## no heading".to_owned(),
    };
    assert_eq!(lesson.steps[0].blocks, [Block::Code(code)]);
}

#[test]
fn code_may_hold_fences_that_are_shorter_than_its_own() {
    let lesson = good("## Start\n\n~~~~text\n~~~\n```\n~~~~\nAfter.\n");
    let Block::Code(code) = &lesson.steps[0].blocks[0] else {
        panic!("{:?}", lesson.steps);
    };
    assert_eq!(code.text, "~~~\n```");
    assert_eq!(
        lesson.steps[0].blocks[1],
        Block::Markdown("After.".to_owned())
    );
}

#[test]
fn a_demo_takes_the_settings_of_the_command_line() {
    let lesson = good(
        "## Start\n\n```forklore demo\nrun = \"parallel\"\nworkers = 2\nworkload = \"matmul\"\n\
         backends = [\"serial\", \"processes\"]\ncaption = \"Watch the cores.\"\npicture = true\n```\n",
    );
    let demo = DemoBlock {
        spec: &demos::PARALLEL,
        params: Params {
            workers: Some(2),
            workload: Some("matmul".to_owned()),
            backends: vec![Backend::Serial, Backend::Processes],
            ..Params::default()
        },
        caption: Some("Watch the cores.".to_owned()),
        picture: true,
        recorded: None,
    };
    assert_eq!(lesson.steps[0].blocks, [Block::Demo(demo)]);
}

#[test]
fn a_quiz_has_a_why_for_every_choice() {
    let lesson = good(
        "## Start\n\n```forklore quiz\nid = \"first\"\nquestion = \"Who is first?\"\n\
         [[choice]]\ntext = \"The first\"\nwhy = \"Not always.\"\n\
         [[choice]]\ntext = \"Nobody knows\"\nright = true\nwhy = \"The system decides.\"\n```\n",
    );
    let Block::Quiz(quiz) = &lesson.steps[0].blocks[0] else {
        panic!("{:?}", lesson.steps);
    };
    assert!(!quiz.several());
    let choice = |text: &str, right, why: &str| QuizChoice {
        text: text.to_owned(),
        right,
        why: why.to_owned(),
    };
    let expected = Quiz {
        id: "first".to_owned(),
        question: "Who is first?".to_owned(),
        answer: QuizAnswer::Choices(vec![
            choice("The first", false, "Not always."),
            choice("Nobody knows", true, "The system decides."),
        ]),
        ..Quiz::default()
    };
    assert_eq!(**quiz, expected);
}

#[test]
fn tables_notes_and_programs_are_blocks_too() {
    let lesson = good(
        "## Start\n\nWords.\n\n```forklore table\ncaption = \"Two ways\"\ncolumns = [\"a\", \"b\"]\n\
         rows = [[\"1\", \"2\"], [\"3\", \"4\"]]\n```\n\n\
         ```forklore note\nminutes = 3\ntext = \"\"\"\nAsk first.\nThen run.\n\"\"\"\n```\n\n\
         ```forklore program\nfile = \"python/hello.py\"\nbeside = \"\"\"\nfn hello() {}\n\"\"\"\n```\n",
    );
    let owned = |words: [&str; 2]| words.map(str::to_owned).to_vec();
    let blocks = [
        Block::Markdown("Words.".to_owned()),
        Block::Table(StaticTable {
            caption: "Two ways".to_owned(),
            columns: owned(["a", "b"]),
            rows: vec![owned(["1", "2"]), owned(["3", "4"])],
        }),
        Block::Note(InstructorNote {
            minutes: Some(3),
            text: "Ask first.\nThen run.".to_owned(),
        }),
        Block::Program(ProgramFile {
            file: "python/hello.py".to_owned(),
            caption: None,
            beside: Some("fn hello() {}".to_owned()),
            run: false,
        }),
    ];
    assert_eq!(lesson.steps[0].blocks, blocks);
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_change_nothing() {
    let body = "## Start\n\nWords.\n\n```forklore demo\nrun = \"numbers\"\n```\n";
    let windows = format!("\u{feff}{FRONT}{body}").replace('\n', "\r\n");
    let (lesson, problems) = parse_lesson("lessons/q6.md", &windows, &known());
    assert_eq!(shown(&problems), "");
    assert_eq!(lesson, good(body));
}
