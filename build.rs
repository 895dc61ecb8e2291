//! How the program is linked.
#![allow(clippy::print_stdout)] // This is how a build script speaks to Cargo.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |key: &str| env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    // A program of a fixed address starts in two thirds of the time, and every worker starts it: its 20,000 addresses
    // need no change then.
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
