//! Files in which each input stands above the output that is expected of it. The unit tests include this file too.

use std::{fs, path::Path};

/// Fails the test unless the file holds exactly `shown`; `INSTA_UPDATE=always` writes it there, as for snapshots.
#[track_caller]
pub fn assert_file(path: &Path, shown: &str) {
    let expected = fs::read_to_string(path).expect("a file with what is expected");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(path, shown).expect("written");
        return;
    }
    let is_same = |(old, new)| old == new;
    let lines = expected.lines().zip(shown.lines());
    let same = lines.take_while(|pair| is_same(*pair)).count();
    let rest = |text: &str| {
        text.lines()
            .skip(same)
            .take(12)
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert!(
        expected == shown,
        "{}:{}: expected\n\n{}\n\nbut it is\n\n{}\n",
        path.display(),
        same + 1,
        rest(&expected),
        rest(shown),
    );
}

/// The text without spaces at the ends of its lines.
pub fn trim_lines(text: &str) -> String {
    text.lines().fold(String::new(), |trimmed, line| {
        trimmed + line.trim_end() + "\n"
    })
}
