//! What a lesson may name: passed in, so that this room needs no lab.

use crate::record::Backend;

/// A demo that lessons may run.
#[derive(Debug, Clone, Copy)]
pub struct KnownDemo {
    /// Its name.
    pub name: &'static str,
    /// The settings that it takes, by the names of [`crate::record::Params`]' fields.
    pub takes: &'static [&'static str],
    /// The workloads that `workload` may name.
    pub workloads: &'static [&'static str],
    /// The backends that `backends` may name.
    pub backends: &'static [Backend],
}

/// The demos that lessons may run.
#[derive(Debug, Clone, Default)]
pub struct KnownDemos {
    demos: Option<Vec<KnownDemo>>,
}

impl KnownDemos {
    /// These demos and no others.
    pub fn demos(demos: impl IntoIterator<Item = KnownDemo>) -> Self {
        Self {
            demos: Some(demos.into_iter().collect()),
        }
    }

    /// Any demo: names, workloads and what a demo takes stay unchecked.
    pub fn anything() -> Self {
        Self::default()
    }

    /// What is known of the demo of that name; the error holds every name there is.
    pub(super) fn find(&self, name: &str) -> Result<Option<&KnownDemo>, Vec<&'static str>> {
        let Some(demos) = &self.demos else {
            return Ok(None);
        };
        match demos.iter().find(|demo| demo.name == name) {
            Some(demo) => Ok(Some(demo)),
            None => Err(demos.iter().map(|demo| demo.name).collect()),
        }
    }
}
