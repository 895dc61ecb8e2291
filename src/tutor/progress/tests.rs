mod journal_faults;

use std::{fs, path::PathBuf, thread};

use super::{
    journal::{self, JournalContents},
    schedule::DAY,
    *,
};
use crate::{
    lesson::{Block, Lesson, Library},
    tutor::GuessOutcome,
};

/// 2026-11-23, 19:05 UTC.
const NOW: u64 = 1_795_460_700;
const HEADER: &str = "{\"forklore\":\"progress\",\"version\":1}\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("data/progress.jsonl")
    }

    fn holding(text: impl AsRef<[u8]>) -> Self {
        let folder = Self::new();
        fs::create_dir_all(folder.file().parent().unwrap()).unwrap();
        fs::write(folder.file(), text).unwrap();
        folder
    }

    fn store(&self) -> ProgressStore {
        ProgressStore::open_at(Some(self.file()))
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }
}

fn entry(at: u64, lesson: &str, what: ProgressEvent) -> ProgressEntry {
    let lesson = lesson.to_owned();
    ProgressEntry { at, lesson, what }
}

fn seen(at: u64, lesson: &str, step: &str) -> ProgressEntry {
    let step = step.to_owned();
    entry(at, lesson, ProgressEvent::Seen { step })
}

fn answered(at: u64, lesson: &str, id: &str, right: bool) -> ProgressEntry {
    let id = id.to_owned();
    entry(at, lesson, ProgressEvent::Answered { id, right })
}

fn everything() -> Vec<ProgressEntry> {
    let id = || "x".to_owned();
    let predicted = |outcome| ProgressEvent::Predicted {
        id: id(),
        choice: 2,
        outcome,
        measured: "It was 2.".to_owned(),
    };
    let checked = |held| ProgressEvent::Checked {
        id: id(),
        held,
        of: 3,
    };
    vec![
        seen(NOW, "one", "Look"),
        seen(NOW + 1, "one", "Again"),
        entry(NOW + 2, "one", predicted(None)),
        entry(NOW + 3, "one", predicted(Some(GuessOutcome::Right))),
        answered(NOW + 4, "one", "q", false),
        answered(NOW + 5, "one", "q", true),
        entry(NOW + 6, "two", checked(3)),
        entry(NOW + 7, "two", checked(1)),
        answered(NOW + 8, "two", "r", true),
        entry(NOW + 9, "two", ProgressEvent::PutOff { id: "r".to_owned() }),
        seen(NOW + 10, "two", "Only"),
    ]
}

fn summed(entries: &[ProgressEntry]) -> LearnerProgress {
    let mut progress = LearnerProgress::default();
    for entry in entries {
        progress.apply_entry(entry);
    }
    progress
}

#[test]
fn what_is_kept_is_there_in_the_next_session() {
    let folder = Folder::new();
    let mut store = folder.store();
    for entry in everything() {
        store.append_entry(entry);
    }
    assert_eq!(store.take_warning(), None);
    let progress = folder.store().read_progress(NOW);
    assert_eq!(progress, summed(&everything()));
    assert_eq!(progress.place, Some(("two".to_owned(), "Only".to_owned())));
    let one = &progress.lessons["one"];
    assert_eq!((one.seen.len(), one.quizzes["q"].tries), (2, 2));
    assert_eq!(one.predictions["x"].outcome, Some(GuessOutcome::Right));
    assert!(progress.lessons["two"].exercises["x"].solved);
    let header = HEADER.trim_end_matches("}\n");
    assert!(folder.text().starts_with(header));
}

#[test]
fn fewer_lines_say_the_same() {
    let progress = summed(&everything());
    let entries = progress.to_entries();
    assert!(entries.len() < everything().len());
    assert_eq!(summed(&entries), progress);
}

#[test]
fn one_lesson_or_all_of_them_can_be_forgotten() {
    let mut entries = everything();
    entries.push(entry(NOW + 20, "two", ProgressEvent::Forgot));
    let progress = summed(&entries);
    assert_eq!(progress.place, None);
    assert_eq!(progress.lessons.keys().collect::<Vec<_>>(), ["one"]);
    entries.push(entry(NOW + 21, "", ProgressEvent::Reset));
    assert_eq!(summed(&entries), LearnerProgress::default());
}

#[test]
fn a_torn_last_line_costs_that_line_alone() {
    let whole = serde_json::to_string(&seen(NOW, "one", "Look")).unwrap();
    for torn in ["{\"at\":17", "{", "\u{0}\u{0}"] {
        let folder = Folder::holding(format!("{HEADER}{whole}\n{torn}"));
        let mut store = folder.store();
        assert_eq!(
            store.read_progress(NOW).lessons["one"].seen.len(),
            1,
            "{torn}"
        );
        store.append_entry(seen(NOW, "one", "Again"));
        assert_eq!(
            store.read_progress(NOW).lessons["one"].seen.len(),
            2,
            "{torn}"
        );
        assert_eq!(store.take_warning(), None, "{torn}");
        assert_eq!(folder.text().lines().count(), 3, "{torn}");
    }
    // A line that only lacks its line end is complete.
    let folder = Folder::holding(format!("{HEADER}{whole}"));
    folder.store().append_entry(seen(NOW, "one", "Again"));
    assert_eq!(
        folder.store().read_progress(NOW).lessons["one"].seen.len(),
        2
    );
    // The same for a partial first line.
    let folder = Folder::holding("{\"forklore\":\"prog");
    folder.store().append_entry(seen(NOW, "one", "Again"));
    assert_eq!(folder.store().read_progress(NOW).lessons.len(), 1);
}

#[test]
fn a_learner_keeps_the_order_of_choices_where_the_journal_moves_or_is_written_anew() {
    let folder = Folder::new();
    let mut store = folder.store();
    let seed = store.choice_seed();
    store.append_entry(seen(NOW, "one", "Look"));
    assert_eq!(folder.store().choice_seed(), seed);
    let moved = Folder::holding(folder.text());
    assert_eq!(moved.store().choice_seed(), seed);
    let damaged = Folder::holding(folder.text() + "garbage\n");
    damaged.store().read_progress(NOW);
    assert_eq!(damaged.store().choice_seed(), seed);
    let others = (0..3).map(|_| Folder::new().store().choice_seed());
    assert!(others.into_iter().any(|other| other != seed));
}

#[test]
fn a_damaged_file_is_set_aside_and_what_could_be_read_goes_on() {
    let whole = serde_json::to_string(&seen(NOW, "one", "Look")).unwrap();
    let damaged = [
        format!("{HEADER}garbage\n{whole}\n"),
        format!("{whole}\n"),
        format!("not ours\n{whole}\n"),
        format!("{HEADER}{whole}\n{{\"at\":1}}\n"),
    ];
    for text in damaged {
        let folder = Folder::holding(&text);
        let mut store = folder.store();
        let progress = store.read_progress(NOW);
        let aside = folder
            .file()
            .with_file_name("progress.jsonl.damaged-2026-11-23");
        assert_eq!(fs::read_to_string(&aside).unwrap(), text);
        let warning = store.take_warning().unwrap();
        assert!(
            warning.contains("progress.jsonl.damaged-2026-11-23"),
            "{warning}"
        );
        assert_eq!(store.take_warning(), None, "told once");
        let kept = usize::from(!text.starts_with("{\"at\""));
        assert_eq!(progress.lessons.len(), kept, "{text}");
        store.append_entry(seen(NOW, "one", "Again"));
        assert_eq!(store.read_progress(NOW).lessons["one"].seen.len(), 1 + kept);
        assert_eq!(store.take_warning(), None);
        // The next one gets a different name.
        fs::write(folder.file(), "\u{fffd}\n").unwrap();
        folder.store().read_progress(NOW);
        assert!(
            aside
                .with_file_name("progress.jsonl.damaged-2026-11-23-2")
                .exists()
        );
        assert_eq!(fs::read_to_string(&aside).unwrap(), text);
    }
}

#[test]
fn a_file_of_a_newer_version_is_left_as_it_is() {
    let text = "{\"forklore\":\"progress\",\"version\":2,\"more\":1}\n<<<\n";
    let folder = Folder::holding(text);
    let mut store = folder.store();
    assert_eq!(store.read_progress(NOW), LearnerProgress::default());
    let warning = store.take_warning().unwrap();
    assert!(
        warning.contains("written by a newer Forklore (version 2"),
        "{warning}"
    );
    store.append_entry(seen(NOW, "one", "Look"));
    // Also if a newer program was started during the session.
    folder.store().append_entry(seen(NOW, "one", "Look"));
    assert_eq!((store.is_on(), folder.text().as_str()), (false, text));
}

#[test]
fn kinds_that_are_not_known_yet_are_kept() {
    let strange = "{\"at\":5,\"lesson\":\"one\",\"what\":\"danced\",\"how\":\"well\"}";
    let folder = Folder::holding(format!("{HEADER}{strange}\n"));
    let mut store = folder.store();
    store.append_entry(seen(NOW, "one", "Look"));
    assert_eq!(store.read_progress(NOW).lessons.len(), 1);
    assert_eq!(store.take_warning(), None);
    assert!(folder.text().contains(strange));
}

#[test]
fn a_long_file_is_made_shorter_and_says_the_same() {
    let strange = "{\"at\":5,\"what\":\"danced\"}";
    let mut text = format!("{HEADER}{strange}\n");
    let entries: Vec<ProgressEntry> = everything().into_iter().cycle().take(6_000).collect();
    for entry in &entries {
        text.push_str(&serde_json::to_string(entry).unwrap());
        text.push('\n');
    }
    let folder = Folder::holding(text);
    let mut store = folder.store();
    let progress = store.read_progress(NOW);
    assert_eq!(progress, summed(&entries));
    assert!(folder.text().lines().count() < 20);
    assert!(folder.text().contains(strange));
    assert_eq!(store.read_progress(NOW), progress);
}

#[test]
fn where_nothing_can_be_written_it_is_told_once() {
    let folder = Folder::new();
    fs::write(
        folder.0.path().join("data"),
        "a file where a folder should be",
    )
    .unwrap();
    let mut store = folder.store();
    store.append_entry(seen(NOW, "one", "Look"));
    let warning = store.take_warning().unwrap();
    assert!(warning.starts_with("progress is not saved: "), "{warning}");
    store.append_entry(seen(NOW, "one", "Look"));
    assert_eq!((store.take_warning(), store.is_on()), (None, false));

    let mut homeless = ProgressStore::open_at(None);
    assert!(homeless.take_warning().unwrap().contains("no home folder"));
    homeless.append_entry(seen(NOW, "one", "Look"));
    assert_eq!(homeless.take_warning(), None);
    assert_eq!(ProgressStore::default().take_warning(), None);
}

#[test]
fn sessions_at_once_lose_nothing_while_one_makes_the_file_shorter() {
    let folder = Folder::new();
    thread::scope(|scope| {
        for session in 0..4 {
            let folder = &folder;
            scope.spawn(move || {
                let mut store = folder.store();
                for step in 0..50 {
                    store.append_entry(seen(
                        NOW,
                        &format!("lesson-{session}"),
                        &format!("step {step}"),
                    ));
                }
                assert_eq!(store.take_warning(), None);
            });
        }
        scope.spawn(|| {
            for _ in 0..20 {
                let lock = journal::lock_journal(&folder.file(), journal::PATIENCE).unwrap();
                let JournalContents::Good { entries, .. } =
                    journal::read_journal(&folder.file()).unwrap()
                else {
                    panic!("not good");
                };
                journal::replace_journal(
                    &folder.file(),
                    1,
                    &summed(&entries).to_entries(),
                    &[],
                    &lock,
                )
                .unwrap();
            }
        });
    });
    let progress = folder.store().read_progress(NOW);
    let seen: Vec<usize> = progress
        .lessons
        .values()
        .map(|known| known.seen.len())
        .collect();
    assert_eq!(seen, [50; 4]);
}

#[test]
fn what_a_kill_left_beside_the_file_does_not_stay() {
    let folder = Folder::new();
    folder.store().append_entry(seen(NOW, "one", "Look"));
    let left = folder.file().with_extension("jsonl.new");
    fs::write(&left, "half of a file that was to replace the journal").unwrap();
    let lock = journal::lock_journal(&folder.file(), journal::PATIENCE).unwrap();
    journal::replace_journal(&folder.file(), 1, &[seen(NOW, "two", "Look")], &[], &lock).unwrap();
    assert!(!left.exists());
    let progress = folder.store().read_progress(NOW);
    assert_eq!(progress.lessons.keys().collect::<Vec<_>>(), ["two"]);
}

#[test]
fn the_overview_counts_what_the_lessons_have() {
    let library = Library::load_embedded();
    let lesson = &library.lessons()[0];
    let steps = step_names(lesson);
    let mut entries = vec![
        seen(NOW, "gone", "Look"),
        answered(NOW, &lesson.slug, "gone", true),
    ];
    entries.push(seen(NOW, &lesson.slug, "a step that was renamed"));
    entries.push(seen(NOW + 1, &lesson.slug, &steps[2]));
    let overview = build_overview(&library, &summed(&entries));
    assert_eq!(overview.lessons.len(), library.lessons().len());
    let first = &overview.lessons[0];
    assert_eq!((first.steps.seen, first.steps.of), (1, steps.len()));
    assert_eq!((first.quizzes.right, first.quizzes.answered), (0, 0));
    assert_eq!(first.last.as_deref(), Some("2026-11-23T19:05:01Z"));
    let next = overview.next.as_ref().unwrap();
    assert_eq!((next.lesson, next.step), (lesson.number, 3));
    let table = overview.to_table(NOW);
    assert!(table.notes[0].contains("goto 3"), "{:?}", table.notes);

    entries.push(seen(NOW + 2, &lesson.slug, steps.last().unwrap()));
    // Trying its exercise does not count as starting the next lesson.
    let what = ProgressEvent::Checked {
        id: "exercise".to_owned(),
        held: 0,
        of: 1,
    };
    entries.push(entry(NOW + 3, &library.lessons()[1].slug, what));
    let overview = super::build_overview(&library, &summed(&entries));
    let next = overview.next.unwrap();
    assert_eq!((next.lesson, next.step), (library.lessons()[1].number, 1));
}

#[test]
fn a_guess_that_was_not_decided_counts_neither_as_right_nor_as_wrong() {
    let library = Library::load_embedded();
    let lesson = &library.lessons()[0];
    let id = lesson.blocks().find_map(|block| match block {
        Block::Predict(predict) => Some(predict.id.clone()),
        _ => None,
    });
    let made = |outcome| {
        let what = ProgressEvent::Predicted {
            id: id.clone().expect("a prediction"),
            choice: 1,
            outcome: Some(outcome),
            measured: String::new(),
        };
        let progress = summed(&[entry(NOW, &lesson.slug, what)]);
        let overview = build_overview(&library, &progress);
        let predictions = overview.lessons[0].predictions.clone();
        (predictions.right, predictions.made)
    };
    assert_eq!(made(GuessOutcome::Right), (1, 1));
    assert_eq!(made(GuessOutcome::Wrong), (0, 1));
    assert_eq!(made(GuessOutcome::TooNoisy), (0, 0));
    assert_eq!(made(GuessOutcome::CannotBeShown), (0, 0));
}

#[test]
fn steps_of_one_title_are_told_apart() {
    let library = Library::load_embedded();
    let mut lesson = Lesson::clone(&library.lessons()[0]);
    lesson.steps.truncate(2);
    lesson.steps[0].title = "Look".to_owned();
    lesson.steps[1].title = "Look".to_owned();
    assert_eq!(step_names(&lesson), ["Look", "Look (2)"]);
}

#[test]
fn the_question_that_waited_longest_is_due_but_none_of_the_lesson_at_hand() {
    let library = crate::tutor::tests::library();
    let (first, second) = (
        library.find_lesson("1").unwrap(),
        library.find_lesson("2").unwrap(),
    );
    let entries = [
        answered(NOW, &first.slug, "order", true),
        answered(NOW + 60, &second.slug, "several", false),
        answered(NOW, &second.slug, "gone", true),
    ];
    let progress = summed(&entries);
    assert!(due_question(&library, &progress, None, NOW + 120).is_none());
    let asked =
        |at_hand, now| due_question(&library, &progress, at_hand, now).map(|(_, quiz)| &*quiz.id);
    assert_eq!(asked(None, NOW + 2 * DAY), Some("order"));
    assert_eq!(asked(Some(first), NOW + 2 * DAY), Some("several"));
    assert_eq!(asked(Some(first), NOW + DAY), None);
    let now = |at_hand| next_question(&library, &progress, at_hand).map(|(_, quiz)| &*quiz.id);
    assert_eq!(now(Some(first)), Some("several"));
    assert!(next_question(&library, &LearnerProgress::default(), None).is_none());
    let only = summed(&entries[..1]);
    assert!(next_question(&library, &only, Some(first)).is_some());
}
