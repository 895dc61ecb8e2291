//! What lessons may name: the lab's demos, as the lesson room wants to know them.

use crate::{catalog::demos::DEMOS, lesson::KnownDemos};

/// Every demo of the lab, with its settings, workloads and backends.
pub fn known_demos() -> KnownDemos {
    KnownDemos::demos(DEMOS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_demo_of_a_lesson_is_in_the_lab_and_takes_its_settings() {
        let problems = crate::lesson::lint_library(None, &known_demos()).unwrap();
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{}", told.join("\n"));
    }
}
