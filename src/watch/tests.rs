//! Files that are saved in every way that editors use.

use std::fs;

use super::*;

/// Enough time for a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

fn never_for_ever() -> impl Fn() -> bool {
    let began = Instant::now();
    move || began.elapsed() > PATIENCE
}

fn next(watcher: &FileWatcher) -> Vec<PathBuf> {
    watcher.next(&never_for_ever()).expect("a change in time")
}

#[test]
fn a_file_saved_in_place_or_by_renaming_is_told_by_its_own_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("four.py");
    fs::write(&path, "one").unwrap();
    let watcher = FileWatcher::new([&path]).unwrap();
    fs::write(&path, "two").unwrap();
    assert_eq!(next(&watcher), [path.as_path()]);

    let copy = folder.path().join("four.py.new");
    fs::write(&copy, "three").unwrap();
    fs::rename(&copy, &path).unwrap();
    assert_eq!(next(&watcher), [path.as_path()]);

    fs::remove_file(&path).unwrap();
    assert_eq!(next(&watcher), [path.as_path()]);
    fs::write(&path, "four").unwrap();
    assert_eq!(next(&watcher), [path]);
}

#[test]
fn a_folder_tells_of_all_that_is_in_it_but_not_of_spare_copies() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("exercises");
    fs::create_dir(&inner).unwrap();
    let watcher = FileWatcher::new([folder.path()]).unwrap();
    fs::write(inner.join(".four.py.swp"), "").unwrap();
    fs::create_dir(inner.join("__pycache__")).unwrap();
    fs::write(inner.join("__pycache__/four.pyc"), "").unwrap();
    fs::write(inner.join("four.py"), "one").unwrap();
    assert_eq!(next(&watcher), [inner.join("four.py")]);

    // A name that no rule matches, of a file that is gone after the save.
    fs::write(inner.join("sedUzh"), "two").unwrap();
    fs::rename(inner.join("sedUzh"), inner.join("four.py")).unwrap();
    assert_eq!(next(&watcher), [inner.join("four.py")]);
    fs::remove_file(inner.join("four.py")).unwrap();
    assert_eq!(next(&watcher), [inner.join("four.py")]);
}

#[test]
fn reading_is_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.md");
    fs::write(&path, "one").unwrap();
    let watcher = FileWatcher::new([folder.path()]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    let later = folder.path().join("b.md");
    fs::write(&later, "two").unwrap();
    assert_eq!(next(&watcher), [later]);
}

#[test]
fn where_the_system_does_not_tell_files_are_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.md");
    fs::write(&path, "one").unwrap();
    let watched = vec![WatchedPath::new(&path).unwrap()];
    let (tell, events) = mpsc::channel();
    let notify = start_polling_watcher(&watched, tell).unwrap();
    let watcher = FileWatcher::from_parts(watched, events, Some("no room".to_owned()), notify);
    assert_eq!(watcher.polling_reason(), Some("no room"));
    fs::write(&path, "two").unwrap();
    assert_eq!(next(&watcher), [path.as_path()]);

    let copy = folder.path().join("a.md.new");
    fs::write(&copy, "three").unwrap();
    fs::rename(&copy, &path).unwrap();
    assert_eq!(next(&watcher), [path.as_path()]);

    fs::remove_file(&path).unwrap();
    assert_eq!(next(&watcher), [path.as_path()]);
    fs::write(&path, "four").unwrap();
    assert_eq!(next(&watcher), [path]);
}

#[test]
fn a_wait_ends_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let watcher = FileWatcher::new([folder.path()]).unwrap();
    assert_eq!(watcher.next(&|| true), None);
}

#[test]
fn a_folder_that_is_not_there_cannot_be_watched() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no/four.py");
    let error = FileWatcher::new([&missing]).err().expect("an error");
    let message = error.to_string();
    assert!(message.starts_with("cannot watch `"), "{message}");
    assert!(message.contains("four.py`: "), "{message}");
}
