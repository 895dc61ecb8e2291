//! The completions of a line: commands, demos, flags and their values, lesson numbers, files.
//!
//! They depend only on the line and on the state of the session; commands and flags are read from the grammar.

use std::sync::LazyLock;

use clap::{Arg, Command, CommandFactory};

use crate::{
    bench::WorkKind,
    catalog::{self, DemoSpec, SettingKind, find_setting},
    repl::{
        language::{prompt_line::PromptLine, shell_words},
        settings,
    },
    schedule::SCENARIOS,
    text::keep_distinct,
};

/// The state of the session that completion needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is true or not, whatever the others are"
)]
pub struct CompletionContext {
    /// The numbers of the lessons.
    pub lessons: Vec<u32>,
    /// The names of the exercises.
    pub exercises: Vec<String>,
    /// The names of the programs that lessons show.
    pub programs: Vec<String>,
    /// The names of the workers that were started by hand.
    pub workers: Vec<String>,
    /// The number of steps in the current lesson; 0 outside of lessons.
    pub steps: usize,
    /// Whether a question is open.
    pub question: bool,
    /// Whether Enter resumes the last lesson.
    pub resume: bool,
    /// The lesson that Enter begins.
    pub begins: Option<u32>,
    /// Whether the end of the last lesson was shown: nothing follows it.
    pub last_end: bool,
    /// Whether a demo waits for a guess.
    pub locked: bool,
    /// Whether a demo waits for Enter.
    pub demo: bool,
    /// Whether Enter shows more of this step.
    pub more: bool,
}

impl CompletionContext {
    /// What names an exercise: its own name, or the number of its lesson.
    fn exercises_and_lessons(&self) -> Vec<String> {
        let numbers = self.lessons.iter().map(u32::to_string);
        self.exercises.iter().cloned().chain(numbers).collect()
    }
}

/// The completions at the cursor.
#[derive(Debug, PartialEq, Eq)]
pub enum CompletionOffer {
    /// One of these words, in place of the text from `start` to the cursor.
    Words {
        /// The byte position where the typed word begins.
        start: usize,
        /// The possible words, in a sensible order.
        words: Vec<String>,
        /// Whether another part of the same word may follow.
        goes_on: bool,
    },
    /// A file name.
    Files,
}

static GRAMMAR: LazyLock<Command> = LazyLock::new(|| {
    let mut line = PromptLine::command();
    line.build();
    line
});

/// The completions at the end of `typed`, the line up to the cursor.
pub fn complete_line(typed: &str, here: &CompletionContext) -> CompletionOffer {
    let mut words = shell_words::split_so_far(typed);
    let current = match words.last() {
        Some(last) if last.place.end == typed.len() => words.pop(),
        _ => None,
    };
    let (start, current) = current.map_or((typed.len(), String::new()), |word| {
        (word.place.start, word.text)
    });
    let is_plain = typed[start..] == current;
    let before: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let choices = match before.split_first() {
        None => WordChoices::Words(first_words()),
        Some((first, rest)) => TypedContext::from_words(first, rest)
            .map_or(WordChoices::no_choices(), |context| {
                context.possible_choices(&current, here)
            }),
    };
    // Inside quotes, positions in the word differ from positions in the line.
    let part = if is_plain {
        current.rfind([',', '=']).map_or(0, |at| at + 1)
    } else {
        0
    };
    match choices {
        WordChoices::Files => CompletionOffer::Files,
        WordChoices::Words(words) => offer_matching(words, start, &current, false),
        WordChoices::Value(words) => offer_matching(words, start + part, &current[part..], false),
        WordChoices::Values(words) => offer_matching(words, start + part, &current[part..], true),
    }
}

fn offer_matching(
    words: Vec<String>,
    start: usize,
    current: &str,
    goes_on: bool,
) -> CompletionOffer {
    let words = words
        .into_iter()
        .filter(|word| word.starts_with(current))
        .collect();
    CompletionOffer::Words {
        start,
        words,
        goes_on,
    }
}

enum WordChoices {
    Words(Vec<String>),
    /// A flag's value, perhaps after `--flag=`.
    Value(Vec<String>),
    /// The same for a flag with several values, separated by commas.
    Values(Vec<String>),
    Files,
}

impl WordChoices {
    fn no_choices() -> Self {
        Self::Words(Vec::new())
    }
}

fn first_words() -> Vec<String> {
    let commands = GRAMMAR
        .get_subcommands()
        .map(|command| command.get_name().to_owned());
    let mut words: Vec<String> = commands.collect();
    words.extend(demo_names());
    keep_distinct(words)
}

fn names_of(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn demo_names() -> Vec<String> {
    catalog::demo_names()
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// The words before the one that is being typed.
struct TypedContext<'l> {
    command: &'static Command,
    demo: Option<&'static DemoSpec>,
    words: Vec<&'l str>,
    flags: Vec<&'static Arg>,
    /// The flag that expects a value next.
    due: Option<&'static Arg>,
}

impl<'l> TypedContext<'l> {
    fn from_words(first: &'l str, rest: &[&'l str]) -> Option<Self> {
        let named = GRAMMAR.find_subcommand(first);
        let bare = named.is_none().then(|| catalog::find_demo(first)).flatten();
        let command = named.or_else(|| bare.and_then(|_| GRAMMAR.find_subcommand("run")))?;
        let mut context = Self {
            command,
            demo: bare,
            words: Vec::new(),
            flags: Vec::new(),
            due: None,
        };
        context.words.extend(bare.map(|_| first));
        for word in rest {
            context.add_word(word);
        }
        if command.get_name() == "run" {
            context.demo = context
                .words
                .first()
                .and_then(|name| catalog::find_demo(name));
        }
        if command.get_name() == "compare" {
            context.demo = catalog::find_demo("compare");
        }
        Some(context)
    }

    fn add_word(&mut self, word: &'l str) {
        if self.due.take().is_some() {
            return;
        }
        // Everything after a script belongs to the script.
        let is_own = self.words.is_empty() || !self.takes_the_rest();
        match self.find_flag(word).filter(|_| is_own) {
            Some(flag) => {
                self.flags.push(flag);
                let is_due = flag.get_action().takes_values() && !word.contains('=');
                self.due = is_due.then_some(flag);
            }
            None => self.words.push(word),
        }
    }

    /// The flag that a word names: `--workers`, `--workers=4`, `-w`.
    fn find_flag(&self, word: &str) -> Option<&'static Arg> {
        let name = word.split('=').next().unwrap_or(word);
        let mut arguments = self.command.get_arguments();
        arguments.find(|argument| match name.strip_prefix("--") {
            Some(long) => argument.get_long() == Some(long),
            None => name.strip_prefix('-').is_some_and(|short| {
                argument
                    .get_short()
                    .is_some_and(|known| short == known.to_string())
            }),
        })
    }

    /// Whether the command's last argument takes all further words, flags too: `try my.py --n 3`.
    fn takes_the_rest(&self) -> bool {
        let mut words = self.command.get_positionals();
        words.any(Arg::is_trailing_var_arg_set)
    }

    fn possible_choices(&self, current: &str, here: &CompletionContext) -> WordChoices {
        if let Some(flag) = self.due {
            return self.flag_choices(flag, here);
        }
        if self.takes_the_rest() && !self.words.is_empty() {
            return WordChoices::Files;
        }
        if current.starts_with('-') {
            return match self.find_flag(current).filter(|_| current.contains('=')) {
                Some(flag) => self.flag_choices(flag, here),
                None => WordChoices::Words(self.free_flags()),
            };
        }
        let names = here.exercises_and_lessons();
        let is_exercise = !current.is_empty() && names.iter().any(|name| name.starts_with(current));
        if self.command.get_name() == "check" && self.words.is_empty() && is_exercise {
            return WordChoices::Words(names);
        }
        // A number of workers may come before their work.
        let is_counted = self.command.get_name() == "spawn"
            && self
                .words
                .get(1)
                .is_some_and(|word| word.parse::<u32>().is_ok());
        let place = self.words.len() - usize::from(is_counted);
        let position = self.command.get_positionals().nth(place);
        position.map_or_else(
            || WordChoices::Words(self.free_flags()),
            |word| self.positional_choices(word, here),
        )
    }

    fn positional_choices(&self, word: &Arg, here: &CompletionContext) -> WordChoices {
        WordChoices::Words(match word.get_id().as_str() {
            "demo" => demo_names(),
            "scenario" => SCENARIOS
                .iter()
                .map(|scenario| scenario.name.to_owned())
                .collect(),
            "what" => vec!["lesson".to_owned()],
            "number" => here.lessons.iter().map(u32::to_string).collect(),
            "which" => here.exercises_and_lessons(),
            "program" => here.programs.clone(),
            "worker" => {
                let all = std::iter::once("all".to_owned());
                here.workers.iter().cloned().chain(all).collect()
            }
            "work" => names_of(&WorkKind::ALL.map(WorkKind::name)),
            "signal" => names_of(&["TERM", "KILL", "INT", "STOP", "CONT"]),
            "place" | "kind" => word
                .get_possible_values()
                .iter()
                .map(|value| value.get_name().to_owned())
                .collect(),
            "step" => (1..=here.steps).map(|step| step.to_string()).collect(),
            "command" => first_words(),
            "name" => settings::setting_names()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            "value" => {
                let values = settings::setting_values(self.words.first().unwrap_or(&""));
                values.into_iter().map(str::to_owned).collect()
            }
            _ => return WordChoices::Files,
        })
    }

    fn flag_choices(&self, flag: &Arg, here: &CompletionContext) -> WordChoices {
        if let Some(setting) = find_setting(flag.get_id().as_str()) {
            let names = setting.choices(self.demo);
            let words = names.into_iter().map(str::to_owned).collect();
            return match setting.kind {
                SettingKind::Backends | SettingKind::Pythons => WordChoices::Values(words),
                _ => WordChoices::Value(words),
            };
        }
        if flag.get_id() == "save" {
            return WordChoices::Files;
        }
        if flag.get_id() == "exercise" {
            return WordChoices::Value(here.exercises_and_lessons());
        }
        let values = flag.get_possible_values();
        let words = values.iter().map(|value| value.get_name().to_owned());
        WordChoices::Value(words.collect())
    }

    /// The flags that may follow: not those that are given already, and only those that the demo takes.
    fn free_flags(&self) -> Vec<String> {
        self.command
            .get_arguments()
            .filter(|argument| {
                !self
                    .flags
                    .iter()
                    .any(|flag| flag.get_id() == argument.get_id())
            })
            .filter(|argument| self.is_taken(argument.get_id().as_str()))
            .filter_map(|argument| argument.get_long().map(|long| format!("--{long}")))
            .collect()
    }

    fn is_taken(&self, setting: &str) -> bool {
        match (self.demo, find_setting(setting)) {
            (Some(demo), Some(setting)) if setting.is_of_demos() => demo.takes(setting.name),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(typed: &str) -> Vec<String> {
        let here = CompletionContext {
            lessons: vec![1, 2, 6],
            exercises: vec!["q6-four".to_owned()],
            programs: vec!["hello".to_owned()],
            workers: vec!["p1".to_owned(), "t1".to_owned()],
            steps: 3,
            demo: false,
            ..CompletionContext::default()
        };
        match complete_line(typed, &here) {
            CompletionOffer::Words { words, .. } => words,
            CompletionOffer::Files => vec!["(files)".to_owned()],
        }
    }

    #[test]
    fn a_first_word_is_a_command() {
        assert_eq!(words("les"), ["lesson", "lessons"]);
        assert!(words("").contains(&"doctor".to_owned()));
        assert!(words("zebra ").is_empty());
    }

    #[test]
    fn lessons_steps_settings_and_files_complete() {
        assert_eq!(words("lesson "), ["1", "2", "6"]);
        assert_eq!(words("exercise q"), ["q6-four"]);
        assert_eq!(words("program h"), ["hello"]);
        assert_eq!(words("check "), ["(files)"]);
        assert_eq!(words("check q"), ["q6-four"]);
        assert_eq!(words("check q6_"), ["(files)"]);
        assert_eq!(words("goto "), ["1", "2", "3"]);
        assert_eq!(words("set work"), ["workers"]);
        assert_eq!(
            words("set format "),
            ["text", "plain", "json", "csv", "md", "html", "svg", "trace"]
        );
        assert_eq!(words("help dem"), ["demos"]);
        assert_eq!(words("replay ./"), ["(files)"]);
        assert_eq!(words("run x --save a"), ["(files)"]);
        assert_eq!(words("try m"), ["(files)"]);
        assert_eq!(words("try my.py --n da"), ["(files)"]);
        assert_eq!(words("try my.py --form"), ["(files)"]);
        assert_eq!(words("try --form"), ["--format"]);
    }

    #[test]
    fn workers_and_their_work_complete() {
        assert_eq!(words("kill "), ["p1", "t1", "all"]);
        assert_eq!(words("kill p1 K"), ["KILL"]);
        assert_eq!(words("join t"), ["t1"]);
        assert_eq!(words("crash p1 se"), ["segfault"]);
        assert_eq!(words("spawn "), ["process", "thread"]);
        assert_eq!(words("spawn process pr"), ["primes", "print"]);
        assert_eq!(words("spawn process 2 w"), ["wait"]);
        assert_eq!(words("spawn process 2 wait --lo"), ["--lock"]);
        assert_eq!(words("cr"), ["crash"]);
    }

    #[test]
    fn flags_and_their_values_complete() {
        assert_eq!(words("last --form"), ["--format"]);
        assert_eq!(words("last --format j"), ["json"]);
        assert_eq!(words("last --format=j"), ["json"]);
        assert!(!words("last --format json --").contains(&"--format".to_owned()));
        assert_eq!(words("lesson 6 --pl"), ["--play"]);
    }

    #[test]
    fn a_word_is_replaced_from_where_it_begins() {
        let CompletionOffer::Words { start, .. } =
            complete_line("last --format=j", &CompletionContext::default())
        else {
            panic!("files");
        };
        assert_eq!(start, "last --format=".len());
    }

    proptest! {
        #[test]
        fn any_line_has_an_offer_that_starts_inside_it(line in "\\PC*") {
            if let CompletionOffer::Words { start, .. } = complete_line(&line, &CompletionContext::default()) {
                prop_assert!(line.is_char_boundary(start));
            }
        }
    }
}
