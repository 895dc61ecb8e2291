//! Queries of interpreters.

use forklore::python::{FoundPython, Pythons, SearchEnvironment};

use super::{ANSWER, Stub, assert_gone, pythons};
use crate::{
    home::Home,
    support::{context, watchdog},
    terminal::Terminal,
};

fn why(found: &FoundPython) -> &str {
    found.answer.as_ref().expect_err("unusable")
}

#[test]
fn one_that_answers_is_what_it_says() {
    let _guard = watchdog("an answer");
    let stub = Stub::new(ANSWER, "");
    let pythons = stub.pythons();
    let found = &pythons.list_found()[0];
    let interpreter = found.answer.as_ref().unwrap();
    assert_eq!(interpreter.name, "3.11");
    assert_eq!(
        interpreter.to_string(),
        "CPython 3.11.9, with a GIL; start method: fork"
    );
    assert_eq!(
        (found.path.clone(), found.found_by().as_str()),
        (stub.path(), "PATH")
    );
}

#[test]
fn a_program_that_uses_a_package_runs_where_that_is_installed() {
    let _guard = watchdog("packages");
    let plain = Stub::new(ANSWER, "");
    let able = ANSWER
        .replace("3.11.9", "3.10.1")
        .replace("[3, 11]", "[3, 10]")
        .replace("\"cpus\"", "\"packages\": [\"distributed\"], \"cpus\"");
    let able = Stub::new(&able, "");
    let pythons = pythons(&[&plain, &able]);
    let choose = |words: &[String], package: &str| {
        let chosen = pythons
            .choose_with_package(words, None, Some(package))
            .chosen;
        let names = chosen.into_iter().map(|one| one.interpreter.name);
        names.collect::<Vec<String>>()
    };
    assert_eq!(choose(&[], "distributed"), ["3.10"]);
    assert_eq!(choose(&[], "another"), ["3.11"]);
    assert_eq!(choose(&["newest".to_owned()], "distributed"), ["3.10"]);
    assert_eq!(choose(&["3.11".to_owned()], "distributed"), ["3.11"]);
}

#[test]
fn whatever_misbehaves_is_listed_with_the_reason() {
    let _guard = watchdog("misbehaving interpreters");
    let old = ANSWER
        .replace("3.11.9", "3.6.15")
        .replace("[3, 11]", "[3, 6]");
    let cases = [
        (
            Stub::script("echo 'hello, world'"),
            "answered as no Python does",
        ),
        (Stub::script("exit 0"), "gave no answer"),
        (
            Stub::script("echo 'no such version' >&2; exit 127"),
            "exit code 127: no such version",
        ),
        (Stub::script("kill -SEGV $$"), "SIGSEGV"),
        (Stub::script("yes flood"), "without end"),
        (Stub::script("yes 'flood of errors' >&2"), "without end"),
        (Stub::new(&old, ""), "3.6.15 is too old"),
    ];
    let stubs: Vec<&Stub> = cases.iter().map(|(stub, _)| stub).collect();
    let pythons = pythons(&stubs);
    let found = pythons.list_found();
    assert_eq!(found.len(), cases.len());
    for (found, (_, expected)) in found.iter().zip(&cases) {
        assert!(why(found).contains(expected), "{found:?}");
    }
    let choice = pythons.choose(&[], None);
    assert!(choice.chosen.is_empty());
    // The first of them stands for all: there is a Python, so to install one is no remedy.
    assert!(
        choice.missing[0].starts_with("No Python can be used. "),
        "{choice:?}"
    );
}

#[test]
fn one_that_hangs_is_given_up_and_ended_with_its_children() {
    let _guard = watchdog("a hanging interpreter");
    let stub = Stub::script(
        "here=$(dirname \"$0\")\nsleep 1000 &\necho $! >> \"$here/pids\"\necho $$ >> \"$here/pids\"\nwait",
    );
    let pythons = stub.pythons();
    assert!(why(&pythons.list_found()[0]).contains("did not answer within 5 s"));
    assert_gone(&stub.pids("pids", 2));
}

#[test]
fn nothing_there_or_nothing_that_runs_is_said_so() {
    let _guard = watchdog("no interpreter");
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    std::fs::write(&text, "just text").unwrap();
    let around = SearchEnvironment {
        variable: Some(format!("/nowhere/python3,{}", text.display()).into()),
        ..SearchEnvironment::default()
    };
    let pythons = Pythons::from_environment(context(), around);
    assert_eq!(
        why(&pythons.list_found()[0]),
        "cannot run /nowhere/python3: no such file or directory"
    );
    assert!(why(&pythons.list_found()[1]).contains("permission denied"));
}

#[test]
fn one_script_asks_one_python() {
    let _guard = watchdog("one Python");
    let asking = |commands: &str| Stub::script(&format!("echo $$ >> \"$0.asked\"\n{commands}"));
    let answers = format!("echo '{}'", ANSWER.replace('\n', " "));
    let stubs = [asking("exit 3"), asking(&answers), asking(&answers)];
    let pythons = pythons(&stubs.each_ref());
    let chosen = pythons.choose_one(&[]).chosen;
    assert_eq!(chosen[0].path, stubs[1].path());
    let asked = stubs
        .each_ref()
        .map(|stub| stub.wrote("python3.asked").is_some());
    assert_eq!(asked, [true, true, false], "the last one is not needed");
}

#[test]
fn the_usual_choice_shows_what_is_different() {
    let _guard = watchdog("the usual choice");
    let of = |version: &str, feature: &str| {
        ANSWER
            .replace("3.11.9", version)
            .replace("[3, 11]", feature)
    };
    let modern = |answer: String| {
        let answer = answer.replace("\"subinterpreters\": false", "\"subinterpreters\": true");
        answer.replace("[\"fork\", \"spawn\"]", "[\"forkserver\", \"spawn\"]")
    };
    let free = |answer: String| {
        let answer = answer.replace("\"free_threaded\": false", "\"free_threaded\": true");
        modern(answer).replace("\"gil\": true", "\"gil\": false")
    };
    let stubs = [
        Stub::new(&of("3.9.2", "[3, 9]"), ""),
        Stub::new(&modern(of("3.12.1", "[3, 12]")), ""),
        Stub::new(&modern(of("3.14.0", "[3, 14]")), ""),
        Stub::new(&free(of("3.13.5", "[3, 13]")), ""),
        Stub::new(&free(of("3.14.1", "[3, 14]")), ""),
        Stub::new(
            &modern(of("3.15.0a1", "[3, 15]")).replace("CPython", "PyPy"),
            "",
        ),
    ];
    let pythons = pythons(&stubs.each_ref());
    let names = |words: &[&str], method| -> Vec<String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let chosen = pythons.choose(&words, method).chosen;
        chosen.into_iter().map(|one| one.interpreter.name).collect()
    };
    assert_eq!(names(&[], None), ["3.9", "pypy3.15", "3.14t"]);
    assert_eq!(names(&["all"], None).len(), 6);
    assert_eq!(names(&["none"], None), [""; 0]);
    assert_eq!(
        names(&["3.13t", "python3.12", "3.13.5t", "3.9.2"], None),
        ["3.13t", "3.12", "3.9"]
    );
    assert_eq!(names(&["usual"], Some("forkserver")), ["pypy3.15", "3.14t"]);
    let asked = pythons.choose(&["3.9".to_owned(), "3.7".to_owned()], Some("forkserver"));
    assert_eq!(
        asked.missing,
        [
            "No Python `3.7` was found; there are 3.9, 3.12, 3.14, 3.13t, 3.14t, pypy3.15.",
            "Python 3.9 cannot start processes by `forkserver` here; it can by fork, spawn.",
        ]
    );
    let spawned = pythons.choose(&["3.14".to_owned()], Some("spawn")).chosen;
    assert_eq!(spawned[0].interpreter.start_method, "spawn");
    assert_eq!(spawned[0].interpreter.default_start_method, "forkserver");
}

#[test]
fn a_path_that_is_named_later_is_asked_then() {
    let _guard = watchdog("a later path");
    let (first, second) = (Stub::new(ANSWER, ""), Stub::new(ANSWER, ""));
    let pythons = first.pythons();
    assert_eq!(pythons.list_found().len(), 1);
    let choice = pythons.choose(&[second.path().display().to_string()], None);
    assert_eq!(choice.chosen[0].path, second.path());
    assert_ne!(
        choice.chosen[0].interpreter.name, "3.11",
        "that name is taken"
    );
    assert_eq!(
        (pythons.list_found().len(), pythons.list_all().len()),
        (1, 2)
    );
}

/// A stub that records each query, with this answer.
fn counting(answer: &str) -> Stub {
    let answer = answer.replace('\n', " ");
    Stub::script(&format!(
        "echo asked >> \"$(dirname \"$0\")/asked\"\necho '{answer}'"
    ))
}

#[test]
fn a_script_that_is_named_is_asked_once_and_runs_itself() {
    let _guard = watchdog("a script");
    let behind = Stub::new(ANSWER, "");
    let leads_there = ANSWER.replace(
        "\"executable\": null",
        &format!("\"executable\": \"{}\"", behind.path().display()),
    );
    let script = counting(&leads_there);
    let pythons = behind.pythons();
    let words = [script.path().display().to_string()];
    for _ in 0..3 {
        assert!(pythons.search_until(&words, &|| false));
        let choice = pythons.choose(&words, None);
        assert_eq!(choice.chosen[0].path, script.path());
        assert_eq!(choice.chosen[0].interpreter.name, "3.11");
        let all = pythons.list_all();
        assert_eq!(
            (all.len(), all[0].found_by().as_str()),
            (1, "PATH, --python")
        );
    }
    assert_eq!(script.wrote("asked").as_deref(), Some("asked\n"));
}

#[test]
fn a_script_that_answers_otherwise_is_another_python() {
    let _guard = watchdog("a script with flags");
    let free = ANSWER.replace("\"free_threaded\": false", "\"free_threaded\": true");
    let behind = Stub::new(&free.replace("\"gil\": true", "\"gil\": false"), "");
    let leads_there = free.replace(
        "\"executable\": null",
        &format!("\"executable\": \"{}\"", behind.path().display()),
    );
    let script = counting(&leads_there);
    let pythons = behind.pythons();
    let by = |word: &str| pythons.choose(&[word.to_owned()], None).chosen;
    let chosen = by(&script.path().display().to_string());
    assert_eq!(chosen[0].path, script.path());
    assert!(chosen[0].interpreter.gil);
    let names: Vec<String> = pythons
        .list_all()
        .into_iter()
        .filter_map(|one| Some(one.answer.ok()?.name))
        .collect();
    assert_eq!(names, ["3.11.9t", "3.11.9t-2"]);
    // Names in the list can be used.
    assert_eq!(by("3.11.9t")[0].path, behind.path());
    assert_eq!(by("3.11.9t-2")[0].path, script.path());
    assert_eq!(script.wrote("asked").as_deref(), Some("asked\n"));
}

#[test]
fn the_command_lists_them_in_every_format() {
    let _guard = watchdog("the list");
    let home = Home::new();
    let (good, bad) = (Stub::new(ANSWER, ""), Stub::script("exit 3"));
    for format in ["text", "plain", "json", "csv", "md"] {
        let mut command = home.command(&["pythons", "--format", format]);
        let named = format!("{},{}", good.path().display(), bad.path().display());
        command
            .env("FORKLORE_PYTHON", named)
            .env("PATH", "/nowhere");
        let ended = crate::home::Ended::from(command.output().unwrap()).well();
        for expected in ["CPython 3.11.9", "exit code 3", "FORKLORE_PYTHON"] {
            let said = ended.out.replace('\n', " ");
            assert!(said.contains(expected), "{format}: {said}");
        }
    }
}

#[test]
fn the_first_output_waits_for_no_interpreter() {
    let home = Home::new();
    let stub = Stub::script("echo asked >> \"$(dirname \"$0\")/asked\"");
    for arguments in [&["lessons"][..], &["demos"], &["run", "race", "--help"]] {
        let mut command = home.command(arguments);
        command.env("FORKLORE_PYTHON", stub.path());
        assert!(command.output().unwrap().status.success());
    }
    assert_eq!(stub.wrote("asked"), None, "somebody asked it");
}

#[test]
fn who_names_a_path_waits_for_no_other_and_who_names_none_for_nobody() {
    let _guard = watchdog("a named path");
    let asked = Stub::script("echo asked >> \"$(dirname \"$0\")/asked\"");
    let named = Stub::new(ANSWER, "");
    let pythons = asked.pythons();
    for (word, chosen) in [
        ("none".to_owned(), 0),
        (named.path().display().to_string(), 1),
    ] {
        let words = [word];
        assert!(pythons.search_until(&words, &|| false));
        assert_eq!(pythons.choose(&words, None).chosen.len(), chosen);
    }
    assert_eq!(asked.wrote("asked"), None);
    assert!(pythons.search_until(&["3.11".to_owned()], &|| false));
    assert_eq!(asked.wrote("asked").as_deref(), Some("asked\n"));
    assert_eq!(pythons.list_all().len(), 2);
}

#[test]
fn nobody_waits_for_an_answer_once_the_run_is_stopped() {
    let _guard = watchdog("asking, stopped");
    let stub = Stub::script("exec sleep 1000");
    let began = std::time::Instant::now();
    assert!(!stub.pythons().search_until(&[], &|| true));
    assert!(began.elapsed() < forklore::python::PATIENCE);
}

#[test]
fn who_lists_them_can_be_interrupted() {
    let _guard = watchdog("an interrupted list");
    for command in ["pythons", "doctor"] {
        let home = Home::new();
        let hangs = Stub::script("echo $$ >> \"$(dirname \"$0\")/pids\"\nexec sleep 1000");
        let mut command = home.command(&[command]);
        command
            .env("FORKLORE_PYTHON", hangs.path())
            .env("XDG_RUNTIME_DIR", home.path())
            .env("PATH", "/nowhere:/usr/bin:/bin");
        let child = command.spawn().unwrap();
        let pids = hangs.pids("pids", 1);
        let pid = nix::unistd::Pid::from_raw(child.id() as i32);
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
        let ended = crate::home::Ended::from(child.wait_with_output().unwrap());
        assert_eq!(ended.code, Some(130), "{ended:?}");
        assert_eq!(ended.out, "", "nothing is known yet");
        assert_gone(&pids);
        assert_eq!(home.folders("forklore-"), 0);
    }
}

#[test]
fn a_python_that_was_asked_for_and_is_not_there_is_one_error_with_a_code_of_its_own() {
    let _guard = watchdog("a missing Python");
    let home = Home::new();
    let stub = Stub::new(ANSWER, "");
    let run = ["run", "parallel", "--size", "1000", "--trials", "1"];
    let cases: [(&[&str], &str, &str); 5] = [
        (&["--python", "3.99"], "", "No Python `3.99` was found"),
        (&["--python", "/nowhere/python3"], "", "cannot be used"),
        (
            &["--python", "all"],
            "/nowhere/python3",
            "No Python can be used. /nowhere/python3: ",
        ),
        (
            &["--backends", "python-serial"],
            "/nowhere/python3",
            "cannot be used",
        ),
        (
            &["--backends", "python-serial", "--python", "none"],
            "",
            "no Python is",
        ),
    ];
    for (flags, variable, expected) in cases {
        let mut command = home.command(&[&run, flags].concat());
        let variable = if variable.is_empty() {
            stub.path()
        } else {
            variable.into()
        };
        command
            .env("FORKLORE_PYTHON", variable)
            .env("PATH", "/nowhere");
        let ended = crate::home::Ended::from(command.output().unwrap());
        assert_eq!(ended.code, Some(3), "{flags:?}: {ended:?}");
        assert!(ended.err.contains(expected), "{flags:?}: {ended:?}");
        assert_eq!(ended.out, "", "{flags:?}: nothing ran");
    }
}

#[test]
fn a_ctrl_c_that_comes_together_with_the_answer_stops_what_was_to_run() {
    let answer = ANSWER.replace('\n', " ");
    let stub = Stub::script(&format!(
        "if [ \"$1\" = -c ]; then kill -INT $PPID; echo '{answer}'; exit; fi\nsleep 30"
    ));
    let home = Home::new();
    home.write("my.py", "");
    let python = stub.path().display().to_string();
    for words in [
        &["try", "my.py"][..],
        &["run", "race", "--backends", "python-threads"],
    ] {
        let mut command = home.command(words);
        let ended = command.env("FORKLORE_PYTHON", &python).output().unwrap();
        assert_eq!(ended.status.code(), Some(130), "{words:?}: {ended:?}");
    }
    let mut terminal = Terminal::open(&home, 80, &[], &[("FORKLORE_PYTHON", &python)]);
    terminal.wait_for_line("forklore ❯");
    terminal.type_line("try my.py");
    terminal.wait_for("stopping");
    terminal.wait_for_line("forklore ❯");
    assert!(!terminal.raw().contains("Who lived when"), "it ran");
}
