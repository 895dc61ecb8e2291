//! Recognizes a line of Python at the prompt, which takes commands.

use std::path::Path;

/// Words that begin a statement of Python and need more words after them.
const STATEMENTS: [&str; 12] = [
    "import", "def", "class", "return", "raise", "assert", "del", "await", "yield", "async",
    "global", "nonlocal",
];

/// Words that begin a block of Python, whose first line ends with a colon.
const BLOCKS: [&str; 11] = [
    "for", "while", "if", "elif", "else", "with", "try", "except", "finally", "match", "case",
];

/// What to type instead, if the line is Python or starts a Python.
pub fn suggest_command(line: &str) -> Option<String> {
    let line = line.trim();
    if is_python(line) {
        return Some("that is Python: `try FILE` runs a file".to_owned());
    }
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let script = if is_interpreter(first) {
        words.find(|word| !word.starts_with('-'))?
    } else {
        first
    };
    is_script(script).then(|| format!("`try {script}` runs a file"))
}

/// Whether a line leaves Python's prompt: `exit()`, `quit()`.
pub fn is_python_exit(line: &str) -> bool {
    matches!(
        line,
        "exit()" | "quit()" | "sys.exit()" | "exit(0)" | "quit(0)" | "sys.exit(0)"
    )
}

/// Whether a line is a statement or a call in Python.
fn is_python(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    if line.starts_with(">>>") || line.starts_with('@') {
        return true;
    }
    let end = line
        .find(|c: char| !is_name_character(c))
        .unwrap_or(line.len());
    let (first, rest) = line.split_at(end);
    if first.is_empty() || first.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let follows_space = rest.starts_with(' ');
    match first {
        "from" => rest.contains(" import "),
        word if STATEMENTS.contains(&word) => follows_space,
        word if BLOCKS.contains(&word) && (follows_space || rest == ":") => line.ends_with(':'),
        _ => is_assignment_or_call(rest),
    }
}

/// Whether `.start()`, ` = 1`, `[0] += 1` or `, b = 1, 2` follows a name.
fn is_assignment_or_call(rest: &str) -> bool {
    let target = rest.trim_start_matches(|c: char| is_name_character(c) || c == '.');
    if target.starts_with('(') {
        return rest.ends_with(')') || rest.ends_with('(') || rest.contains(").");
    }
    // In `set workers=4` another word comes first.
    if rest.trim_start().starts_with(is_name_character) {
        return false;
    }
    let Some((before, value)) = rest.split_once('=') else {
        return false;
    };
    let before = before.trim_end_matches(['+', '-', '*', '/', '%', '&', '|', '^', '@']);
    let is_target = |c: char| is_name_character(c) || " ,.:*[]'\"()".contains(c);
    !value.starts_with('=') && before.chars().all(is_target)
}

fn is_name_character(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn is_interpreter(word: &str) -> bool {
    let version = word
        .strip_prefix("python")
        .or_else(|| word.strip_prefix("pypy"));
    version.is_some_and(|version| version.chars().all(|c| c == '.' || c.is_ascii_digit()))
}

fn is_script(word: &str) -> bool {
    word.len() > 3
        && Path::new(word)
            .extension()
            .is_some_and(|ending| ending == "py")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_at_the_prompt_is_told_how_to_run() {
        for line in [
            "import x",
            "from multiprocessing import Process",
            "p = Process(target=f, args=(1,))",
            "x=1",
            "a, b = 1, 2",
            "count: int = 3",
            "total += 1",
            "squares[3] = 9",
            "p.daemon = True",
            "print(1)",
            "print(\"it's\")",
            "p.start()",
            "mp.Process(target=f).start()",
            "print(",
            "for i in range(3):",
            "if __name__ == \"__main__\":",
            "else:",
            "try:",
            "while True:  # for ever",
            "def f(x):",
            "@wraps(f)",
            ">>> 1 + 1",
        ] {
            let said = suggest_command(line);
            assert_eq!(
                said.as_deref(),
                Some("that is Python: `try FILE` runs a file"),
                "{line}"
            );
        }
    }

    #[test]
    fn a_file_of_python_is_run_by_try() {
        for line in [
            "my.py",
            "python3 my.py",
            "python3.13 -u my.py 4",
            "python my.py",
        ] {
            let said = suggest_command(line);
            assert_eq!(said.as_deref(), Some("`try my.py` runs a file"), "{line}");
        }
    }

    #[test]
    fn commands_and_mistyped_commands_are_not_python() {
        for line in [
            "",
            "lesson 1",
            "run race --workers=4",
            "run numbers --workers 4",
            "try my.py --n=3",
            "try my.py",
            "set format json",
            "set workers=4",
            "set workers = 4",
            "check mine.py --exercise q6-four",
            "for",
            "from",
            "import",
            "a,c",
            "2",
            "replay race.jsonl",
            "python",
            "pythons --python 3.13",
            "export",
        ] {
            assert_eq!(suggest_command(line), None, "{line}");
        }
    }
}
