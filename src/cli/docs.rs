//! What other programs read about this one: shell completions and the manual page.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Cli;

/// Writes the completion script for `shell`.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_completions(shell: Shell, out: &mut dyn Write) -> io::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "forklore", &mut script);
    out.write_all(&script)
}

/// Writes the manual page, with a section for every command.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_manual(out: &mut dyn Write) -> io::Result<()> {
    let mut program = Cli::command();
    program.build();
    let commands: Vec<clap::Command> = program.get_subcommands().cloned().collect();
    let mut page = Vec::new();
    clap_mangen::Man::new(program).render(&mut page)?;
    for command in commands {
        let name = command.get_name().to_uppercase();
        let about = command
            .get_about()
            .map_or_else(String::new, ToString::to_string);
        let command = clap_mangen::Man::new(command);
        writeln!(page, ".SH \"COMMAND {name}\"\n{about}")?;
        command.render_synopsis_section(&mut page)?;
        command.render_options_section(&mut page)?;
    }
    out.write_all(&page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("a buffer takes it");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn every_shell_gets_a_script_that_knows_the_commands() {
        for shell in [
            Shell::Bash,
            Shell::Zsh,
            Shell::Fish,
            Shell::PowerShell,
            Shell::Elvish,
        ] {
            assert!(
                text(|out| write_completions(shell, out)).contains("doctor"),
                "{shell}"
            );
        }
    }

    #[test]
    fn the_manual_has_a_section_for_each_command() {
        let page = text(write_manual);
        for command in Cli::command().get_subcommands() {
            let heading = format!(".SH \"COMMAND {}\"", command.get_name().to_uppercase());
            assert!(page.contains(&heading), "{heading}");
        }
        assert!(page.contains("FORKLORE_LESSONS") && page.contains("workers"));
    }
}
