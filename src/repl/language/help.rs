//! The parts of `--help` that definitions cannot give: examples first, the next command last.

use clap::Command;

use crate::{
    catalog::{self, DemoSpec, SettingKind, find_setting},
    text::join_words,
};

const TEMPLATE: &str =
    "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// Lays out the help of a command and of all its subcommands. `run` speaks of `demo` if one is named.
pub fn lay_out_help(command: Command, demo: Option<&DemoSpec>) -> Command {
    let command = command
        .help_template(TEMPLATE)
        .mut_subcommands(|command| command.help_template(TEMPLATE))
        .mut_subcommand("compare", |command| match catalog::find_demo("compare") {
            Some(demo) => with_its_flags(command, demo),
            None => command,
        });
    let Some(demo) = demo else {
        return command;
    };
    let name = demo.name;
    command.mut_subcommand("run", |command| {
        with_its_flags(command, demo)
            .about(demo.summary)
            .before_help(format!(
                "Examples:\n  run {name}\n  run {name} --save {name}.jsonl"
            ))
            .after_help(format!("Next: run {name}"))
    })
}

/// The demo that is named after `run`.
pub fn demo_in<'w>(words: impl IntoIterator<Item = &'w str>) -> Option<&'static DemoSpec> {
    let mut words = words.into_iter().skip_while(|word| *word != "run");
    words.find_map(catalog::find_demo)
}

/// The flags of demos, reduced to those that this demo takes, with their possible values.
fn with_its_flags(command: Command, demo: &DemoSpec) -> Command {
    command.mut_args(|argument| {
        let Some(setting) = find_setting(argument.get_id().as_str()) else {
            return argument;
        };
        if setting.is_of_demos() && !demo.takes(setting.name) {
            return argument.hide(true);
        }
        let names = setting.choices(Some(demo));
        match setting.kind {
            SettingKind::Workload => {
                argument.help(format!("{}: {}", setting.help, join_words(&names, "or")))
            }
            SettingKind::Backends => {
                let names = join_words(&names, "and");
                argument.help(format!("{}, of {names}", setting.help))
            }
            _ => argument,
        }
    })
}

/// The hint for a command with a missing argument: the question, an example, and the rest of the sentence.
pub fn question(command: &str) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match command {
        "lesson" => ("which lesson?", "lesson 1", "; `lessons` lists them"),
        "run" => ("which demo?", "run parallel", "; `demos` lists them"),
        "step" => ("which scenario?", "step race", "; `step` lists them"),
        "try" => ("which script?", "try my.py", " runs and watches it"),
        "new" => ("in which folder?", "new lesson my-lessons", ""),
        "forget" => ("which lesson?", "forget lesson 1", "; `lessons` lists them"),
        "replay" => (
            "which recording?",
            "replay race.jsonl",
            "; `--save FILE` makes one",
        ),
        "save" => ("in which file?", "save race.jsonl", ""),
        "spawn" => (
            "which worker?",
            "spawn process primes",
            "; `help spawn` lists the others",
        ),
        "stop" => ("which worker?", "stop p1", "; `ps` lists them"),
        "cont" => ("which worker?", "cont p1", "; `ps` lists them"),
        "kill" => ("which worker?", "kill p1", "; `ps` lists them"),
        "join" => ("which worker?", "join p1", "; `ps` lists them"),
        "crash" => ("which worker, and how?", "crash p1 segfault", ""),
        "send" => ("to which worker, and what?", "send p1 hello", ""),
        "goto" => ("which step?", "goto 2", ""),
        "completions" => ("for which shell?", "completions bash", ""),
        _ => return None,
    })
}

/// Leads `forklore --help`.
pub const EXAMPLES: &str = "\
Examples:
  forklore                           open the prompt
  forklore lesson 6                  four processes, each printing its number
  forklore run parallel --workers 2  the same work as threads and as processes
  forklore run race --format json    what it measured, for another program
  forklore try my.py                 your own script, watched";

/// Ends `forklore --help`.
pub const NEXT: &str = "\
Exit codes: 0 all well, 1 a check or a demo failed, 2 not understood,
  3 the Python that was asked for cannot be used, 130 interrupted

Next: forklore lessons";

/// Leads `lesson --help`.
pub const LESSON: &str = "\
Examples:
  lesson 6          step by step: Enter goes on, any command may come between
  lesson 6 --play   straight through";

/// Leads `progress --help`.
pub const PROGRESS: &str = "\
Examples:
  progress
  progress 3               its guesses, questions and exercises
  progress --format json   for another program";

/// Leads `forget --help`.
pub const FORGET: &str = "\
Examples:
  forget lesson 3
  forget lesson 3 --yes";

/// Leads `run --help`.
pub const RUN: &str = "\
Examples:
  run numbers --workers 4 --repeat 100
  run parallel --workload matmul --backends serial,threads,processes
  run race --save race.jsonl";

/// Ends `run --help`.
pub const RUN_NEXT: &str = "\
Each demo takes some of these flags; `demos` shows which.

Next: demos";

/// Leads `step --help`.
pub const STEP: &str = "\
Examples:
  step                              the scenarios
  step race                         1 and 2 run a step of a worker, u goes back, r restarts,
                                    Enter explains, q leaves
  step race --schedule 1 1 2 2 1 2  the same steps again
  step race --find                  the shortest schedule that meets the goal, and how many do
  step race --find --format json    for another program";

/// Leads `spawn --help`.
pub const SPAWN: &str = "\
Examples:
  spawn process primes            one process that computes
  spawn process 2 primes          two of them
  spawn thread 2 primes --gil     two threads of one process that take turns
  spawn process 2 count --shared  two processes that count in one counter
  spawn process 2 wait --lock     one sleeps and holds the lock, one waits for it
  spawn process 3 ring            three processes that pass a message round

Work:
  primes  computes: counts primes, to SIZE or without end
  wait    sleeps: SIZE seconds, or without end
  count   adds 1 to a counter, SIZE times
  print   prints SIZE lines, one a second
  ring    passes a message on to the next worker, SIZE times or without end
  idle    waits for messages (`send`)";

/// Ends `spawn --help`.
pub const SPAWN_NEXT: &str = "\
Threads run in a process of their own, called host: a crash of one ends them all, but never the prompt.

Next: ps";

/// Leads `try --help`.
pub const TRY: &str = "\
Examples:
  try my.py                     a script, as `python3 my.py` would run it
  try my.py --workers 4         what follows the script is the script's
  try --python 3.13t my.py      under another Python
  try --timeout 20 my.py        ended after 20 s (without it after 600), and shown so far
  try -- ./a.out 100            any other program, without what only Python tells";

/// Ends `try --help`.
pub const TRY_NEXT: &str = "\
Exit code: 0 if the program ended with 0; 1 if it failed or took too long

Next: last --format json";

/// Leads `program --help`.
pub const PROGRAM: &str = "\
Examples:
  program                       what there is
  program hello                 copies it to forklore-exercises/hello.py
  program hello --force         replaces a copy that you have changed";

/// Leads `exercise --help`.
pub const EXERCISE: &str = "\
Examples:
  exercise 3                    the first of lesson 3 that is not solved yet
  exercise q6-four              one by its name (`exercises` lists them)
  exercise q6-four --again      from the beginning, beside what you have

Your files are in `forklore-exercises`, in the folder that you are in, or where `set folder`,
FORKLORE_EXERCISES or the configuration's `folder` says. A file that you changed is never written over.";

/// Leads `check --help`.
pub const CHECK: &str = "\
Examples:
  check                         the exercise at hand, or the one you wrote last
  check q6-four                 your file of this exercise (or `check 6`)
  check q6_four.py              this file: its name says which exercise
  check mine.py --exercise q6-four
  check --watch                 again at every save, until Ctrl-C
  check --format json           for another program";

/// Ends `check --help`.
pub const CHECK_NEXT: &str = "\
Exit code: 0 solved, 1 not yet, 3 no Python to run it

Next: exercises";

/// Leads `lint --help`.
pub const LINT: &str = "\
Examples:
  lint my-lessons               every file, and each exercise run: its starter and its solution
  lint my-lessons --static      the files alone; nothing is run
  lint my-lessons --watch       the files alone, again at every save
  lint my-lessons --run         every demo, claim, prediction, program and exercise, five times each
  lint my-lessons --format csv  for another program

Exit code: 0 without an error (warnings count for nothing), 1 with one";

/// Leads `claims --help`.
pub const CLAIMS: &str = "\
Examples:
  claims               every claim, each demo run once: a minute or so
  claims --lesson 2    only those of one lesson
  claims --python all  with every Python of this machine";

/// Leads `replay --help`.
pub const REPLAY: &str = "\
Examples:
  run race --save race.jsonl
  replay race.jsonl --format md
  replay --builtin free-threaded   a recording that came with the lessons";

/// Leads `new --help`.
pub const NEW: &str = "\
Examples:
  new lesson my-lessons               a lesson that plays, with comments for its author
  lesson 1 --watch --lessons my-lessons";

/// Leads `directives --help`.
pub const DIRECTIVES: &str = "\
Examples:
  directives                     every directive and its keys
  directives --measures queue    what a condition may ask of that demo";

/// Leads `pythons --help`.
pub const PYTHONS: &str = "\
Examples:
  pythons
  pythons --python ~/my-build/bin/python3";

/// Leads `completions --help`.
pub const COMPLETIONS: &str = "\
Examples:
  forklore completions bash > ~/.local/share/bash-completion/completions/forklore
  forklore completions zsh  > ~/.zfunc/_forklore
  forklore completions fish > ~/.config/fish/completions/forklore.fish";
