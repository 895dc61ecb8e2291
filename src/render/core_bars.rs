//! How busy each core is, as bars.

use std::io;

use super::{Style, text::clip_to_width};

/// The width of a bar, in characters.
const BAR_WIDTH: usize = 20;

/// The load of a core, and who runs there.
#[derive(Debug, Clone, PartialEq)]
pub struct CoreLoad {
    /// Its number.
    pub core: u32,
    /// How busy it is, with all programs: 1.0 = all the time.
    pub load: f64,
    /// The workers that run there, or wait for it.
    pub workers: Vec<String>,
}

/// Writes a line for each core: `core 0  ██████████░░░░░░░░░░   50 %  p1, p2`.
///
/// # Errors
/// The errors of writing to `to`.
pub fn write_core_bars(
    cores: &[CoreLoad],
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let (full, empty) = if style.ascii {
        ("#", "-")
    } else {
        ("█", "░")
    };
    for core in cores {
        let load = core.load.clamp(0.0, 1.0);
        let filled = (load * BAR_WIDTH as f64).round() as usize;
        let bar = full.repeat(filled) + &empty.repeat(BAR_WIDTH - filled);
        let workers = core.workers.join(", ");
        let line = format!(
            "core {:<3} {bar} {:>3.0} %  {workers}",
            core.core,
            load * 100.0
        );
        writeln!(to, "{}", clip_to_width(line.trim_end(), style.width))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_core_has_a_bar_and_its_workers() {
        let core = |core: u32, load: f64, workers: &[&str]| CoreLoad {
            core,
            load,
            workers: workers.iter().map(|name| (*name).to_owned()).collect(),
        };
        let mut drawn = Vec::new();
        let cores = [core(0, 1.0, &["p1", "p2"]), core(11, 0.24, &[])];
        write_core_bars(&cores, &Style::without_color(80), &mut drawn).unwrap();
        let drawn = String::from_utf8(drawn).unwrap();
        insta::assert_snapshot!(drawn, @r"
        core 0   ████████████████████ 100 %  p1, p2
        core 11  █████░░░░░░░░░░░░░░░  24 %
        ");
    }
}
