//! Tests of the program and of the modules' public interfaces, with real processes and real faults.

#[cfg(target_os = "linux")]
mod bench;
mod claims;
#[cfg(target_os = "linux")]
mod exercises;
#[cfg(target_os = "linux")]
mod expected_file;
mod faults;
mod gil;
mod home;
#[cfg(target_os = "linux")]
mod interrupt;
mod lab_backends;
mod lab_cluster;
mod lab_futures;
mod lab_processes;
mod lessons;
#[cfg(target_os = "linux")]
mod observe;
#[cfg(unix)]
mod progress;
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
#[cfg(target_os = "linux")]
mod transcripts;
mod try_advice;
#[cfg(target_os = "linux")]
mod trying;
mod waiting;
