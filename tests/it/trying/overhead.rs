//! The cost of observing a program that computes: alternately with and without `try`.

use std::{process::Command, time::Instant};

use super::{Stage, json};
use crate::support::{skipped, watchdog};

/// Keeps one core busy for about half a second, and prints for how long.
const SCRIPT: &str = "
import time
began = time.process_time()
total = 0
for number in range(4_000_000):
    total += number * number % 7
print(time.process_time() - began)
";

/// With free cores the ratio is required to be smaller (`cargo bench --bench try`); tests run in parallel.
const GENEROUS: f64 = 1.25;

#[test]
fn a_script_that_computes_is_hardly_slower_when_it_is_watched() {
    let _guard = watchdog("the cost of watching");
    let Some(stage) = Stage::with(SCRIPT) else {
        return;
    };
    let plain = || {
        let mut command = Command::new(&stage.python);
        let output = command
            .arg("my.py")
            .current_dir(stage.home.path())
            .output()
            .unwrap();
        seconds(&String::from_utf8(output.stdout).unwrap())
    };
    let watched = || {
        let report = json(&stage.run(&["try", "--format", "json", "my.py"]));
        let workers = &report["backends"][0]["workers"];
        seconds(workers[0]["output"][0].as_str().unwrap())
    };
    let began = Instant::now();
    let mut ratios = Vec::new();
    // Other programs may disturb one pair, or several.
    while ratios.len() < 9 && began.elapsed().as_secs() < 30 {
        let (without, with) = (plain(), watched());
        ratios.push(with / without);
        ratios.sort_by(f64::total_cmp);
        if ratios.len() >= 3 && ratios[ratios.len() / 2] <= GENEROUS {
            return;
        }
    }
    if ratios.len() < 3 {
        skipped("this machine is too busy to measure what watching costs");
        return;
    }
    panic!("watched ÷ plain: {ratios:?}");
}

#[track_caller]
fn seconds(text: &str) -> f64 {
    let parsed = text.trim().parse();
    parsed.unwrap_or_else(|_| panic!("no seconds: {text:?}"))
}
