//! Lines that a program overwrites on the terminal, such as progress bars.

/// What a terminal shows of a line in the end: the text after the last carriage return that text follows.
pub fn last_overwrite(line: &str) -> &str {
    let shown = line.trim_end_matches('\r');
    shown.rsplit('\r').next().unwrap_or(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_text_of_a_line_stays() {
        for (line, shown) in [
            ("plain", "plain"),
            ("\r 10 %\r 20 %", " 20 %"),
            ("10 %\r20 %\r", "20 %"),
            ("a line of Windows\r", "a line of Windows"),
            ("\r", ""),
            ("", ""),
        ] {
            assert_eq!(last_overwrite(line), shown, "{line:?}");
        }
    }
}
