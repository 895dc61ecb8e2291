//! A journal that cannot be locked, written or read.

use std::{fs, time::Duration};

use super::{Folder, HEADER, NOW, journal, seen};

#[test]
fn entries_wait_for_a_lock_that_another_program_holds_and_are_never_lost_silently() {
    let folder = Folder::new();
    folder.store().append_entry(seen(NOW, "one", "Look"));
    let mut store = folder.store();
    store.patience = Duration::from_millis(1);
    let lock = journal::lock_journal(&folder.file(), journal::PATIENCE).unwrap();
    store.append_entry(seen(NOW, "two", "Look"));
    let warning = store.take_warning().unwrap();
    assert!(warning.contains("waits to be saved"), "{warning}");
    store.append_entry(seen(NOW, "three", "Look"));
    assert_eq!(store.take_warning(), None);
    store.write_last();
    let warning = store.take_warning().unwrap();
    assert!(warning.starts_with("2 entries"), "{warning}");
    drop(lock);
    store.write_last();
    assert_eq!(store.take_warning(), None);
    let progress = folder.store().read_progress(NOW);
    assert_eq!(progress.lessons.len(), 3);
}

#[test]
fn a_long_last_line_without_an_end_is_found_and_removed() {
    for length in [1, 4095, 4096, 9000] {
        let line = r#"{"at":1,"lesson":"one","what":"seen","step":"Look"}"#;
        let folder = Folder::holding(format!("{HEADER}{line}\n{}", "x".repeat(length)));
        folder.store().append_entry(seen(NOW, "two", "Look"));
        let text = folder.text();
        assert!(text.starts_with(&format!("{HEADER}{line}\n{{")), "{text}");
        assert_eq!(text.lines().count(), 3);
    }
}

#[test]
fn a_journal_that_is_far_too_large_is_not_read() {
    let folder = Folder::holding(HEADER);
    let file = fs::File::options().write(true).open(folder.file()).unwrap();
    // A hole: it takes no space.
    file.set_len(65 << 20).unwrap();
    let mut store = folder.store();
    assert!(store.read_progress(NOW).lessons.is_empty());
    let warning = store.take_warning().unwrap();
    assert!(warning.starts_with("progress is not saved"), "{warning}");
}

#[test]
fn a_long_journal_that_cannot_be_compacted_is_still_read() {
    let line = r#"{"at":1,"lesson":"one","what":"seen","step":"Look"}"#;
    let folder = Folder::holding(format!("{HEADER}{}", format!("{line}\n").repeat(5001)));
    // A folder stands where the new file is to be written.
    fs::create_dir(folder.file().with_extension("jsonl.new")).unwrap();
    let mut store = folder.store();
    assert!(store.read_progress(NOW).lessons.contains_key("one"));
    assert!(store.take_warning().is_some());
}

#[test]
fn what_waited_and_cannot_be_written_at_the_end_is_reported_with_its_own_reason() {
    let folder = Folder::new();
    let mut store = folder.store();
    store.patience = Duration::from_millis(1);
    let lock = journal::lock_journal(&folder.file(), journal::PATIENCE).unwrap();
    store.append_entry(seen(NOW, "one", "Look"));
    assert!(store.take_warning().is_some());
    drop(lock);
    fs::create_dir(folder.file()).unwrap();
    store.write_last();
    let warning = store.take_warning().unwrap();
    assert!(warning.starts_with("progress is not saved"), "{warning}");
}
