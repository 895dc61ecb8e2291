//! Tests of the program and of the modules' public interfaces, with real processes and real faults.

mod bad_input;
mod claims;
mod cli;
#[cfg(target_os = "linux")]
mod exercises;
mod faults;
mod gil;
mod home;
#[cfg(target_os = "linux")]
mod interrupt;
mod lab_backends;
mod lab_processes;
#[cfg(unix)]
mod learning;
mod lessons;
#[cfg(target_os = "linux")]
mod observe;
#[cfg(unix)]
mod progress;
mod prompt;
#[cfg(unix)]
mod pty;
#[cfg(target_os = "linux")]
mod python;
mod reports;
#[cfg(unix)]
mod signals;
mod support;
#[cfg(unix)]
mod terminal;
mod tidy;
mod try_advice;
#[cfg(target_os = "linux")]
mod trying;
mod waiting;
