//! Finds the reason for a failure in a program's error stream.

/// The longest line that is quoted.
const QUOTED: usize = 200;

/// The reason why a program failed: the last line of a traceback, and where it happened.
pub fn find_failure_reason<'l>(lines: impl IntoIterator<Item = &'l str>) -> Option<String> {
    let mut message = None;
    let mut place = None;
    let mut last_place = None;
    for line in lines {
        let text = line.trim();
        if text.starts_with("File \"") {
            last_place = Some(text);
        } else if !text.is_empty() && !line.starts_with(char::is_whitespace) {
            message = Some(text);
            place = last_place;
        }
    }
    let message = quote_line(message?);
    Some(match place {
        Some(place) => format!("{message} ({})", quote_line(place)),
        None => message,
    })
}

/// A line without control characters, shortened if it is too long.
pub fn quote_line(line: &str) -> String {
    let mut visible = line.chars().filter(|character| !character.is_control());
    let mut text: String = visible.by_ref().take(QUOTED).collect();
    if visible.next().is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_a_traceback_comes_first_and_the_place_after_it() {
        let traceback = [
            "Traceback (most recent call last):",
            "  File \"race.py\", line 30, in <module>",
            "    main()",
            "  File \"race.py\", line 12, in main",
            "    1 / 0",
            "ZeroDivisionError: division by zero",
            "",
        ];
        assert_eq!(
            find_failure_reason(traceback).as_deref(),
            Some("ZeroDivisionError: division by zero (File \"race.py\", line 12, in main)")
        );
        assert_eq!(
            find_failure_reason(["sh: not found"]).as_deref(),
            Some("sh: not found")
        );
        assert_eq!(find_failure_reason(["", "  "]), None);
    }

    #[test]
    fn a_quoted_line_is_short_and_harmless() {
        assert_eq!(quote_line("a\u{1b}[31mb"), "a[31mb");
        assert_eq!(quote_line(&"x".repeat(300)).chars().count(), 201);
    }
}
