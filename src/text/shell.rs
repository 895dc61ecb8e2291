//! Words of a command, as they are typed into a shell.

/// The word as it is typed: in quotes where a shell would split or expand it.
pub fn quote_for_shell(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./=:,+@%\\".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stand_where_a_shell_needs_them() {
        assert_eq!(quote_for_shell("my/lessons-2"), "my/lessons-2");
        assert_eq!(quote_for_shell("my lessons"), "'my lessons'");
        assert_eq!(quote_for_shell("Ada's $HOME"), r"'Ada'\''s $HOME'");
        assert_eq!(quote_for_shell(""), "''");
    }
}
