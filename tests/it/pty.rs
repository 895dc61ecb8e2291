//! The prompt on a terminal: keys, screen, history.

use nix::sys::signal::Signal;

use crate::{
    home::Home,
    support::watchdog,
    terminal::{CTRL_C, CTRL_D, CTRL_R, ENTER, RIGHT, TAB, Terminal, UP},
};

const PROMPT: &str = "forklore ❯";

fn prompt(home: &Home) -> Terminal {
    let terminal = Terminal::open(home, 80, &[], &[]);
    terminal.wait_for_line(PROMPT);
    terminal
}

#[test]
fn it_opens_with_two_lines_of_welcome_and_a_prompt() {
    let home = Home::new();
    for columns in [80, 50] {
        let terminal = Terminal::open(&home, columns, &[], &[]);
        let screen = terminal.wait_for(PROMPT);
        assert!(
            screen.contains("Press Enter to begin lesson 1."),
            "{screen}"
        );
        terminal.wait_for_whole_line("forklore ❯ Enter: begin lesson 1");
    }
}

#[test]
fn enter_at_the_very_first_start_begins_lesson_1() {
    let home = Home::new();
    let mut terminal = prompt(&home);
    terminal.type_keys(ENTER);
    terminal.wait_for("lesson 1 · 1/");
}

#[test]
fn a_byte_that_is_not_text_is_told_and_the_prompt_goes_on() {
    let home = Home::new();
    for (more, cursor) in [(&[][..], PROMPT), (&[("TERM", "dumb")], PROMPT)] {
        let mut terminal = Terminal::open(&home, 80, &[], more);
        terminal.wait_for_line(cursor);
        terminal.type_bytes(b"set tri\xfc");
        // A dumb terminal passes on whole lines.
        if !more.is_empty() {
            terminal.type_keys(ENTER);
        }
        terminal.wait_for("error: that line is not UTF-8 text");
        terminal.wait_for_line(cursor);
        terminal.type_line("set trials 3");
        terminal.wait_for("trials: 3");
        terminal.type_line("quit");
        assert_eq!(terminal.exit_code(), 0);
    }
}

#[test]
fn clear_leaves_nothing_but_the_prompt() {
    let home = Home::new();
    let mut terminal = prompt(&home);
    terminal.type_line("set trials 3");
    terminal.wait_for("trials: 3");
    terminal.type_line("clear");
    terminal.wait_until("is clear", |screen| {
        screen.trim() == format!("{PROMPT} Enter: begin lesson 1")
    });
    terminal.type_line("set trials 4");
    terminal.wait_for("trials: 4");
}

#[test]
fn an_error_breaks_no_word_on_a_narrow_terminal() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home, 50, &[], &[("NO_COLOR", "1")]);
    terminal.wait_for_line(PROMPT);
    terminal.type_line("lessn");
    terminal.wait_for(
        "error: no command is called `lessn`; did you mean\n`lesson`? `help` lists the commands\n",
    );
    // The terminal may have been resized since.
    terminal.resize(40);
    terminal.type_line("zebra");
    terminal.wait_for("error: no command is called `zebra`;\n`help` lists the commands\n");
}

#[test]
fn ctrl_d_on_an_empty_line_leaves_and_puts_the_terminal_right() {
    let home = Home::new();
    let mut terminal = prompt(&home);
    terminal.type_keys(CTRL_D);
    assert_eq!(terminal.exit_code(), 0);
    assert!(terminal.is_cooked());
    assert!(
        terminal.raw().ends_with("\u{1b}[?2004l\r\n"),
        "bracketed paste is still on"
    );
}

#[test]
fn ctrl_c_clears_the_line_and_never_leaves() {
    let home = Home::new();
    let mut terminal = prompt(&home);
    terminal.type_keys("zebra");
    terminal.wait_for_line("forklore ❯ zebra");
    terminal.type_keys(CTRL_C);
    terminal.wait_for_line(PROMPT);
    terminal.type_line("quit");
    assert_eq!(terminal.exit_code(), 0);
    assert!(!terminal.screen().contains("no command"));
}

#[test]
fn tab_completes_commands_and_values() {
    let home = Home::new();
    let mut terminal = prompt(&home);
    terminal.type_keys(&format!("doc{TAB}"));
    terminal.wait_for_line("forklore ❯ doctor");
    terminal.type_keys(CTRL_C);
    terminal.wait_for_line(PROMPT);
    terminal.type_keys(&format!("last --fo{TAB}js{TAB}"));
    terminal.wait_for_line("forklore ❯ last --format json");
}

#[test]
fn tab_lists_what_is_ambiguous() {
    let home = Home::new();
    let mut terminal = prompt(&home);
    terminal.type_keys(&format!("set format {TAB}"));
    let screen = terminal.wait_for("csv");
    assert!(screen.contains("json") && screen.contains("md"), "{screen}");
}

#[test]
fn tab_completes_file_names() {
    let home = Home::new();
    home.write("my run.jsonl", "");
    let mut terminal = prompt(&home);
    terminal.type_keys(&format!("replay my{TAB}"));
    terminal.wait_for_line(r"forklore ❯ replay my\ run.jsonl");
}

#[test]
fn a_grey_hint_is_taken_by_the_right_arrow() {
    let home = Home::new();
    let mut terminal = prompt(&home);
    terminal.type_keys("doct");
    terminal.wait_for_whole_line("forklore ❯ doctor");
    terminal.type_keys(RIGHT);
    terminal.type_line("x");
    terminal.wait_for("did you mean doctor?");
}

#[test]
fn what_was_typed_is_found_again_in_the_next_session() {
    let home = Home::new();
    let mut first = prompt(&home);
    first.type_line("set trials 3");
    first.wait_for("trials: 3");
    first.type_line("quit");
    first.exit_code();

    let mut second = prompt(&home);
    second.type_keys(&format!("{UP}{UP}"));
    second.wait_for_line("forklore ❯ set trials 3");
    second.type_keys(CTRL_C);
    second.wait_for_line(PROMPT);
    second.type_keys(&format!("{CTRL_R}trial"));
    second.wait_for("(reverse-i-search)`trial': set trials 3");
    second.type_keys(ENTER);
    second.wait_for("trials: 3");
}

#[test]
fn several_pasted_lines_run_one_after_the_other() {
    let home = Home::new();
    let mut terminal = prompt(&home);
    terminal.type_keys("\u{1b}[200~set trials 3\nset workers 2\n\u{1b}[201~");
    terminal.wait_for("set workers 2");
    assert!(
        !terminal.screen().contains("workers: 2"),
        "a paste alone runs nothing"
    );
    terminal.type_keys(ENTER);
    let screen = terminal.wait_for("workers: 2");
    assert!(screen.contains("trials: 3"), "{screen}");
}

#[test]
fn lines_that_arrive_at_once_are_all_obeyed() {
    let home = Home::new();
    let mut terminal = prompt(&home);
    terminal.type_keys(&format!(
        "set trials 3{ENTER}set workers 2{ENTER}set seed 1{ENTER}"
    ));
    let screen = terminal.wait_for("seed: 1");
    assert!(
        screen.contains("trials: 3") && screen.contains("workers: 2"),
        "{screen}"
    );
}

#[test]
fn a_resized_terminal_keeps_what_was_typed() {
    let home = Home::new();
    let mut terminal = prompt(&home);
    let long = "set workers 4 # a line that is longer than the terminal will be";
    terminal.type_keys(long);
    terminal.wait_for("will be");
    terminal.resize(50);
    terminal.type_keys("x");
    terminal.wait_until("wraps", |screen| {
        screen.replace('\n', "").contains(&format!("{long}x"))
    });
}

#[test]
fn a_dumb_terminal_gets_plain_lines() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home, 80, &[], &[("TERM", "dumb")]);
    terminal.wait_for(PROMPT);
    terminal.type_line("set trials 3");
    terminal.wait_for("trials: 3");
    terminal.type_line("quit");
    assert_eq!(terminal.exit_code(), 0);
    assert!(!terminal.raw().contains('\u{1b}'), "{:?}", terminal.raw());
}

#[test]
fn without_colour_a_hint_is_in_brackets() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home, 80, &["--ascii"], &[("NO_COLOR", "1")]);
    terminal.wait_for_line("forklore > [Enter: begin lesson 1]");
    terminal.type_keys("doct");
    terminal.wait_for_line("forklore > doct[or]");
    terminal.type_keys(RIGHT);
    terminal.wait_for_whole_line("forklore > doctor");
    terminal.type_line("");
    terminal.wait_for("ready");
    assert!(!terminal.raw().contains("\u{1b}[3"), "{:?}", terminal.raw());
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
fn a_history_that_cannot_be_kept_is_said_once_and_the_session_goes_on() {
    let home = Home::new();
    home.write("data", "a file where a folder should be");
    let mut terminal = prompt(&home);
    terminal.type_line("set trials 3");
    terminal.wait_for("trials: 3");
    terminal.type_line("set workers 2");
    let screen = terminal.wait_for("workers: 2");
    assert_eq!(screen.matches("history is not kept").count(), 1, "{screen}");
}

#[test]
fn a_signal_that_ends_it_leaves_the_terminal_as_it_was() {
    let home = Home::new();
    for (signal, code) in [
        (Signal::SIGHUP, 129),
        (Signal::SIGTERM, 143),
        (Signal::SIGQUIT, 131),
    ] {
        let mut terminal = prompt(&home);
        assert!(!terminal.is_cooked());
        terminal.signal(signal);
        assert_eq!(terminal.exit_code(), code, "{signal}");
        assert!(terminal.is_cooked(), "{signal}");
        assert!(
            terminal.raw().contains("\u{1b}[?2004l"),
            "bracketed paste is still on"
        );
    }
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

#[test]
fn the_pager_shows_what_is_longer_than_the_screen() {
    let home = Home::new();
    let paged = [("PAGER", "head -n 2")];
    let mut terminal = Terminal::open(&home, 40, &[], &paged);
    terminal.wait_for_line(PROMPT);
    // Seven titles in a narrow column are longer than the screen; one setting is not.
    terminal.type_line("set trials");
    terminal.wait_for("takes it back");
    terminal.wait_for_line(PROMPT);
    terminal.type_line("lessons");
    terminal.wait_for("Lessons\n");
    terminal.wait_for_line(PROMPT);
    assert!(!terminal.raw().contains("begins the first"));
    terminal.type_line("quit");
    assert_eq!(terminal.exit_code(), 0);
    assert!(terminal.is_cooked());

    let dumb = [paged[0], ("TERM", "dumb")];
    let screen_reader = [paged[0], ("ACCESSIBLE", "1")];
    for (arguments, more) in [
        (&["lessons", "--no-pager"][..], &paged[..]),
        (&["lessons"], &dumb),
        (&["lessons"], &screen_reader),
        (&["lessons"], &[("PAGER", "")]),
        (&["lessons"], &[("PAGER", "no-such-pager")]),
    ] {
        let mut terminal = Terminal::open(&home, 40, arguments, more);
        assert_eq!(terminal.exit_code(), 0, "{arguments:?} {more:?}");
        assert!(
            terminal.raw().contains("begins the"),
            "{arguments:?} {more:?}"
        );
    }
}

#[test]
fn a_lesson_on_a_terminal_goes_on_at_its_prompt() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home, 80, &["lesson", "6"], &[]);
    terminal.wait_for("lesson 6 · 1/");
    terminal.type_line("goto 3");
    // The step asks for a prediction, and its demo waits for it.
    terminal.wait_for("your guess, or skip");
    terminal.type_line("b");
    terminal.wait_for("Enter: run the demo");
    terminal.type_keys(ENTER);
    // The verdict may be on the next screen.
    terminal.wait_for("Enter: go on");
    terminal.type_keys(ENTER);
    terminal.wait_for_output("Your prediction: ");
    terminal.wait_for("lesson 6 · ");
    terminal.type_line("goto 2");
    terminal.wait_for("lesson 6 · 2/");
    terminal.type_line("back");
    terminal.wait_for("lesson 6 · 1/");
    terminal.type_line("exit");
    assert_eq!(terminal.exit_code(), 0);
    assert!(terminal.is_cooked());
}

#[test]
fn a_lesson_that_may_not_ask_plays_straight_through() {
    let home = Home::new();
    for flag in ["--play", "--no-input"] {
        let mut terminal = Terminal::open(&home, 80, &["lesson", "6", flag], &[]);
        assert_eq!(terminal.exit_code(), 0, "{flag}");
        assert!(!terminal.raw().contains('❯'), "{flag}");
    }
}

#[test]
fn who_hears_the_screen_gets_no_hints_and_plain_lines() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home, 80, &[], &[("ACCESSIBLE", "1")]);
    terminal.wait_for_line(PROMPT);
    terminal.type_keys("doct");
    terminal.wait_for_whole_line("forklore ❯ doct");
    terminal.type_keys(CTRL_C);
    terminal.wait_for_line(PROMPT);
    terminal.type_line("set");
    terminal.wait_for("setting: notes");
}
