use super::*;
use crate::Value;
use crate::message::{Message, UnpackError};

const MOMENT: Duration = Duration::from_millis(30);

/// A private folder, removed with everything in it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("lock-test-{}-{number}", process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A handle as another process would have it: with an open file of its own.
fn elsewhere(lock: &Lock) -> Lock {
    Message::pack(lock).unwrap().unpack().unwrap()
}

#[test]
fn one_at_a_time() {
    let folder = Folder::new();
    let here = Lock::new(&folder.0).unwrap();
    for other in [here.clone(), elsewhere(&here)] {
        let guard = here.acquire().unwrap();
        assert!(other.try_acquire().unwrap().is_none());
        assert!(other.acquire_timeout(MOMENT).unwrap().is_none());
        drop(guard);
        assert!(other.try_acquire().unwrap().is_some());
    }
}

#[test]
fn locked_steps_lose_no_update() {
    let folder = Folder::new();
    let here = Lock::new(&folder.0).unwrap();
    let there = elsewhere(&here);
    let total = Value::new(0_u64).unwrap();
    thread::scope(|scope| {
        for handle in [&here, &here, &there, &there] {
            scope.spawn(|| {
                for _ in 0..2_000 {
                    handle.with_lock(|| total.set(total.get() + 1)).unwrap();
                }
            });
        }
    });
    assert_eq!(total.get(), 8_000);
}

#[test]
fn a_waiting_owner_gets_it_when_it_is_free() {
    let folder = Folder::new();
    let here = Lock::new(&folder.0).unwrap();
    let there = elsewhere(&here);
    let freed = AtomicBool::new(false);
    thread::scope(|scope| {
        let guard = here.acquire().unwrap();
        let waiting = scope.spawn(|| {
            let _guard = there.acquire().unwrap();
            freed.load(Ordering::SeqCst)
        });
        thread::sleep(MOMENT);
        freed.store(true, Ordering::SeqCst);
        drop(guard);
        assert!(waiting.join().unwrap());
    });
}

#[test]
fn the_file_goes_with_the_last_handle_unless_one_was_passed_on() {
    let folder = Folder::new();
    let files = || fs::read_dir(&folder.0).unwrap().count();
    let here = Lock::new(&folder.0).unwrap();
    drop(here.clone());
    assert_eq!(files(), 1);
    drop(here);
    assert_eq!(files(), 0);
    let passed_on = Message::pack(&Lock::new(&folder.0).unwrap()).unwrap();
    assert!(passed_on.unpack::<Lock>().unwrap().try_acquire().is_ok());
}

#[test]
fn a_lock_whose_folder_is_gone_is_an_error_where_it_arrives() {
    let folder = Folder::new();
    let lock = Lock::new(&folder.0).unwrap();
    drop(folder);
    assert!(
        lock.try_acquire().unwrap().is_some(),
        "an open handle goes on working"
    );
    let late = Message::pack(&lock).unwrap().unpack::<Lock>();
    let Err(UnpackError::HandleRefused(why)) = late else {
        panic!("{late:?}")
    };
    assert!(why.starts_with("the lock file"), "{why}");
}

#[test]
fn a_folder_that_is_not_there_is_an_error_with_its_path() {
    let error = Lock::new(Path::new("/nowhere/at/all")).unwrap_err();
    assert!(
        error.to_string().contains("/nowhere/at/all/lock-"),
        "{error}"
    );
}
