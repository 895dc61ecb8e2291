//! The words of Python for processes, threads and pools.

use super::PipedPrompt;
use crate::support::{lives, watchdog};

#[test]
fn python_words_do_what_commands_do() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    let shown = prompt.run("p = Process(target=idle, name=\"a\")");
    assert_eq!(
        shown,
        "`p.start()` will do the same as `spawn process idle --name a`\n"
    );
    assert!(prompt.run("p.exitcode").starts_with("None\n"));
    let shown = prompt.run("p.start()");
    assert!(shown.starts_with("started a (PID "), "{shown}");
    assert!(
        shown.contains("the same as `spawn process idle --name a`"),
        "{shown}"
    );
    assert!(prompt.run("p.is_alive()").starts_with("True\n"));
    let pid = prompt.row("a").unwrap()["PID"].to_string();
    assert!(prompt.run("print(p.pid)").starts_with(&pid));
    let shown = prompt.run("p.terminate()");
    assert!(shown.contains("the same as `kill a TERM`"), "{shown}");
    let shown = prompt.run("p.join()");
    assert!(shown.contains("a: exit code -15 (SIGTERM)"), "{shown}");
    assert!(prompt.run("p.exitcode").starts_with("-15\n"));
    let shown = prompt.run("p.kill()");
    assert_eq!(shown, "`p` was joined before: this does nothing\n");
    assert!(prompt.run("p.is_alive()").starts_with("False\n"));
    prompt.run("t = Thread(target=idle)");
    prompt.run("t.start()");
    prompt.await_state("t", "waiting for message");
    prompt.run("send t end");
    assert!(prompt.run("t.join()").contains("t: its function returned"));
    let shown = prompt.run("Pool(2).map(square, range(5))");
    assert!(shown.starts_with("[0, 1, 4, 9, 16]\n"), "{shown}");
}

#[test]
fn a_variable_keeps_what_it_says_of_a_joined_worker() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    for (end, code) in [
        ("kill p\njoin p", "-15\n"),
        ("p.kill()\np.join()", "-9\n"),
        ("clear bench", "-9\n"),
    ] {
        prompt.run("p = Process(target=idle)");
        prompt.run("p.start()");
        let pid = prompt.row("p").unwrap()["PID"].to_string();
        prompt.run(end);
        // Another worker of that name is not what the variable stands for.
        let next = prompt.spawn("process idle --name p");
        assert!(prompt.run("p.pid").starts_with(&pid), "{end}");
        assert!(prompt.run("p.exitcode").starts_with(code), "{end}");
        let shown = prompt.run("p.is_alive()");
        assert_eq!(shown, "False\n`last` shows it too\n", "{end}");
        // After a demo, `last` shows that.
        prompt.run("run process --python none");
        assert_eq!(prompt.run("p.is_alive()"), "False\n", "{end}");
        prompt.run("p.kill()");
        assert!(lives(next[0]), "{end}");
        prompt.run("clear bench");
    }
}
