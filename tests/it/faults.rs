//! Faults that users meet, reproduced for real: each ends with one clear error or a partial result that says
//! so, with the right exit code, without processes left running and without lost data.

use std::{fs, path::Path, process::Command};

use crate::{
    home::{EXE, Ended, Home},
    support::watchdog,
};

/// A small demo.
const QUICK: &str = "run parallel --workers 2 --trials 1 --size 1000";

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
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
        let ended = after(&home, "export TMPDIR=/nowhere", "run numbers");
        assert_partial(ended, "set TMPDIR to");
        for line in ["run squares", "run io --workload files"] {
            after(
                &home,
                "export TMPDIR=/nowhere XDG_RUNTIME_DIR=/nowhere",
                line,
            )
            .well();
        }
        let long = format!("{}/{}", home.path().display(), "long".repeat(40));
        fs::create_dir(&long).unwrap();
        let ended = after(&home, &format!("export TMPDIR={long}"), "run numbers");
        assert!(ended.well().out.contains("my number is 28"));
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use nix::{
        sys::signal::{Signal, kill},
        unistd::Pid,
    };

    use super::*;
    use crate::{
        interrupt::children_of,
        support::{assert_gone, eventually, skipped},
    };

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
            assert_gone(&workers);
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
            assert_gone(&workers);
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
            let says_so = ended.out.contains("not reported");
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

/// Runs commands in a shell, where `$EXE` is the program.
#[cfg(unix)]
fn in_shell(home: &Home, script: &str) -> Ended {
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", script])
        .env_clear()
        .envs(home.environment());
    let shell = shell.env("EXE", EXE).current_dir(home.path());
    Ended::from(shell.output().unwrap())
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_of_ours_is_told_and_not_waited_for() {
    let _guard = watchdog("pipes as files");
    let home = Home::new();
    for folder in ["data/forklore", "config/forklore", "forklore-exercises"] {
        fs::create_dir_all(home.file(folder)).unwrap();
    }
    for (file, command) in [
        ("data/forklore/progress.jsonl", "progress"),
        ("config/forklore/config.toml", "demos"),
        ("forklore-exercises/four_numbers.py", "program four_numbers"),
    ] {
        let ended = in_shell(
            &home,
            &format!("mkfifo {file}; \"$EXE\" {command}; rm {file}"),
        );
        assert!(ended.err.contains("it is not a plain file"), "{ended:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_limit_of_file_sizes_is_an_error_of_what_is_written() {
    let home = Home::new();
    let limited = |command: &str| in_shell(&home, &format!("ulimit -f 0; \"$EXE\" {command}"));
    let saved = limited("run process --save a.jsonl");
    assert_eq!(saved.code, Some(1), "{saved:?}");
    assert!(saved.out.contains("Process-1"), "it is shown: {saved:?}");
    let copied = limited("program four_numbers");
    assert_eq!(copied.code, Some(1), "{copied:?}");
    for left in ["a.jsonl", "forklore-exercises/four_numbers.py"] {
        assert!(!home.file(left).exists(), "{left}");
    }
    let names = fs::read_dir(home.path()).unwrap().flatten();
    let mut names = names.map(|entry| entry.file_name().into_string().unwrap());
    assert!(!names.any(|name| name.contains(".part")));
}
