//! How the benches are linked.
#![allow(clippy::print_stdout)] // This is how a build script speaks to Cargo.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |key: &str| env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    // As Forklore itself: see its build script.
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-benches=-no-pie");
    }
}
