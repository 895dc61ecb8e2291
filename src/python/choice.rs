//! Chooses the Pythons that run a demo's part.

use std::path::PathBuf;

use super::{
    HOW_TO_GET_ONE,
    dedupe::feature_version,
    interpreter_info::short_name,
    locations::{PythonSource, absolute_path, is_path},
    pythons::{FoundPython, Pythons},
};
use crate::record::Interpreter;

/// The word for the newest Python with a GIL, and the newest without one.
pub const NEWEST: &str = "newest";

/// An interpreter that runs a program, and how it starts child processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenPython {
    /// Where it is.
    pub path: PathBuf,
    /// What it is; its start method is the requested one.
    pub interpreter: Interpreter,
}

/// The chosen Pythons, and the requested ones that are missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PythonChoice {
    /// The Pythons that run, in order.
    pub chosen: Vec<ChosenPython>,
    /// One line for each Python that is missing or cannot be used, and how to get it.
    pub missing: Vec<String>,
}

impl Pythons {
    /// Chooses by names (`3.13t`, `3.13.1`, `python3.13`), paths, `all`, `usual`, `newest` or `none`. Without words,
    /// `FORKLORE_PYTHON` decides. If that is not set either, the usual choice is taken: the Python that
    /// `python3` starts, the newest with a GIL and subinterpreters if that is another version, and the newest
    /// free-threaded one.
    pub fn choose(&self, words: &[String], start_method: Option<&str>) -> PythonChoice {
        let mut choice = PythonChoice::default();
        if self.is_none() {
            return choice;
        }
        let words = &self.resolve_words(words);
        let found = self.find_named(words, &mut choice.missing);
        for one in found {
            choice.add_python(one, start_method);
        }
        choice
    }

    /// As [`choose`](Self::choose); but for a program that uses this package, one Python is chosen that has it, unless
    /// others were named.
    pub fn choose_with_package(
        &self,
        words: &[String],
        start_method: Option<&str>,
        package: Option<&str>,
    ) -> PythonChoice {
        let words = self.resolve_words(words);
        let is_named = words.iter().any(|word| word != "usual" && word != NEWEST);
        let Some(package) = package.filter(|_| !is_named && !self.is_none()) else {
            return self.choose(&words, start_method);
        };
        let mut known = self.usual_choice().into_iter().chain(self.usable_pythons());
        let able = known.find(|one| one.packages.iter().any(|known| known == package));
        let mut choice = match able {
            None => self.choose(&words, start_method),
            Some(able) => {
                let mut choice = PythonChoice::default();
                choice.add_python(able, start_method);
                choice
            }
        };
        choice.chosen.truncate(1);
        choice
    }

    /// The Python that a single program runs under.
    pub fn choose_one(&self, words: &[String]) -> PythonChoice {
        let is_default = match &self.resolve_words(words)[..] {
            [] => true,
            [word] => word == "usual",
            _ => false,
        };
        if is_default && let Some(first) = self.find_default() {
            let mut choice = PythonChoice::default();
            choice.add_python(first, None);
            return choice;
        }
        let mut choice = self.choose(words, None);
        choice.chosen.truncate(1);
        choice
    }

    /// The usual choice, in the order of preference.
    pub fn usual_choice(&self) -> Vec<FoundPython> {
        // A Python that was only named does not change the usual choice.
        let was_found = |one: &FoundPython| {
            one.sources
                .iter()
                .any(|source| *source != PythonSource::Named)
        };
        let able: Vec<FoundPython> = self.usable_pythons().filter(was_found).collect();
        let able: Vec<&FoundPython> = able.iter().collect();
        let newest = |wanted: &dyn Fn(&Interpreter) -> bool| {
            let wanted = able
                .iter()
                .copied()
                .filter(|one| usable_interpreter(one).is_some_and(wanted));
            wanted.max_by_key(|one| version_key(one))
        };
        let meant = |one: &&&FoundPython| one.sources.iter().any(PythonSource::is_default);
        let first = able
            .iter()
            .find(meant)
            .copied()
            .or_else(|| newest(&|_| true));
        let modern = newest(&|one| one.gil && !one.free_threaded && one.subinterpreters);
        let free = newest(&|one| one.free_threaded && !one.gil);
        let mut usual: Vec<&FoundPython> = Vec::new();
        for one in [first, modern, free].into_iter().flatten() {
            let is_new = usual
                .iter()
                .all(|other| display_kind(other) != display_kind(one));
            if is_new {
                usual.push(one);
            }
        }
        usual.into_iter().cloned().collect()
    }

    /// The newest with a GIL and the newest without one: enough to see what the GIL does.
    fn newest_choice(&self) -> Vec<FoundPython> {
        let usable: Vec<FoundPython> = self.usable_pythons().collect();
        let newest = |gil: bool| {
            let wanted = usable.iter().filter(|one| {
                usable_interpreter(one).is_some_and(|it| it.gil == gil && it.free_threaded != gil)
            });
            wanted.max_by_key(|one| {
                let is_cpython =
                    usable_interpreter(one).is_some_and(|it| it.implementation == "CPython");
                let (version, is_final) = version_key(one);
                (is_cpython, is_final, version)
            })
        };
        let newest = [newest(true), newest(false)].into_iter().flatten();
        newest.cloned().collect()
    }

    fn find_named(&self, words: &[String], missing: &mut Vec<String>) -> Vec<FoundPython> {
        let mut found: Vec<FoundPython> = Vec::new();
        let mut add = |one: FoundPython| {
            if !found.iter().any(|other| other.is_at(&one.path)) {
                found.push(one);
            }
        };
        let usual = ["usual".to_owned()];
        let words = if words.is_empty() { &usual[..] } else { words };
        for word in words {
            match word.as_str() {
                "none" => {}
                "all" => self.usable_pythons().for_each(&mut add),
                NEWEST => self.newest_choice().into_iter().for_each(&mut add),
                "usual" => self.usual_choice().into_iter().for_each(&mut add),
                path if is_path(path) => match self.find_at_path(&absolute_path(path)) {
                    Some(one) => add(one),
                    None => missing.push(format!("There is no Python at {path}.")),
                },
                name => match self.find_by_name(name) {
                    Some(one) => add(one),
                    None => missing.push(self.describe_no_such(name)),
                },
            }
        }
        let is_wanted = words
            .iter()
            .any(|word| ["all", "usual", NEWEST].contains(&word.as_str()));
        if is_wanted && found.is_empty() {
            missing.push(self.describe_none());
        }
        found
    }

    /// Why none runs. One that is there but cannot be asked (no more processes or descriptors) was found all the same.
    fn describe_none(&self) -> String {
        let all = self.list_all().into_iter();
        let mut unusable = all.filter_map(|one| Some((one.path, one.answer.err()?)));
        match unusable.next() {
            Some((path, why)) => format!("No Python can be used. {}: {why}.", path.display()),
            None => format!("No Python was found: {HOW_TO_GET_ONE}."),
        }
    }

    fn usable_pythons(&self) -> impl Iterator<Item = FoundPython> {
        self.list_all().into_iter().filter(|one| one.answer.is_ok())
    }

    /// Finds a Python by name among all, including those that were only named by their path: `pythons` lists
    /// them by name.
    fn find_by_name(&self, name: &str) -> Option<FoundPython> {
        let name = name.strip_prefix("python").unwrap_or(name);
        let is_named =
            |one: &FoundPython| usable_interpreter(one).is_some_and(|it| it.name == name);
        let is_version = |one: &FoundPython| {
            usable_interpreter(one).is_some_and(|it| {
                let version = if it.free_threaded {
                    format!("{}t", it.version)
                } else {
                    it.version.clone()
                };
                // If two have `3.11` and therefore longer names, the first is taken.
                version == name || short_name_of(it) == name
            })
        };
        self.usable_pythons()
            .find(is_named)
            .or_else(|| self.usable_pythons().find(is_version))
    }

    fn describe_no_such(&self, name: &str) -> String {
        let names: Vec<String> = self
            .usable_pythons()
            .filter_map(|one| Some(usable_interpreter(&one)?.name.clone()))
            .collect();
        if names.is_empty() {
            return format!("No Python `{name}` was found: {HOW_TO_GET_ONE}.");
        }
        format!(
            "No Python `{name}` was found; there are {}.",
            names.join(", ")
        )
    }
}

impl PythonChoice {
    fn add_python(&mut self, found: FoundPython, start_method: Option<&str>) {
        let path = found.path.display();
        let mut interpreter = match found.answer {
            Ok(interpreter) => interpreter,
            Err(why) => {
                self.missing.push(format!("{path} cannot be used: {why}."));
                return;
            }
        };
        if let Some(method) = start_method {
            if !found.methods.iter().any(|known| known == method) {
                self.missing.push(format!(
                    "Python {} cannot start processes by `{method}` here; it can by {}.",
                    interpreter.name,
                    found.methods.join(", ")
                ));
                return;
            }
            method.clone_into(&mut interpreter.start_method);
        }
        self.chosen.push(ChosenPython {
            path: found.path,
            interpreter,
        });
    }
}

fn usable_interpreter(found: &FoundPython) -> Option<&Interpreter> {
    found.answer.as_ref().ok()
}

/// `3.13t`, even if the interpreter has a longer name.
fn short_name_of(interpreter: &Interpreter) -> String {
    let feature = feature_version(&interpreter.version);
    short_name(
        &interpreter.implementation,
        &feature,
        interpreter.free_threaded,
    )
}

/// The properties that a learner sees. Two Pythons with the same ones show the same results.
fn display_kind(found: &FoundPython) -> Option<(String, bool)> {
    let interpreter = usable_interpreter(found)?;
    Some((short_name_of(interpreter), interpreter.gil))
}

/// Sorts by numbers: 3.9 is older than 3.10. A suffix (`3.15.0a1`) makes a version older than one without.
fn version_key(found: &FoundPython) -> (Vec<u32>, bool) {
    let text = usable_interpreter(found).map_or("", |it| it.version.as_str());
    let number = |part: &str| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    };
    let is_final = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    (text.split('.').map(number).collect(), is_final)
}
