//! Passes the build profile to the program: figures from an unoptimised build must be marked.

use std::{
    env,
    io::{self, Write},
};

fn main() -> io::Result<()> {
    let setting = |name: &str| env::var(name).unwrap_or_default();
    let build = match (setting("PROFILE").as_str(), setting("OPT_LEVEL").as_str()) {
        (profile, "0") => format!("{}, not optimised", short(profile)),
        ("release", _) => "release".to_owned(),
        (profile, _) => format!("{}, work optimised", short(profile)),
    };
    let mut to_cargo = io::stdout();
    writeln!(to_cargo, "cargo::rerun-if-changed=build.rs")?;
    writeln!(to_cargo, "cargo::rustc-env=FORKLORE_BUILD={build}")
}

/// Cargo calls this profile `dev` on the command line and `debug` here.
fn short(profile: &str) -> &str {
    if profile == "debug" { "dev" } else { profile }
}
