//! A learner at the prompt: predictions before demos, quizzes of every kind, hints, and continuing on the next
//! day.

use crate::{
    home::Home,
    terminal::{ENTER, Terminal},
};

/// A lesson with a prediction that the demo decides, a quiz for a number and one for an order of lines.
const LESSON: &str = r#"+++
number = 1
slug = "asking"
title = "Asking"
question = "What do you expect?"
minutes = 5
summary = "Asks."
+++
Welcome to it.

## Guess

```forklore predict
id = "guess"
question = "How many numbers will the first child print?"
explain = "One child, one number."
[[choice]]
text = "None"
right_if = "count('number', worker='Process-1') == 0"
why = "Then why would it be started?"
[[choice]]
text = "One"
right_if = "count('number', worker='Process-1') == 1"
why = "Each child runs the target once."
```

```forklore hint
text = "Read the table."
```

```forklore hint
text = "Count its rows."
```

```forklore demo
run = "numbers"
workers = 2
```

## Put in order

```forklore quiz
id = "order"
question = "Which order is right?"
lines = ["import multiprocessing", "if __name__ == '__main__':", "    child = multiprocessing.Process(target=print)", "    child.start()", "    child.join()"]
why = "Create, start, join."
[[misplaced]]
line = 5
before = 4
why = "What has not started cannot be waited for."
```

## Count

```forklore quiz
id = "number"
question = "How long do two waits of 4 s take, one after the other?"
answer = 8.0
unit = "s"
why = "They add up."
[[slip]]
answer = 4.0
why = "That would be side by side."
```

The end.
"#;

const OTHER: &str = "+++\nnumber = 2\nslug = \"other\"\ntitle = \"Other\"\nquestion = \"What?\"\nminutes = 1\n\
    summary = \"Other.\"\n+++\nThe other lesson.\n\n## More\n\nMore of it.\n\n## Last\n\nThe last of it.\n";

fn home() -> Home {
    let home = Home::new();
    home.write("lessons/one.md", LESSON);
    home.write("lessons/two.md", OTHER);
    home
}

fn open(home: &Home, columns: u16, arguments: &[&str]) -> Terminal {
    let mut all = vec!["--lessons", "lessons"];
    all.extend(arguments);
    Terminal::open(home, columns, &all, &[("NO_COLOR", "1")])
}

fn fits(terminal: &Terminal, columns: usize) {
    for line in terminal.screen().lines() {
        assert!(line.chars().count() <= columns, "{line}");
    }
}

/// The mark of a choice on the screen: each learner has an order of their own.
fn mark_of(screen: &str, choice: &str) -> String {
    let line = screen
        .lines()
        .find(|line| line.contains(&format!(") {choice}")));
    let (before, _) = line.expect("the choice").split_once(") ").expect("a mark");
    before.chars().last().expect("a mark").to_string()
}

#[test]
fn a_guess_stands_beside_what_was_measured() {
    let home = home();
    for columns in [50, 80] {
        let mut terminal = open(&home, columns, &["lesson", "1"]);
        terminal.wait_for_line("lesson 1 · 1/4 ❯");
        terminal.type_keys(ENTER);
        terminal.wait_for("How many numbers");
        let screen = terminal.wait_for_line("lesson 1 · 2/4 ? ❯");
        let (none, one) = (mark_of(&screen, "None"), mark_of(&screen, "One"));
        terminal.type_keys(ENTER);
        terminal.wait_for("First your guess");
        assert!(!terminal.raw().contains("2 processes, a number each"));
        terminal.type_line("hint");
        terminal.wait_for("Hint 1 of 2. Read the table.");
        terminal.type_line("hint");
        terminal.wait_for("Count its rows.");
        terminal.type_line(&none);
        terminal.wait_for(&format!("Your guess: {none}) None"));
        terminal.type_line(&one);
        terminal.wait_for(&format!("no longer {none}, but {one}) One"));
        terminal.wait_for_line("lesson 1 · 2/4 ❯");
        terminal.type_keys(ENTER);
        terminal.wait_for(&format!(
            "✓ Your prediction: right. {one}) One\nEach child runs"
        ));
        let screen = terminal.screen();
        let (seen, verdict) = ("One child, one number.", "Your prediction");
        assert!(screen.find(seen) < screen.find(verdict), "{screen}");
        fits(&terminal, columns.into());
    }
}

#[test]
fn lines_are_put_in_order_at_fifty_columns() {
    let home = home();
    let mut terminal = open(&home, 50, &["lesson", "1"]);
    terminal.wait_for_line("lesson 1 · 1/4 ❯");
    terminal.type_line("goto 3");
    terminal.wait_for_line("lesson 1 · 3/4 ? ❯");
    let screen = terminal.wait_for("Answer with the order");
    fits(&terminal, 50);
    let letter = |text: &str| {
        let line = screen.lines().find(|line| line.contains(text));
        let line = line.unwrap_or_else(|| panic!("{text}: {screen}"));
        line.trim().chars().next().unwrap().to_string()
    };
    let parts = [
        "import m",
        "if __name__",
        "child = ",
        "child.start()",
        "child.join()",
    ];
    let right: Vec<String> = parts.iter().map(|part| letter(part)).collect();
    let mut wrong = right.clone();
    wrong.swap(3, 4);
    terminal.type_line(&wrong.join(" "));
    terminal.wait_for("What has not started");
    terminal.type_line(&right.concat());
    terminal.wait_for("Create, start, join.");
    terminal.type_keys(ENTER);
    terminal.wait_for("How long do two waits");
    terminal.wait_for_line("lesson 1 · 4/4 ? ❯");
    terminal.type_line("x");
    terminal.wait_for("error: type a number, in s, or `skip`");
    terminal.type_keys(ENTER);
    terminal.wait_for("Type a number, in s, or `skip`.");
    terminal.type_line("4 s");
    terminal.wait_for("That would be side by side.");
    terminal.type_line("7");
    terminal.wait_for("7 is not it");
    terminal.type_line("8,0");
    terminal.wait_for("They add up.");
    terminal.wait_for("The end.");
    fits(&terminal, 50);
}

#[test]
fn who_hears_the_screen_gets_numbers_to_choose_from() {
    let home = home();
    let arguments = ["--lessons", "lessons", "lesson", "1"];
    let mut terminal = Terminal::open(&home, 80, &arguments, &[("ACCESSIBLE", "1")]);
    terminal.wait_for_line("lesson 1 · 1/4 ❯");
    terminal.type_keys(ENTER);
    let screen = terminal.wait_for("Guess before you run it: 1 or 2");
    assert!(["1", "2"].contains(&mark_of(&screen, "One").as_str()));
}

#[test]
fn the_gate_can_be_left_open() {
    let home = home();
    home.write("config/forklore/config.toml", "gate = false\n");
    for arguments in [&["lesson", "1", "--no-gate"][..], &["lesson", "1"][..]] {
        let mut terminal = open(&home, 80, arguments);
        terminal.wait_for_line("lesson 1 · 1/4 ❯");
        terminal.type_keys(ENTER);
        terminal.wait_for("How many numbers");
        terminal.type_keys(ENTER);
        let screen = terminal.wait_for("The answer on this machine is");
        assert!(screen.contains(") One"), "{screen}");
    }
}

#[test]
fn a_lesson_in_a_pipe_comes_with_its_answers_and_leaves_nothing() {
    let home = home();
    let out = home
        .run(&["--lessons", "lessons", "lesson", "1"])
        .well()
        .out;
    assert!(
        out.contains("The answer on this machine is b) One"),
        "{out}"
    );
    assert!(
        out.contains("Answer: 8 s") && out.contains("    child.start()"),
        "{out}"
    );
    assert!(!home.file("data").exists());
}

#[test]
fn the_next_session_goes_on_at_the_step_with_one_key() {
    let home = home();
    let mut terminal = open(&home, 80, &["lesson", "2"]);
    terminal.wait_for_line("lesson 2 · 1/3 ❯");
    terminal.type_keys(ENTER);
    terminal.wait_for("More of it.");
    terminal.type_line("quit");
    terminal.exit_code();

    let mut terminal = open(&home, 80, &[]);
    terminal.wait_for("Go on with lesson 2, step 2?");
    terminal.wait_for_line("forklore ❯");
    terminal.type_keys(ENTER);
    terminal.wait_for_line("lesson 2 · 2/3 ❯");
}

#[test]
fn a_question_that_is_due_is_asked_and_waved_off() {
    let home = home();
    home.write(
        "data/forklore/progress.jsonl",
        "{\"forklore\":\"progress\",\"version\":1}\n\
         {\"at\":1000,\"lesson\":\"asking\",\"what\":\"answered\",\"id\":\"number\",\"right\":true}\n\
         {\"at\":1001,\"lesson\":\"other\",\"what\":\"seen\",\"step\":\"Other\"}\n",
    );
    let mut terminal = open(&home, 80, &[]);
    terminal.wait_for("How long do two waits");
    terminal.wait_for_line("review ? ❯");
    terminal.type_line("skip");
    terminal.wait_for("Begin lesson 2?");
    terminal.wait_for_line("forklore ❯");
    terminal.type_line("quit");
    terminal.exit_code();
    let terminal = open(&home, 80, &[]);
    terminal.wait_for_line("forklore ❯");
    assert!(!terminal.raw().contains("How long do two waits"));
    // There are no questions when input is a pipe.
    let ended = home.run_with_input(&["--lessons", "lessons"], "").well();
    assert_eq!(ended.out, "");
}
