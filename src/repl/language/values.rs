//! The values of flags: each parser names the values that it accepts.

use clap::{
    ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};

use crate::{
    record::{self, BUILTIN_RECORDINGS, BuiltinRecording},
    render::{ColorChoice, Format},
};

/// `--format`.
pub fn format_parser() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|name| format_named(&name))
}

/// The format with that name.
pub fn format_named(name: &str) -> Result<Format, String> {
    name.parse()
        .map_err(|_| takes_one_of(&Format::ALL.map(Format::name)))
}

/// `--color`.
pub fn color_parser() -> impl TypedValueParser<Value = ColorChoice> {
    PossibleValuesParser::new(["auto", "always", "never"]).try_map(|name| color_named(&name))
}

/// The choice of colour with that name.
pub fn color_named(name: &str) -> Result<ColorChoice, String> {
    ColorChoice::from_str(name, false).map_err(|_| takes_one_of(&["auto", "always", "never"]))
}

/// `replay --builtin`.
pub fn recording_parser() -> impl TypedValueParser<Value = &'static BuiltinRecording> {
    PossibleValuesParser::new(BUILTIN_RECORDINGS.iter().map(|recording| recording.name))
        .try_map(|name| record::find_builtin(&name).ok_or(name))
}

/// `completions SHELL`.
pub fn shell_parser() -> impl TypedValueParser<Value = clap_complete::Shell> {
    clap::value_parser!(clap_complete::Shell)
}

/// `--times`.
pub fn parse_times(text: &str) -> Result<u32, String> {
    parse_between(text, 1, 1000)
}

/// `--timeout`: whole seconds, a day at most.
pub fn parse_seconds(text: &str) -> Result<u64, String> {
    parse_between(text, 1, 86_400)
}

/// `--size` of a worker.
pub fn parse_size(text: &str) -> Result<u64, String> {
    parse_between(text, 1, 1_000_000_000_000)
}

/// `--seed`.
pub fn parse_seed(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| "takes a whole number, 0 or more".to_owned())
}

/// `takes text, plain or json`.
pub fn takes_one_of(names: &[&str]) -> String {
    format!("takes {}", crate::text::join_words(names, "or"))
}

fn parse_between<N: std::str::FromStr + PartialOrd + std::fmt::Display>(
    text: &str,
    low: N,
    high: N,
) -> Result<N, String> {
    match text.parse::<N>() {
        Ok(number) if number >= low && number <= high => Ok(number),
        _ => Err(format!("takes a whole number from {low} to {high}")),
    }
}
