//! Style decisions, case by case.

use super::*;

/// Names and values.
type Variables = &'static [(&'static str, &'static str)];

fn environment(terminal: bool, variables: &[(&str, &str)]) -> StyleEnvironment {
    StyleEnvironment {
        terminal,
        variables: variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..StyleEnvironment::default()
    }
}

#[test]
fn colour_follows_flag_then_variables_then_terminal() {
    use ColorChoice::{Always, Auto, Never};
    let cases: [(ColorChoice, bool, Variables, bool); 16] = [
        (Auto, true, &[], true),
        (Auto, false, &[], false),
        (Auto, true, &[("TERM", "dumb")], false),
        (Auto, true, &[("TERM", "xterm")], true),
        (Auto, true, &[("NO_COLOR", "1")], false),
        (Auto, true, &[("NO_COLOR", "")], true),
        (Auto, true, &[("NO_COLOR", "0")], false),
        (Auto, false, &[("FORCE_COLOR", "1")], true),
        (Auto, false, &[("CLICOLOR_FORCE", "1")], true),
        (Auto, false, &[("FORCE_COLOR", "0")], false),
        (Auto, false, &[("FORCE_COLOR", "")], false),
        (
            Auto,
            true,
            &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")],
            false,
        ),
        (Auto, true, &[("FORCE_COLOR", "1"), ("TERM", "dumb")], true),
        (Always, false, &[("NO_COLOR", "1")], true),
        (Always, false, &[("TERM", "dumb")], true),
        (Never, true, &[("FORCE_COLOR", "1")], false),
    ];
    for (color, terminal, variables, expected) in cases {
        let environment = StyleEnvironment {
            color,
            ..environment(terminal, variables)
        };
        assert_eq!(
            Style::from_environment(&environment).color,
            expected,
            "{environment:?}"
        );
    }
}

#[test]
fn ascii_follows_flag_then_locale() {
    let cases: [(bool, Variables, bool); 8] = [
        (false, &[], false),
        (true, &[("LANG", "en_GB.UTF-8")], true),
        (false, &[("LANG", "en_GB.utf8")], false),
        (false, &[("LANG", "C")], true),
        (false, &[("LANG", "de_DE.ISO-8859-1")], true),
        (false, &[("LANG", "en_GB.UTF-8"), ("LC_ALL", "C")], true),
        (false, &[("LC_CTYPE", "C.UTF-8"), ("LANG", "C")], false),
        (false, &[("LC_ALL", ""), ("LANG", "C.UTF-8")], false),
    ];
    for (flag, variables, expected) in cases {
        let environment = StyleEnvironment {
            ascii: flag,
            ..environment(true, variables)
        };
        assert_eq!(
            Style::from_environment(&environment).ascii,
            expected,
            "{environment:?}"
        );
    }
}

#[test]
fn width_is_asked_for_or_the_terminals_within_reason() {
    let cases = [
        (None, None, 80),
        (None, Some(132), 132),
        (None, Some(0), 80),
        (None, Some(3), 20),
        (None, Some(9_000), 200),
        (Some("60"), Some(132), 60),
        (Some("0"), Some(132), 80),
        (Some("wide"), Some(132), 132),
        (Some("1"), None, 20),
    ];
    for (variable, columns, expected) in cases {
        let mut environment = environment(true, &[]);
        environment.columns = columns;
        if let Some(variable) = variable {
            let name = "COLUMNS".to_owned();
            environment.variables.insert(name, variable.to_owned());
        }
        assert_eq!(
            Style::from_environment(&environment).width,
            expected,
            "{environment:?}"
        );
    }
}

#[test]
fn progress_is_drawn_only_where_it_can_be_seen() {
    let decide =
        |terminal, variables| ProgressMode::from_environment(&environment(terminal, variables));
    assert_eq!(decide(false, &[]), ProgressMode::Silent);
    assert_eq!(decide(false, &[("ACCESSIBLE", "1")]), ProgressMode::Silent);
    assert_eq!(decide(true, &[("ACCESSIBLE", "1")]), ProgressMode::Lines);
    assert_eq!(decide(true, &[("TERM", "dumb")]), ProgressMode::Lines);
    assert_eq!(decide(true, &[("ACCESSIBLE", "0")]), ProgressMode::Bar);
}

#[test]
fn without_colour_nothing_is_added() {
    assert_eq!(Style::without_color(80).paint_text("x", TextRole::Bad), "x");
    let coloured = Style {
        color: true,
        ..Style::without_color(80)
    };
    assert_eq!(
        coloured.paint_text("x", TextRole::Bad),
        "\u{1b}[31mx\u{1b}[0m"
    );
    assert_eq!(coloured.paint_text("x", TextRole::Plain), "x");
}
