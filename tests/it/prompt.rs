//! The prompt without a terminal: its input is a pipe.

use crate::home::Home;

#[test]
fn lines_from_a_pipe_are_obeyed_until_quit() {
    let home = Home::new();
    let ended = home
        .run_with_input(&[], "set workers 4\n# a comment\nquit\nset trials 3\n")
        .well();
    assert_eq!(ended.out, "workers: 4\n");
    assert_eq!(ended.err, "");
}

#[test]
fn a_mistake_is_told_and_the_next_line_is_obeyed() {
    let home = Home::new();
    let ended = home.run_with_input(&[], "nxt\nset 'x\nset trials 3").well();
    assert_eq!(ended.out, "trials: 3\n");
    assert_eq!(
        ended.err,
        "error: no command is called `nxt`; did you mean `next`? `help` lists the commands\n\
         error: the quote ' at column 5 is never closed\n"
    );
}

#[test]
fn nothing_is_remembered_and_nothing_is_prompted() {
    let home = Home::new();
    let ended = home.run_with_input(&[], "help\nnext\n").well();
    assert!(
        !ended.out.contains('❯') && !ended.out.contains('\u{1b}'),
        "{}",
        ended.out
    );
    assert!(ended.err.contains("no lesson has begun"));
    assert!(!home.file("data").exists());
}

#[test]
fn clearing_the_screen_writes_nothing_into_a_pipe() {
    let home = Home::new();
    let ended = home.run_with_input(&[], "clear\nset trials 3\n").well();
    assert_eq!(
        (ended.out.as_str(), ended.err.as_str()),
        ("trials: 3\n", "")
    );
}

#[test]
fn lines_that_wait_in_a_pipe_while_a_demo_runs_are_obeyed_after_it() {
    let home = Home::new();
    let ended = home
        .run_with_input(&[], "run process\nset trials 3\n")
        .well();
    assert!(ended.out.ends_with("trials: 3\n"), "{}", ended.out);
}

#[test]
fn the_keys_of_a_schedule_may_come_from_a_pipe() {
    let home = Home::new();
    let ended = home
        .run_with_input(&["step", "race"], "1\n1\n2 2\n1\n2\nq\nset trials 3\n")
        .well();
    assert!(ended.out.contains("Goal met in 6 steps"), "{}", ended.out);
    assert!(ended.out.ends_with("trials: 3\n"), "{}", ended.out);
    assert_eq!(ended.err, "");
}

#[test]
fn a_closed_input_ends_at_once() {
    let home = Home::new();
    home.run(&[]).well();
}

#[test]
fn a_line_that_is_not_text_is_told() {
    let home = Home::new();
    let ended = home.run_with_input(&[], b"\xff\xfe\nset trials 3\n").well();
    assert_eq!(ended.out, "trials: 3\n");
    assert_eq!(ended.err, "error: that line is not UTF-8 text\n");
}

#[test]
fn help_knows_every_command() {
    let home = Home::new();
    let help = home.run_with_input(&[], "help\n").well().out;
    for command in [
        "next",
        "goto STEP",
        "lesson N",
        "run DEMO",
        "save FILE",
        "program [NAME]",
        "doctor",
        "quit",
    ] {
        assert!(help.contains(command), "{command}:\n{help}");
    }
    let run = home.run_with_input(&[], "help run\n").well().out;
    assert_eq!(run, home.run_with_input(&[], "run --help\n").well().out);
    assert!(run.contains("Usage: run [OPTIONS] <DEMO>"), "{run}");
}
