//! `top`: the workers live.

use std::{io, thread, time::Duration};

use anyhow::Result;

use super::describe_snapshot;
use crate::{
    bench::{BenchSnapshot, WorkerState},
    measure::CoreSampler,
    render::{self, CoreLoad, Style},
    repl::{idle_wait::InterruptibleWait, screen, session::Session, settings::Settings},
    signals::TypedKeys,
    terminal::{self, KeyMode},
};

/// The time between two pictures, and the period of their figures. The load of cores takes at least 200 ms to read.
const PERIOD: Duration = Duration::from_millis(500);
/// The least lines of the table and of what is around it.
const TABLE_LINES: usize = 8;

/// `top`. Without a terminal for people, it shows one picture.
pub fn show_top(session: &mut Session, settings: &Settings) -> Result<()> {
    let is_live = !session.screen.style.accessible && screen::is_summarized(settings.format);
    let Some(keys) = KeyMode::begin().filter(|_| is_live) else {
        return show_once(session, settings);
    };
    session.bench_output.hold();
    let shown = show_until_key(session, &keys);
    drop(keys);
    session.bench_output.release();
    shown?;
    Ok(())
}

fn show_once(session: &mut Session, settings: &Settings) -> Result<()> {
    let (snapshot, cores) = observe(session, || thread::sleep(PERIOD));
    let document = describe_snapshot(&snapshot);
    let format = settings.format;
    session.screen.write_long(|style, to| {
        if screen::is_summarized(format) {
            render::write_core_bars(&cores, style, to)?;
        }
        render::write_document(&document, format, style, to)
    })?;
    Ok(())
}

fn show_until_key(session: &mut Session, keys: &KeyMode) -> io::Result<()> {
    let wait = InterruptibleWait::begin(&session.signals, "", TypedKeys::Kept);
    terminal::clear(&mut *session.screen.out)?;
    while !wait.is_interrupted() {
        let mut pressed = false;
        let (snapshot, cores) = observe(session, || pressed = keys.wait_for_key(PERIOD));
        // The figures of a period that a key cut short say little.
        if pressed {
            break;
        }
        session.screen.fit_width();
        let height = session.screen.height.unwrap_or(24);
        let lines = draw_frame(&snapshot, cores, session.screen.style, height)?;
        let out = &mut *session.screen.out;
        terminal::begin_redraw(out)?;
        for line in lines {
            writeln!(out, "{line}{}", terminal::ERASE_REST)?;
        }
        terminal::end_redraw(out)?;
    }
    wait.finish();
    Ok(())
}

/// The workers and cores, with figures of the time that `wait` takes.
fn observe(session: &Session, wait: impl FnOnce()) -> (BenchSnapshot, Vec<CoreLoad>) {
    let sampler = CoreSampler::start();
    let earlier = session.bench.read_system();
    wait();
    let snapshot = session.bench.compare_with(&earlier);
    let loads = sampler.and_then(CoreSampler::finish).unwrap_or_default();
    let cores = loads.iter().enumerate().map(|(core, load)| CoreLoad {
        core: core as u32,
        load: f64::from(*load),
        workers: workers_on(&snapshot, core as u32),
    });
    let cores = cores.collect();
    (snapshot, cores)
}

/// The workers that run on a core, or are ready to.
fn workers_on(snapshot: &BenchSnapshot, core: u32) -> Vec<String> {
    let is_there = |state| matches!(state, WorkerState::Computing | WorkerState::Ready);
    let rows = snapshot.rows.iter();
    rows.filter(|row| row.core == Some(core) && is_there(row.state))
        .map(|row| row.name.clone())
        .collect()
}

/// The lines of one picture: as many as the screen has, but one.
fn draw_frame(
    snapshot: &BenchSnapshot,
    mut cores: Vec<CoreLoad>,
    style: Style,
    height: usize,
) -> io::Result<Vec<String>> {
    let mut drawn = Vec::new();
    cores.truncate(height.saturating_sub(TABLE_LINES).max(1));
    render::write_core_bars(&cores, &style, &mut drawn)?;
    let document = describe_snapshot(snapshot);
    render::write_document(&document, render::Format::default(), &style, &mut drawn)?;
    let drawn = String::from_utf8_lossy(&drawn);
    let mut lines: Vec<String> = drawn.lines().map(str::to_owned).collect();
    let room = height.saturating_sub(2).max(1);
    if lines.len() > room {
        let hidden = lines.len() - room + 1;
        lines.truncate(room - 1);
        lines.push(format!("… and {hidden} more lines: `ps` shows all"));
    }
    lines.push("Any key leaves.".to_owned());
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_as_high_as_the_screen() {
        let core = |core| CoreLoad {
            core,
            load: 0.5,
            workers: Vec::new(),
        };
        let style = Style::without_color(80);
        let many = (0..64).map(core).collect();
        let lines = draw_frame(&BenchSnapshot::default(), many, style, 24).unwrap();
        assert_eq!(lines.len(), 18, "{lines:?}");
        let lines = draw_frame(&BenchSnapshot::default(), vec![core(0)], style, 2).unwrap();
        assert_eq!(lines.len(), 2, "{lines:?}");
    }
}
