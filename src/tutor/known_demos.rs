//! Lists the lab's demos for the lesson parser.

use crate::{
    lab,
    lesson::{KnownDemo, KnownDemos},
};

/// All demos of the lab, with their settings, workloads and backends.
pub fn known_demos() -> KnownDemos {
    KnownDemos::demos(lab::DEMOS.iter().map(|demo| KnownDemo {
        name: demo.name,
        takes: demo.takes,
        workloads: demo.workloads,
        backends: demo.backends,
    }))
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
