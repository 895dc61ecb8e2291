//! Claims: how they are read, and every error at its own position.

use super::*;

/// A step with a demo and, below it, a claim.
fn claim(toml: &str) -> String {
    format!(
        "## Start\n\n```forklore demo\nrun = \"parallel\"\nworkers = 2\n```\n\n```forklore claim\n{toml}\n```\n"
    )
}

#[test]
fn a_claim_belongs_to_the_demo_above_it() {
    let lesson = good(&claim(
        r#"id = "faster"
says = "Two are faster."
holds_if = "speedup('threads') > 1.5"
evidence = "{speedup('threads')} times as fast"
needs = "cores >= 2"
limit = "On two cores."
counter = "faster"
why = "*Two* do more.""#,
    ));
    let claim = lesson.claims().next().expect("a claim");
    assert_eq!((claim.id.as_str(), claim.line), ("faster", 16));
    assert_eq!(claim.condition.text, "speedup('threads') > 1.5");
    assert_eq!(claim.needs.cores, 2);
    assert_eq!(claim.limit.as_deref(), Some("On two cores."));
    assert_eq!(
        (claim.demo.spec.name, claim.demo.params.workers),
        ("parallel", Some(2))
    );
}

#[test]
fn it_may_name_another_demo_and_other_settings() {
    let body = claim(
        "id = \"a\"\nsays = \"A.\"\nholds_if = \"speedup('threads') > 1\"\nneeds = \"cores >= 2\"\n\
         [with]\ntrials = 5\nbackends = [\"serial\", \"threads\"]",
    );
    let lesson = good(&body);
    let params = &lesson.claims().next().expect("a claim").demo.params;
    assert_eq!((params.workers, params.trials), (Some(2), Some(5)));
    assert_eq!(params.backends, [Backend::Serial, Backend::Threads]);

    let lesson = good(&claim(
        "id = \"a\"\nsays = \"A.\"\nholds_if = \"count('number') == 4\"\nevidence = \"{count('number')} came\"\ndemo = \"numbers\"\nwith = { workers = 4 }",
    ));
    let demo = &lesson.claims().next().expect("a claim").demo;
    assert_eq!((demo.spec.name, demo.params.workers), ("numbers", Some(4)));
}

#[test]
fn what_was_observed_needs_its_authors_words() {
    let about = |condition: &str| {
        claim(&format!(
            "id = \"a\"\nsays = \"A.\"\nneeds = \"cores >= 2\"\nholds_if = \"{condition}\""
        ))
    };
    good(&about("speedup('processes') > 1"));
    insta::assert_snapshot!(bad(&about("median('hashing') > 1 s")), @r#"
        lessons/q6.md:20:12: warning: no words of yours say what was observed
           |
        20 | holds_if = "median('hashing') > 1 s"
           |            ^^^^^^^^^^^^^^^^^^^^^^^^^
           = help: add evidence = "… {figure} …"
    "#);
}

#[test]
fn a_mistake_in_a_condition_is_pointed_at() {
    let holds_if = |condition: &str| {
        bad(&claim(&format!(
            "id = \"a\"\nsays = \"A.\"\nneeds = \"cores >= 2\"\nholds_if = {condition}"
        )))
    };
    insta::assert_snapshot!(holds_if("\"speedup('processes') > 5 MiB\""), @r#"
        lessons/q6.md:20:13: error: a plain number cannot be compared with bytes
           |
        20 | holds_if = "speedup('processes') > 5 MiB"
           |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(holds_if("\"1 < 2 and speedupp('processes') > 5\""), @r#"
        lessons/q6.md:20:23: error: no function is called `speedupp`
           |
        20 | holds_if = "1 < 2 and speedupp('processes') > 5"
           |                       ^^^^^^^^
           = help: did you mean `speedup`?
    "#);
    insta::assert_snapshot!(holds_if("\"speedup('gil-threads') > 1.5\""), @r#"
        lessons/q6.md:20:21: error: no backend of this demo is called `gil-threads`
           |
        20 | holds_if = "speedup('gil-threads') > 1.5"
           |                     ^^^^^^^^^^^^^
           = help: there are: serial, threads, processes
    "#);
    insta::assert_snapshot!(holds_if("\"\"\"\nspeedup('processes') > 1\nand work('threads') < 5 sec\n\"\"\""), @r#"
        lessons/q6.md:22:25: error: no unit is called `sec`
           |
        22 | and work('threads') < 5 sec
           |                         ^^^
           = help: there are: ns, µs, us, ms, s, min, B, KiB, MiB, GiB, %, /s, k/s, M/s
    "#);
    insta::assert_snapshot!(holds_if("\"speedup('processes'\\t) > 5 parsecs\""), @r#"
        lessons/q6.md:20:12: error: no unit is called `parsecs`
           |
        20 | holds_if = "speedup('processes'\t) > 5 parsecs"
           |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           = help: there are: ns, µs, us, ms, s, min, B, KiB, MiB, GiB, %, /s, k/s, M/s
    "#);
}

#[test]
fn a_mistake_in_any_other_key_is_pointed_at() {
    insta::assert_snapshot!(bad(&claim("id = \"A b\"\nsays = \"A.\"\nholds_if = \"1 < 2\"\nneeds = \"cores >= 2 and gill\"\nlimits = \"x\"\nevidence = \"so {work('x')}\"")), @r#"
        lessons/q6.md:17:6: error: this is no name for a claim
           |
        17 | id = "A b"
           |      ^^^^^
           = help: use a-z, 0-9 and hyphens
        lessons/q6.md:20:25: error: `gill` is nothing that a claim can need
           |
        20 | needs = "cores >= 2 and gill"
           |                         ^^^^
           = help: did you mean `gil`?
        lessons/q6.md:21:1: error: unknown key `limits` in `claim`
           |
        21 | limits = "x"
           | ^^^^^^
           = help: did you mean `limit`?
        lessons/q6.md:22:22: error: no backend of this demo is called `x`
           |
        22 | evidence = "so {work('x')}"
           |                      ^^^
           = help: there are: serial, threads, processes
    "#);
    insta::assert_snapshot!(bad(&claim("id = \"a\"\nsays = \"A.\"\nholds_if = \"1 < 2\"\ndemo = \"paralel\"")), @r#"
        lessons/q6.md:20:8: error: no demo is called `paralel`
           |
        20 | demo = "paralel"
           |        ^^^^^^^^^
           = help: did you mean `parallel`?
    "#);
    insta::assert_snapshot!(bad(&claim("id = \"a\"\nsays = \"A.\"\nholds_if = \"1 < 2\"\nwith = { repeat = 3 }")), @r#"
        lessons/q6.md:20:10: error: the demo `parallel` takes no `repeat`
           |
        20 | with = { repeat = 3 }
           |          ^^^^^^
           = help: it takes: workers, trials, size, workload, backends, seed
    "#);
    insta::assert_snapshot!(bad(&claim("id = \"a\"\nsays = \"A.\"\nholds_if = \"1 < 2\"\nwith = 3")), @r#"
        lessons/q6.md:20:1: error: `with` must be a table, not a number
           |
        20 | with = 3
           | ^^^^
           = help: begin it with [with], below all other keys
    "#);
    insta::assert_snapshot!(bad(&claim("id = \"a\"")), @r#"
        lessons/q6.md:16:1: error: `claim` lacks `says`
           |
        16 | ```forklore claim
           | ^^^^^^^^^^^^^^^^^
        lessons/q6.md:16:1: error: `claim` lacks `holds_if`
           |
        16 | ```forklore claim
           | ^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_claim_without_a_demo_is_told_so() {
    let alone = "## Start\n\nWords.\n\n```forklore claim\nid = \"a\"\nsays = \"A.\"\nholds_if = \"1 < 2\"\n```\n";
    insta::assert_snapshot!(bad(alone), @r#"
        lessons/q6.md:13:1: error: no demo stands above this claim
           |
        13 | ```forklore claim
           | ^^^^^^^^^^^^^^^^^
           = help: name the one that decides it: demo = "parallel"
    "#);
}

#[test]
fn below_an_unknown_demo_a_claim_is_checked_all_the_same() {
    let body =
        claim("id = \"a\"\nsays = \"A.\"\nholds_if = \"1 <\"\nwith = { trials = 0, repeat = 3 }");
    insta::assert_snapshot!(bad(&body.replace("\"parallel\"", "\"paralel\"")), @r#"
        lessons/q6.md:12:7: error: no demo is called `paralel`
           |
        12 | run = "paralel"
           |       ^^^^^^^^^
           = help: did you mean `parallel`?
        lessons/q6.md:19:15: error: something is missing here
           |
        19 | holds_if = "1 <"
           |               ^
        lessons/q6.md:20:19: error: `trials` must be a whole number from 1 to 1000
           |
        20 | with = { trials = 0, repeat = 3 }
           |                   ^
    "#);
}

#[test]
fn two_claims_of_one_name_are_told() {
    let one = "id = \"a\"\nsays = \"A.\"\nholds_if = \"1 < 2\"";
    let two = format!("{}\n```forklore claim\n{one}\n```\n", claim(one));
    insta::assert_snapshot!(bad(&two), @r#"
        lessons/q6.md:23:6: error: two claims have the id `a`
           |
        23 | id = "a"
           |      ^^^
           = help: the other one is in line 17
    "#);
}

#[test]
fn cores_that_are_counted_need_more_than_one() {
    insta::assert_snapshot!(bad(&claim("id = \"a\"\nsays = \"A.\"\nholds_if = \"cores_used('threads') < 1.2\"")), @r#"
        lessons/q6.md:19:12: warning: on one core, no worker uses more than one
           |
        19 | holds_if = "cores_used('threads') < 1.2"
           |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           = help: add needs = "cores >= 2"
    "#);
}
