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
