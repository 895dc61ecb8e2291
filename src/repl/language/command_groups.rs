//! The commands of the prompt in groups, as `help` shows them.

/// Commands that belong together.
pub struct CommandGroup {
    /// The heading.
    pub title: &'static str,
    /// What is typed, and what it does.
    pub entries: &'static [(&'static str, &'static str)],
}

/// All groups, in the order of `help`.
pub const GROUPS: &[CommandGroup] = &[
    CommandGroup {
        title: "Learn",
        entries: &[
            ("lessons, lesson N", "list the lessons, take one"),
            (
                "next, back, goto STEP",
                "move between its steps; Enter is `next`",
            ),
            (
                "hint, solution, skip",
                "help with the open question, or leave it",
            ),
            (
                "review, progress",
                "an earlier question again; how far you are",
            ),
        ],
    },
    CommandGroup {
        title: "Experiment",
        entries: &[
            ("demos, run DEMO", "list the demos, run and measure one"),
            ("step [TASK]", "choose in a model which worker runs next"),
            (
                "compare, claims",
                "threads beside processes; every claim tested",
            ),
            (
                "again, last, more, picture",
                "run once more; the last result, whole or drawn",
            ),
            (
                "save FILE, replay FILE",
                "keep the last result, show it later",
            ),
            (
                "spawn, join, ps, top",
                "start processes or threads by hand, watch them",
            ),
            (
                "kill, crash, stop, cont, send",
                "signals, crashes and messages for one of them",
            ),
        ],
    },
    CommandGroup {
        title: "Your own code",
        entries: &[
            ("try FILE", "run a program, watch its processes and threads"),
            ("program [NAME]", "copy a lesson's program into your folder"),
            (
                "exercises, exercise N, check",
                "list exercises, begin one, test your solution",
            ),
        ],
    },
    CommandGroup {
        title: "This session",
        entries: &[
            (
                "set, doctor, pythons",
                "show or change settings; what this machine has",
            ),
            ("forget lesson N, reset", "delete progress (asks first)"),
            ("new, lint, directives", "write lessons of your own"),
            (
                "help COMMAND, clear, quit",
                "Tab completes, Ctrl-C stops a demo",
            ),
        ],
    },
];

/// The group of a command.
pub fn group_of(command: &str) -> Option<&'static CommandGroup> {
    GROUPS
        .iter()
        .find(|group| commands_in(group).any(|name| name == command))
}

/// The names of a group's commands, without their arguments.
fn commands_in(group: &CommandGroup) -> impl Iterator<Item = &'static str> {
    let entries = group.entries.iter();
    entries.flat_map(|(usage, _)| {
        usage
            .split(", ")
            .filter_map(|usage| usage.split(' ').next())
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::repl::language::prompt_line::PromptLine;

    #[test]
    fn every_command_is_in_one_group() {
        let grammar = PromptLine::command();
        let mut known: Vec<&str> = grammar
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(commands_in).collect();
        known.sort_unstable();
        grouped.sort_unstable();
        assert_eq!(grouped, known);
    }
}
