//! The ledger: what it runs, what it says, how it ends.

use super::*;

const CLAIMS: &str = r#"+++
number = 4
slug = "claims"
title = "Claims"
question = "Is it so?"
minutes = 5
summary = "Claims."
+++
## Look

```forklore demo
run = "parallel"
workers = 2
```

```forklore claim
id = "faster"
says = "Two are faster."
holds_if = "speedup('processes') > 1.5"
needs = "cores >= 2"
```

```forklore claim
id = "eight"
says = "Eight cores are used."
holds_if = "cores_used('processes') > 7"
needs = "cores >= 8"
with = { workers = 8 }
```

```forklore claim
id = "same"
says = "The same run decides this."
holds_if = "ran('threads')"
```

```forklore claim
id = "sum"
says = "One and one are two."
holds_if = "1 + 1 == 2"
demo = "race"
```
"#;

fn with_claims(more: &str) -> (Lessons, Arc<Library>) {
    let lessons = Lessons::new();
    fs::write(lessons.0.join("claims.md"), format!("{CLAIMS}{more}")).expect("written");
    let library = lessons.library();
    assert_eq!(library.diagnostics(), []);
    (lessons, library)
}

const FALSE: &str = r#"
```forklore claim
id = "wrong"
says = "One and one are three."
holds_if = "1 + 1 == 3"
demo = "race"
```
"#;

#[test]
fn each_demo_runs_once_and_every_claim_gets_its_verdict() {
    let (_folder, library) = with_claims("");
    let mut test = Test::new(&library);
    let said = test.said("claims");
    let ran: Vec<&str> = test.launched().iter().map(|(demo, ..)| *demo).collect();
    // The one that needs eight cores has none to run on.
    assert_eq!(ran, ["parallel", "race"]);
    for expected in [
        "– cannot be shown here: Two are faster. (faster)\n  The speed-up of `processes` was not measured by `parallel`.",
        "– cannot be shown here: Eight cores are used. (eight)\n  It needs 8 usable cores, and there are 2 here (affinity).",
        "✓ holds: One and one are two.",
        "4 claims: 1 × holds, 3 × cannot be shown here.",
        "Ran on 2 of 4 cores",
    ] {
        assert!(said.contains(expected), "{expected}\n---\n{said}");
    }
    let told = test.messages.take();
    assert!(
        told.contains("1 of 2: `run parallel --workers 2` decides 2 claims"),
        "{told}"
    );
}

#[test]
fn one_lesson_may_be_asked_for() {
    let (_folder, library) = with_claims("");
    let mut test = Test::new(&library);
    assert!(test.said("claims --lesson 4").contains("4 claims"));
    let none = test.said("claims --lesson 3");
    assert!(
        none.contains("0 claims") && none.contains("No lesson makes a claim."),
        "{none}"
    );
    assert!(
        test.refused("claims --lesson 9")
            .contains("no lesson is called `9`")
    );
}

#[test]
fn a_claim_that_does_not_hold_is_a_failure() {
    let (_folder, library) = with_claims(FALSE);
    let mut test = Test::new(&library);
    let error = test.session.execute_line("claims").expect_err("a failure");
    assert_eq!(
        error.downcast_ref::<CommandError>(),
        Some(&CommandError::Shown)
    );
    let said = test.out.take();
    assert!(
        said.contains("✗ does not hold here: One and one are three."),
        "{said}"
    );
}

#[test]
fn an_interrupt_shows_what_was_decided_until_then() {
    let (_folder, library) = with_claims(FALSE);
    let mut test = Test::with_runner(&library, PreparedRunner::interrupted());
    let error = test
        .session
        .execute_line("claims")
        .expect_err("interrupted");
    assert_eq!(
        error.downcast_ref::<CommandError>(),
        Some(&CommandError::Interrupted)
    );
    let said = test.out.take();
    // Only what needs no run was decided before the first demo was stopped.
    assert!(
        said.contains("1 claim: 1 × cannot be shown here."),
        "{said}"
    );
    assert!(said.contains("4 claims were not reached"), "{said}");
    assert_eq!(test.launched().len(), 1);
}

#[test]
fn a_lesson_shows_the_verdicts_of_its_demo() {
    let (_folder, library) = with_claims("");
    let mut test = Test::new(&library);
    test.session.steps = false;
    let said = test.said("lesson 4");
    assert!(
        said.contains("– cannot be shown here: Two are faster."),
        "{said}"
    );
    assert!(said.contains("Claim. One and one are two."), "{said}");
    let json = test.said("lesson 4 --format json");
    assert!(
        json.contains("\"verdict\": \"cannot be shown here\""),
        "{json}"
    );
}

#[test]
fn the_ledger_for_other_programs() {
    let (_folder, library) = with_claims("");
    let mut test = Test::new(&library);
    let json: serde_json::Value =
        serde_json::from_str(&test.said("claims --format json")).expect("JSON");
    let claims = json["claims"].as_array().expect("a list");
    assert!(
        json["notes"].is_array() && json["ran_on"].is_string(),
        "{json}"
    );
    let keys = "id lesson says verdict evidence limit figures";
    for key in keys.split(' ') {
        assert!(claims.iter().all(|claim| claim.get(key).is_some()), "{key}");
    }
    assert_eq!(claims[3]["verdict"], "holds");
    let csv = test.said("claims --format csv");
    assert!(
        csv.starts_with("table,lesson,id,claim,verdict,evidence,limit,counter\n"),
        "{csv}"
    );
    let md = test.said("claims --format md");
    assert!(
        md.contains("| 4 | sum | One and one are two. | holds |"),
        "{md}"
    );
    let plain = test.said("claims --format plain");
    assert!(
        plain.contains("claim: One and one are two.\nid: sum\nlesson: 4\nverdict: holds\n"),
        "{plain}"
    );
}
