//! The prompt on a terminal: the scripts in `tests/transcripts/terminal`, one file per topic.
//!
//! A line is a word and its argument. `open` starts the program on a terminal with so many columns, with arguments and
//! environment variables; `home` begins with a new home folder, `lesson` copies one of the prompt's transcripts into the
//! folder `mine`, and `save` changes it there. `type` and `line` send keys, the latter with Enter at the end. `at` and
//! `whole` wait until the cursor stands in this line, with or without a hint behind it; `shows` and `wrote` wait until the
//! screen or all output has this text, and `only` until the screen has nothing else; `lacks` and `never` say that it has
//! not. `ends` waits for the exit code, after which the terminal must be as it was before. `-- ` begins a comment.

use std::{fs, path::Path};

use nix::sys::signal::Signal;

use crate::{
    home::Home,
    support::watchdog,
    terminal::{CTRL_C, CTRL_D, CTRL_R, ENTER, RIGHT, TAB, Terminal, UP},
};

const KEYS: [(&str, &str); 9] = [
    ("<Enter>", ENTER),
    ("<Tab>", TAB),
    ("<Up>", UP),
    ("<Right>", RIGHT),
    ("<Ctrl-C>", CTRL_C),
    ("<Ctrl-D>", CTRL_D),
    ("<Ctrl-R>", CTRL_R),
    ("<Paste>", "\u{1b}[200~"),
    ("</Paste>", "\u{1b}[201~"),
];

/// A home with the program on a terminal.
struct TerminalScript {
    home: Home,
    terminal: Option<Terminal>,
}

impl TerminalScript {
    fn run_line(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "home" => *self = Self::new(),
            "open" => self.open(rest),
            "file" => {
                let (name, text) = rest.split_once(": ").expect("a name and a text");
                self.home.write(name, text.replace("\\n", "\n"));
            }
            "lesson" => {
                let name = Path::new(env!("CARGO_MANIFEST_DIR"))
                    .join("tests/transcripts/prompt-lessons")
                    .join(rest);
                let text = fs::read_to_string(name).expect(rest);
                self.home.write(&format!("mine/{rest}"), text);
            }
            "save" => self.save_as_editors_do(rest),
            "holds" => {
                let (name, text) = rest.split_once(": ").expect("a name and a text");
                let found = fs::read_to_string(self.home.file(name)).expect(name);
                assert_eq!(found, text.replace("\\n", "\n"), "{name}");
            }
            _ => self.use_terminal(word, rest),
        }
    }

    /// `one.md: old => new`: a finished copy replaces the lesson.
    fn save_as_editors_do(&self, edit: &str) {
        let (name, change) = edit.split_once(": ").expect("a file and a change");
        let (old, new) = change.split_once(" => ").expect("an old and a new text");
        let path = self.home.file("mine").join(name);
        let text = fs::read_to_string(&path).expect(name);
        assert!(text.contains(old), "{name} has no `{old}`");
        let copy = self.home.write("mine/copy", text.replace(old, new));
        fs::rename(copy, path).expect(name);
    }

    /// `80 lesson 6 NO_COLOR=1`.
    fn open(&mut self, words: &str) {
        let mut words = words.split(' ');
        let columns = words.next().and_then(|word| word.parse().ok());
        let (variables, arguments): (Vec<&str>, Vec<&str>) =
            words.partition(|word| word.contains('='));
        let variables = variables
            .into_iter()
            .map(|pair| pair.split_once('=').expect(pair));
        let variables: Vec<(&str, &str)> = variables.collect();
        let columns = columns.expect("columns");
        self.terminal = Some(Terminal::open(&self.home, columns, &arguments, &variables));
    }

    fn use_terminal(&mut self, word: &str, rest: &str) {
        let terminal = self.terminal.as_mut().expect("`open` comes first");
        match word {
            "type" => terminal.type_bytes(&key_bytes(rest)),
            "line" => terminal.type_line(rest),
            "at" => drop(terminal.wait_for_line(rest)),
            "whole" => drop(terminal.wait_for_whole_line(rest)),
            "shows" => drop(terminal.wait_for(&rest.replace("\\n", "\n"))),
            "only" => drop(terminal.wait_until("is clear", |screen| screen.trim() == rest)),
            "wrote" => terminal.wait_for_output(rest),
            "wrote-twice" => terminal.wait_for_times(2, rest),
            "lacks" => assert!(!terminal.screen().contains(rest), "{}", terminal.screen()),
            "never" => {
                let rest = rest.replace("<Esc>", "\u{1b}");
                assert!(!terminal.raw().contains(&rest), "{:?}", terminal.raw());
            }
            "resize" => terminal.resize(rest.parse().expect("columns")),
            "signal" => terminal.signal(rest.parse::<Signal>().expect(rest)),
            "ends" => {
                assert_eq!(terminal.exit_code().to_string(), rest);
                assert!(terminal.is_cooked());
            }
            _ => panic!("`{word}` does nothing"),
        }
    }

    fn new() -> Self {
        Self {
            home: Home::new(),
            terminal: None,
        }
    }
}

/// The bytes of typed text with `<Tab>` and the like; `<byte fc>` is one that is not text.
fn key_bytes(keys: &str) -> Vec<u8> {
    let named = KEYS
        .iter()
        .fold(keys.replace("\\n", "\n"), |keys, (name, bytes)| {
            keys.replace(name, bytes)
        });
    match named.split_once("<byte fc>") {
        Some((before, after)) => [before.as_bytes(), b"\xfc", after.as_bytes()].concat(),
        None => named.into_bytes(),
    }
}

fn run_script(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/terminal");
    let mut script = TerminalScript::new();
    let text = fs::read_to_string(folder.join(name).with_extension("txt")).unwrap();
    for line in text.lines().filter(|line| !line.starts_with("-- ")) {
        script.run_line(line);
    }
}

#[test]
fn keys_complete_and_correct_a_line() {
    run_script("keys");
}

#[test]
fn what_was_typed_is_found_again() {
    run_script("history");
}

#[test]
fn narrow_plain_and_resized_terminals() {
    run_script("kinds_of_terminals");
}

#[test]
fn what_is_longer_than_the_screen_is_paged() {
    run_script("pager");
}

#[test]
fn a_lesson_goes_on_at_its_prompt() {
    run_script("lessons");
}

#[test]
fn a_lesson_is_read_again_and_linted_again_when_it_is_saved() {
    run_script("saved_lessons");
}

#[test]
fn forgetting_asks_first() {
    run_script("forgetting");
}

#[test]
fn workers_are_started_and_ended_by_hand() {
    run_script("workers");
}

#[test]
fn a_session_ends_and_leaves_the_terminal_as_it_was() {
    run_script("ends");
}

const PROMPT: &str = "forklore ❯";

fn prompt(home: &Home) -> Terminal {
    let terminal = Terminal::open(home, 80, &[], &[]);
    terminal.wait_for_line(PROMPT);
    terminal
}

#[test]
fn a_broken_history_is_set_aside_and_said_once() {
    let home = Home::new();
    home.write("data/forklore/history.txt", b"#V2\n\xff\n");
    let mut terminal = prompt(&home);
    assert!(terminal.screen().contains("history.txt.bad"));
    terminal.type_line("set trials 3");
    terminal.wait_for("trials: 3");
    assert!(home.file("data/forklore/history.txt.bad").exists());
    let kept = std::fs::read_to_string(home.file("data/forklore/history.txt")).unwrap();
    assert_eq!(kept, "#V2\nset trials 3\n");
}

#[test]
fn an_interrupt_from_outside_clears_the_line_too() {
    let _guard = watchdog("an interrupt from outside");
    let home = Home::new();
    let mut terminal = prompt(&home);
    terminal.type_keys("zebra");
    terminal.wait_for_line("forklore ❯ zebra");
    // The line editor misses a signal that comes just before it waits for a key; it gets the next one.
    while !terminal.is_at(PROMPT) {
        terminal.signal(Signal::SIGINT);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    terminal.type_line("quit");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn results_are_drawn_for_the_width_that_the_terminal_has_by_then() {
    let home = Home::new();
    let mut terminal = prompt(&home);
    terminal.resize(60);
    terminal.type_line("set");
    terminal.wait_for("takes it back");
    terminal.resize(40);
    let before = terminal.raw().len();
    terminal.type_line("lessons");
    terminal.wait_for("begins the first");
    let drawn = terminal.raw()[before..].to_owned();
    let is_ruled = |columns| drawn.contains(&"─".repeat(columns));
    assert!(is_ruled(20) && !is_ruled(41), "{drawn}");
}
