//! What is understood of Python, and what is not.

use proptest::prelude::*;

use super::*;

#[test]
fn the_subset_is_understood() {
    for (line, meaning) in [
        ("p = Process(target=primes)", "p: spawn process primes"),
        (
            "p=mp.Process(target=primes, name='a')",
            "p: spawn process primes --name a",
        ),
        (
            "t = Thread(target=count, name=\"b\",)",
            "t: spawn thread count --name b --gil",
        ),
        (
            "t = threading.Thread(target = idle)  # waits",
            "t: spawn thread idle --gil",
        ),
        ("p.start()", "p: Start"),
        (">>> p.join()", "p: Join(None)"),
        ("p.join(2)", "p: Join(Some(2.0))"),
        ("p.join(timeout=0.5)", "p: Join(Some(0.5))"),
        ("p.is_alive()", "p: IsAlive"),
        ("p.pid", "p: Pid"),
        ("print(p.exitcode)", "p: Exitcode"),
        ("print(p.is_alive())", "p: IsAlive"),
        ("t.native_id", "t: NativeId"),
        ("p.name", "p: Name"),
        ("p.terminate()", "p: Terminate"),
        ("p.kill()", "p: Kill"),
        ("Pool(4).map(square, range(4))", "pool of 4: [0, 1, 2, 3]"),
        ("Pool(2).map(square, range(2, 4))", "pool of 2: [2, 3]"),
        (
            "print(mp.Pool(2).map(square, [7, -1]))",
            "pool of 2: [7, -1]",
        ),
    ] {
        let statement = parse_statement(line).expect(line).expect(line);
        assert_eq!(statement.to_string(), meaning, "{line}");
    }
}

#[test]
fn what_is_beyond_it_is_said_in_one_line() {
    for (line, message) in [
        ("p = Process(target=f)", "no target is called `f`"),
        ("p = Process()", "`Process` needs a target"),
        (
            "p = Process(target=primes, args=(1,))",
            "take no arguments: leave out `args`",
        ),
        (
            "t = Thread(target=primes, daemon=True)",
            "`Thread` takes `target=` and `name=",
        ),
        (
            "Process(target=primes).start()",
            "of Python the prompt takes",
        ),
        ("mp.Process(target=primes)", "of Python the prompt takes"),
        ("with Pool(4) as pool:", "of Python the prompt takes"),
        ("pool = Pool(4)", "of Python the prompt takes"),
        ("p.pid()", "`pid` is no method: `p.pid`"),
        ("p.start", "a method is called: `p.start()`"),
        ("p.start(1)", "`start` takes no arguments: `p.start()`"),
        ("p.join(q)", "`join` takes seconds"),
        (
            "Pool(0).map(square, range(4))",
            "`Pool` takes 1 to 64 processes",
        ),
        ("Pool(4).map(cube, range(4))", "`square`"),
        ("Pool(4).map(square, range(2000))", "up to 1000 numbers"),
        ("Pool(4).map(square)", "`map` takes a function and numbers"),
    ] {
        let error = parse_statement(line).expect(line).expect_err(line);
        assert!(error.contains(message), "{line}: {error}");
        assert!(!error.contains('\n'), "{line}: {error}");
    }
}

#[test]
fn commands_and_other_python_are_not_its_affair() {
    for line in [
        "",
        "ps",
        "spawn process primes",
        "check mine.py --exercise q6-four",
        "x = 1",
        "print(1)",
        "import multiprocessing",
        "for p in processes:",
        "my.py",
        "set workers = 4",
        "p.daemon = True",
        "ProcessPool(4)",
        "race.jsonl",
    ] {
        assert_eq!(parse_statement(line), None, "{line}");
    }
}

proptest! {
    #[test]
    fn any_line_is_read_without_a_panic(line in "\\PC*") {
        let _ = parse_statement(&line);
    }
}
