//! What a lesson may name: passed in, so that this room needs no lab.

use crate::catalog::DemoSpec;

/// The demos that lessons may run.
#[derive(Debug, Clone, Default)]
pub struct KnownDemos {
    demos: Option<Vec<&'static DemoSpec>>,
}

impl KnownDemos {
    /// These demos and no others.
    pub fn demos(demos: impl IntoIterator<Item = &'static DemoSpec>) -> Self {
        Self {
            demos: Some(demos.into_iter().collect()),
        }
    }

    /// Any demo: names, workloads and what a demo takes stay unchecked.
    pub fn anything() -> Self {
        Self::default()
    }

    /// What is known of the demo of that name; the error holds every name there is.
    pub(super) fn find(&self, name: &str) -> Result<Option<&'static DemoSpec>, Vec<&'static str>> {
        let Some(demos) = &self.demos else {
            return Ok(None);
        };
        match demos.iter().find(|demo| demo.name == name) {
            Some(demo) => Ok(Some(demo)),
            None => Err(demos.iter().map(|demo| demo.name).collect()),
        }
    }
}
