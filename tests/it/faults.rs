//! Faults that users meet, reproduced for real: each ends with one clear error or a partial result that says
//! so, with the right exit code, without processes left running and without lost data.

use std::{fs, path::Path, process::Command};

use crate::home::{EXE, Ended, Home};

/// A small demo.
const QUICK: &str = "run parallel --workers 2 --trials 1 --size 1000";

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

/// A recording of a quick demo, as text.
fn recording(home: &Home) -> String {
    let save = format!("{QUICK} --save whole.jsonl");
    home.run(&words(&save)).well();
    fs::read_to_string(home.file("whole.jsonl")).unwrap()
}

#[test]
fn what_is_no_whole_recording_is_told_in_one_line() {
    let home = Home::new();
    let whole = recording(&home);
    let line = |number: usize, new: &[u8]| {
        let lines = whole.lines().map(str::as_bytes);
        let lines: Vec<&[u8]> = lines
            .enumerate()
            .map(|(at, old)| if at + 1 == number { new } else { old })
            .collect();
        lines.join(&b'\n')
    };
    let header = whole.lines().next().unwrap();
    let cases: [(Vec<u8>, &str); 8] = [
        (Vec::new(), "is empty: there is no recording in it"),
        (b"\xff\xfe\0".to_vec(), "line 1 is not UTF-8 text"),
        (b"{\"name\": 1}\n".to_vec(), "is not a recording"),
        (header.as_bytes()[..40].to_vec(), "line 1 is damaged"),
        (format!("{header}\n").into(), "cut off before its run began"),
        (line(5, b"{\"at_ns\": 1}"), "line 5 is damaged"),
        (line(5, b"\xff"), "line 5 is not UTF-8 text"),
        (
            whole.replacen("recording/2", "recording/3", 1).into(),
            "update Forklore to replay it",
        ),
    ];
    for (content, expected) in cases {
        home.write("broken.jsonl", content);
        let error = home.run(&["replay", "broken.jsonl"]).failed_with(1);
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn a_recording_that_was_cut_off_shows_what_is_there_and_says_so() {
    let home = Home::new();
    let whole = recording(&home);
    let between_lines: String = whole.split_inclusive('\n').take(8).collect();
    let within_a_line = &whole[..between_lines.len() + 9];
    for cut in [&between_lines, within_a_line] {
        home.write("cut.jsonl", cut);
        let shown = home.run(&["replay", "cut.jsonl"]).well().out;
        assert!(shown.contains("cut off after line 8"), "{shown}");
    }
}

#[test]
fn what_the_system_answered_is_said_once() {
    let home = Home::new();
    let error = home.run(&["replay", "."]).failed_with(1);
    assert_eq!(error.matches("os error").count(), 1, "{error}");
}

#[test]
fn a_size_that_no_worker_takes_is_refused_before_any_starts() {
    let home = Home::new();
    let line = "run parallel --workload matmul --size 100000000";
    let error = home.run(&words(line)).failed_with(2);
    assert!(
        error.contains("`matmul` goes up to size 4096, not 100000000"),
        "{error}"
    );
}

#[test]
fn lessons_that_cannot_be_played_are_left_out_with_their_place() {
    let home = Home::new();
    home.write("lessons/one.md", b"+++\nnumber = 1\n\xff\n");
    home.write("lessons/two.md", "no front matter\n");
    let list = home.run(&["lessons", "--lessons", "lessons"]);
    assert_eq!(list.code, Some(1), "{list:?}");
    for expected in [
        "one.md:3:1: error: the file is not UTF-8 text",
        "two.md:1:1: error: the front matter is missing",
        "error: no lesson can be played",
    ] {
        assert!(list.err.contains(expected), "{expected}: {list:?}");
    }
    let asked = ["lesson", "1", "--lessons", "lessons"];
    let error = home.run(&asked).failed_with(2);
    assert!(
        error.contains("2 files with errors are left out"),
        "{error}"
    );
}

#[test]
fn a_folder_without_lessons_is_told() {
    let home = Home::new();
    fs::create_dir(home.file("empty")).unwrap();
    for command in [&["lint", "empty"][..], &["lessons", "--lessons", "empty"]] {
        let error = home.run(command).failed_with(2);
        assert!(error.contains("no lesson in `empty`"), "{error}");
    }
}

#[test]
fn every_demo_tells_programs_one_json_object_and_nothing_else() {
    let home = Home::new();
    for demo in forklore::catalog::demo_names() {
        let mut line = vec!["run", demo, "--format", "json"];
        let takes = forklore::catalog::find_demo(demo).unwrap().settings;
        if takes.contains(&"trials") {
            line.extend(["--trials", "1"]);
        }
        let out = home.run(&line).well().out;
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        let fields = "schema demo machine params backends tables claims";
        for field in fields.split(' ') {
            assert!(!report[field].is_null(), "{demo}: {field}");
        }
        assert_eq!(report["schema"], "forklore.report/1");
        assert_eq!(report["demo"], demo);
        for table in report["tables"].as_array().unwrap() {
            let columns = table["columns"].as_array().unwrap().len();
            let rows = table["rows"].as_array().unwrap();
            let is_even = rows
                .iter()
                .all(|row| row.as_array().unwrap().len() == columns);
            assert!(is_even, "{demo}: {table}");
        }
    }
}

#[test]
fn a_thousand_lines_for_a_reader_that_leaves_are_no_error() {
    let home = Home::new();
    for line in [QUICK, "run numbers --repeat 20", "lesson 6 --play"] {
        let mut child = home.command(&words(line)).spawn().unwrap();
        drop(child.stdout.take());
        let ended = Ended::from(child.wait_with_output().unwrap());
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{line}");
    }
}

#[cfg(unix)]
mod unix {
    use super::*;

    /// Runs the program in a shell that first limits a resource.
    fn after(home: &Home, taken_away: &str, line: &str) -> Ended {
        let shell = format!("{taken_away}; exec {EXE} {line}");
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", &shell])
            .env_clear()
            .envs(home.environment())
            .current_dir(home.path());
        Ended::from(command.output().unwrap())
    }

    /// Fails the test unless the program exited with 1, with a report that is marked partial, and one line of
    /// error.
    #[track_caller]
    fn assert_partial(ended: Ended, expected: &str) {
        assert!(ended.out.contains("Partial: "), "{ended:?}");
        let error = ended.failed_with(1);
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn closed_streams_change_nothing_but_what_is_seen() {
        let home = Home::new();
        for line in [QUICK, "run numbers", "lesson 6", "lessons"] {
            for closed in ["exec <&-", "exec >&-", "exec <&- >&-", "exec <&- >&- 2>&-"] {
                let ended = after(&home, closed, line).well();
                assert_eq!(ended.err, "", "{closed}: {line}");
                assert_eq!(ended.out.is_empty(), closed.contains(">&-"), "{line}");
            }
        }
    }

    #[test]
    fn too_few_file_descriptors_are_a_partial_result_that_names_the_limit() {
        let home = Home::new();
        let few = "ulimit -n 24";
        for line in ["run squares", "run numbers --workers 40", QUICK] {
            assert_partial(after(&home, few, line), "ulimit -n");
        }
        let quick = after(&home, few, &format!("{QUICK} --format json"));
        let report: serde_json::Value = serde_json::from_str(&quick.out).unwrap();
        let backends = report["backends"].as_array().unwrap();
        let skipped = |name: &str| {
            let of_name = backends.iter().find(|backend| backend["name"] == name);
            of_name.unwrap()["skipped"].as_str()
        };
        for goes_on in ["serial", "threads", "gil-threads"] {
            assert_eq!(skipped(goes_on), None, "{goes_on}");
        }
        assert!(skipped("processes").unwrap().contains("ulimit -n"));
    }

    #[test]
    fn a_temporary_folder_that_is_missing_is_named() {
        let home = Home::new();
        for line in ["run numbers", "run io --workload files"] {
            let ended = after(&home, "export TMPDIR=/nowhere", line);
            assert_partial(ended, "set TMPDIR to");
        }
        after(
            &home,
            "export TMPDIR=/nowhere XDG_RUNTIME_DIR=/nowhere",
            "run squares",
        )
        .well();
        let long = format!("{}/{}", home.path().display(), "long".repeat(40));
        fs::create_dir(&long).unwrap();
        let ended = after(&home, &format!("export TMPDIR={long}"), "run numbers");
        assert!(ended.well().out.contains("my number is 28"));
    }

    #[test]
    fn folders_that_cannot_be_used_cost_no_result() {
        let home = Home::new();
        home.write("file", "");
        let nowhere = "export HOME=/nowhere XDG_DATA_HOME=$PWD/file XDG_CONFIG_HOME=$PWD/file";
        let ended = after(&home, nowhere, "run squares --all").well();
        assert!(ended.out.contains("[1, 4, 9, 16, 25]"), "{ended:?}");
    }

    #[test]
    fn a_full_disk_keeps_the_recording_that_was_there() {
        let home = Home::new();
        recording(&home);
        let error = home
            .run(&words(&format!("{QUICK} --save /dev/full")))
            .failed_with(1);
        assert!(error.contains("cannot save the recording"), "{error}");
        // A limit on file sizes acts like a disk that is full after this many blocks.
        let before = fs::read(home.file("whole.jsonl")).unwrap();
        let ended = after(
            &home,
            "trap '' XFSZ; ulimit -f 1",
            &format!("{QUICK} --save whole.jsonl --force"),
        );
        assert!(ended.failed_with(1).contains("cannot save the recording"));
        assert_eq!(fs::read(home.file("whole.jsonl")).unwrap(), before);
        let left: Vec<_> = fs::read_dir(home.path()).unwrap().flatten().collect();
        assert!(
            !left.iter().any(|file| is_half(&file.path())),
            "half a file stays: {left:?}"
        );
    }

    fn is_half(file: &Path) -> bool {
        file.extension()
            .is_some_and(|extension| extension == "part")
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use nix::{
        sys::signal::{Signal, kill},
        unistd::Pid,
    };

    use super::*;
    use crate::support::{eventually, lives, skipped};

    /// The live child processes of a process.
    fn children_of(parent: u32) -> Vec<u32> {
        let tasks = format!("/proc/{parent}/task/{parent}/children");
        let pids = fs::read_to_string(tasks).unwrap_or_default();
        let pids = pids.split_whitespace().map(|pid| pid.parse().unwrap());
        pids.filter(|pid| lives(*pid)).collect()
    }

    #[test]
    fn a_worker_that_is_killed_ends_its_backend_and_is_told() {
        let home = Home::new();
        // The worker that is waited for first, and one that is not.
        for (worker, signal) in [(0, Signal::SIGKILL), (1, Signal::SIGABRT)] {
            let line = "run parallel --backends processes --workers 2 --trials 1 \
                        --size 1000000000000 --timeout 600";
            let child = home.command(&words(line)).spawn().unwrap();
            assert!(eventually(|| children_of(child.id()).len() == 2));
            let workers = children_of(child.id());
            kill(Pid::from_raw(workers[worker] as i32), signal).unwrap();
            let ended = Ended::from(child.wait_with_output().unwrap());
            let marked = ended.out.contains("Partial: `processes` was given up");
            assert!(marked, "{ended:?}");
            let error = ended.failed_with(1);
            // The worker may die before or after it reaches the start barrier.
            let after = format!("exit code -{}", signal as i32);
            let before = signal.as_str();
            assert!(error.contains(&after) || error.contains(before), "{error}");
            assert!(eventually(|| !workers.iter().any(|pid| lives(*pid))));
        }
    }

    #[test]
    fn a_parent_that_is_killed_takes_every_demo_s_workers_with_it() {
        let home = Home::new();
        let lines = [
            "run pool",
            "run io --trials 50",
            "run memory --workers 8",
            "run numbers --repeat 300",
            "run chunks --trials 50",
            "run ipc --trials 50",
        ];
        for line in lines {
            let mut child = home.command(&words(line)).spawn().unwrap();
            assert!(
                eventually(|| !children_of(child.id()).is_empty()),
                "{line}: no worker was seen"
            );
            let workers = children_of(child.id());
            child.kill().unwrap();
            child.wait().unwrap();
            assert!(
                eventually(|| !workers.iter().any(|pid| lives(*pid))),
                "{line}: a worker lives on"
            );
        }
    }

    #[test]
    fn two_hundred_workers_are_no_fault() {
        let home = Home::new();
        let line = "run numbers --workers 200 --format json";
        let out = home.run(&words(line)).well().out;
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        let workers = report["backends"][0]["workers"].as_array().unwrap();
        assert_eq!(workers.len(), 200);
        assert!(workers.iter().all(|worker| worker["exitcode"] == 0));
    }

    /// Runs a shell command where /proc is an empty folder.
    fn without_proc(home: &Home, line: &str) -> Ended {
        let inside = format!("mount -t tmpfs none /proc && exec {line}");
        let mut command = Command::new("unshare");
        command
            .args(["--user", "--map-root-user", "--mount"])
            .args(["/bin/sh", "-c", &inside])
            .env_clear()
            .envs(home.environment())
            .current_dir(home.path());
        Ended::from(command.output().unwrap())
    }

    #[test]
    fn without_proc_demos_run_and_missing_figures_say_so() {
        let home = Home::new();
        let may_hide = Command::new("unshare").arg("--version").output().is_ok()
            && without_proc(&home, "true").code == Some(0);
        if !may_hide {
            skipped("this machine lets nobody hide /proc");
            return;
        }
        for line in ["run squares", QUICK, "run memory --workers 2", "doctor"] {
            let ended = without_proc(&home, &format!("{EXE} {line}")).well();
            assert_eq!(ended.err, "", "{line}");
            let says_so = ended.out.contains("not told");
            assert!(says_so || !line.contains("memory"), "{ended:?}");
        }
    }

    #[test]
    fn too_few_processes_are_a_partial_result_that_names_the_limit() {
        let home = Home::new();
        // The limit counts all processes of a user, so tests of others could matter, and it does not apply to
        // root.
        let line = "run numbers --workers 60";
        let program = home.file("forklore");
        fs::copy(EXE, &program).unwrap();
        open_to_all(home.path());
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", "64321", "--regid", "64321", "--clear-groups"])
            .args(["prlimit", "--nproc=24"])
            .arg(&program)
            .args(words(line))
            .env("HOME", home.path())
            .current_dir(home.path());
        let Ok(output) = command.output() else {
            skipped("there is no setpriv here");
            return;
        };
        let ended = Ended::from(output);
        if ended.out.is_empty() {
            skipped(&format!("only root may become another user: {ended:?}"));
            return;
        }
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.out.contains("Partial: "), "{ended:?}");
        let last = ended.err.lines().last().unwrap();
        assert!(last.contains("ulimit -u"), "{ended:?}");
    }

    fn open_to_all(folder: &Path) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    }
}
