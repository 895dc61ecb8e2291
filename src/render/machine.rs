//! The machine of a schedule: a listing for each worker, with a cursor in it, and what the workers share.

use std::io;

use super::{
    Format, Style, TextRole,
    prose::write_prose,
    text::{TextSpan, display_width},
};
use crate::schedule::{BlockedOn, MachineState, Program, ScheduleRun, WorkerIndex};

/// The minimum width of a column. So three columns do not fit into 50 characters, and four fit into 80.
const COLUMN: usize = 18;

/// The spaces between two columns.
const GAP: usize = 2;

/// One worker, or what all of them share: a line each.
struct MachinePart {
    heading: String,
    listing: Vec<TextSpan>,
    /// Lines at the same height in all parts, below the longest listing.
    status: Vec<TextSpan>,
}

/// Writes the machine: as a drawing; for a screen reader and in the format `plain`, in sentences.
///
/// # Errors
/// The errors of writing to `to`.
pub fn write_machine(
    run: &ScheduleRun,
    format: Format,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Md => {
            writeln!(to, "```text")?;
            write_drawing(run, Style::without_color(style.width), to)?;
            writeln!(to, "```\n")
        }
        Format::Plain => write_sentences(run, *style, to),
        _ if style.accessible => write_sentences(run, *style, to),
        _ => write_drawing(run, *style, to),
    }
}

/// The workers side by side, and what they share after the first one, or below them; where they do not fit, one part
/// below the other.
fn write_drawing(run: &ScheduleRun, style: Style, to: &mut dyn io::Write) -> io::Result<()> {
    let mut parts: Vec<MachinePart> = run
        .program()
        .workers()
        .map(|worker| worker_part(run, worker, style))
        .collect();
    let shared = shared_part(run);
    let of_workers = lay_side_by_side(&parts, style);
    let below = shared.stacked_lines(style);
    parts.insert(1, shared);
    let stacked = || parts.iter().flat_map(|part| part.stacked_lines(style));
    let lines = lay_side_by_side(&parts, style)
        .or_else(|| Some([of_workers?, below].concat()))
        .unwrap_or_else(|| stacked().collect());
    for line in lines {
        writeln!(to, "{}", line.trim_end())?;
    }
    Ok(())
}

impl MachinePart {
    fn width(&self) -> usize {
        let lines = self.listing.iter().chain(&self.status);
        let widths = lines.map(|line| display_width(&line.text));
        widths.chain([COLUMN]).max().unwrap_or(COLUMN)
    }

    fn stacked_lines(&self, style: Style) -> Vec<String> {
        let heading = style.paint_text(&self.heading, TextRole::Strong);
        let lines = self.listing.iter().chain(&self.status);
        let lines = lines.filter(|line| !line.text.is_empty());
        let painted = lines.map(|line| style.paint_text(&line.text, line.role));
        [heading].into_iter().chain(painted).collect()
    }
}

/// The parts beside each other; `None` where they do not fit.
fn lay_side_by_side(parts: &[MachinePart], style: Style) -> Option<Vec<String>> {
    let widths: Vec<usize> = parts.iter().map(MachinePart::width).collect();
    if widths.iter().sum::<usize>() + GAP * (widths.len() - 1) > style.width {
        return None;
    }
    let longest = parts
        .iter()
        .map(|part| part.listing.len())
        .max()
        .unwrap_or(0);
    let rule = if style.ascii { "-" } else { "─" };
    let mut columns: Vec<Vec<TextSpan>> = Vec::new();
    for (part, width) in parts.iter().zip(&widths) {
        let mut lines = vec![
            TextSpan::new(format!("  {}", part.heading), TextRole::Strong),
            TextSpan::new(format!("  {}", rule.repeat(width - 2)), TextRole::Dim),
        ];
        lines.extend(part.listing.iter().cloned());
        lines.resize(longest + 2, TextSpan::new("", TextRole::Plain));
        lines.extend(part.status.iter().cloned());
        columns.push(lines);
    }
    let is_blank = |line: &TextSpan| line.text.is_empty();
    for lines in &mut columns {
        while lines.last().is_some_and(is_blank) {
            lines.pop();
        }
    }
    let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |column: &Vec<TextSpan>, width: usize, row: usize| {
        let Some(span) = column.get(row) else {
            return " ".repeat(width + GAP);
        };
        let blank = " ".repeat(width + GAP - display_width(&span.text));
        format!("{}{blank}", style.paint_text(&span.text, span.role))
    };
    let lines = (0..rows).map(|row| {
        let columns = columns.iter().zip(&widths);
        columns
            .map(|(column, width)| cell(column, *width, row))
            .collect()
    });
    Some(lines.collect())
}

fn worker_part(run: &ScheduleRun, worker: WorkerIndex, style: Style) -> MachinePart {
    let (program, state) = (run.program(), run.state());
    let cursor = if style.ascii { "> " } else { "▸ " };
    let at = state.counter(worker);
    let blocked = state.blocked_on(program, worker);
    let lines = program.listing(worker).iter();
    let lines = lines.map(|instruction| program.format_instruction(*instruction));
    let listing = lines
        .chain(["end".to_owned()])
        .enumerate()
        .map(|(index, text)| {
            let role = match index.cmp(&at) {
                std::cmp::Ordering::Less => TextRole::Dim,
                std::cmp::Ordering::Equal if blocked.is_some() => TextRole::Warning,
                std::cmp::Ordering::Equal => TextRole::Strong,
                std::cmp::Ordering::Greater => TextRole::Plain,
            };
            let before = if index == at { cursor } else { "  " };
            TextSpan::new(format!("{before}{text}"), role)
        });
    let register = format!("  register {}", state.register(worker));
    let waits = blocked.map_or_else(String::new, |on| {
        format!("  waits: {}", name_wait(program, on))
    });
    MachinePart {
        heading: format!("worker {worker}"),
        listing: listing.collect(),
        status: vec![
            TextSpan::new(register, TextRole::Plain),
            TextSpan::new(waits, TextRole::Warning),
        ],
    }
}

/// A wait in two or three words.
fn name_wait(program: &Program, on: BlockedOn) -> String {
    match on {
        BlockedOn::HeldLock { lock, .. } => format!("{} is held", program.lock_name(lock)),
        BlockedOn::FullQueue(id) => format!("{} is full", program.queue(id).name),
        BlockedOn::EmptyQueue(id) => format!("{} is empty", program.queue(id).name),
    }
}

fn shared_part(run: &ScheduleRun) -> MachinePart {
    let shared = describe_shared(run.program(), run.state());
    let lines = shared
        .into_iter()
        .map(|(name, value)| format!("  {name}: {value}"));
    MachinePart {
        heading: "shared".to_owned(),
        listing: lines
            .map(|line| TextSpan::new(line, TextRole::Number))
            .collect(),
        status: Vec::new(),
    }
}

/// The name and the value of everything that is shared.
fn describe_shared<'p>(program: &'p Program, state: &MachineState) -> Vec<(&'p str, String)> {
    let variables = program.variables().iter().zip(state.values());
    let variables = variables.map(|(variable, value)| (variable.name.as_str(), value.to_string()));
    let locks = program.locks().iter().zip(state.owners());
    let locks = locks.map(|(name, owner)| {
        let value = owner.map_or_else(|| "free".to_owned(), |owner| format!("worker {owner}"));
        (name.as_str(), value)
    });
    let queues = program
        .queues()
        .iter()
        .zip(state.queues())
        .map(|(queue, items)| {
            let shown: Vec<String> = items.iter().map(ToString::to_string).collect();
            let shown = if shown.is_empty() {
                "empty".to_owned()
            } else {
                shown.join(", ")
            };
            let (count, most) = (items.len(), queue.capacity);
            (queue.name.as_str(), format!("{shown} ({count} of {most})"))
        });
    variables.chain(locks).chain(queues).collect()
}

/// A sentence for each worker and one for what they share; before the first step, the listings too.
fn write_sentences(run: &ScheduleRun, style: Style, to: &mut dyn io::Write) -> io::Result<()> {
    let (program, state) = (run.program(), run.state());
    let mut write = |text: &str| write_prose(text, TextRole::Plain, style, to);
    for worker in program.workers() {
        let listing = program.listing(worker).iter();
        let listing: Vec<String> = listing
            .map(|step| program.format_instruction(*step))
            .collect();
        if run.schedule().0.is_empty() {
            write(&format!(
                "Worker {worker}, listing: {}.",
                listing.join("; ")
            ))?;
        }
        let (done, of) = (state.counter(worker), listing.len());
        let next = listing.get(done).map_or("end", String::as_str);
        let wait = state.blocked_on(program, worker);
        let wait = wait.map_or_else(String::new, |on| {
            format!(" waits: {};", name_wait(program, on))
        });
        let register = state.register(worker);
        write(&format!(
            "Worker {worker}: {done} of {of} steps done; next: {next};{wait} register {register}."
        ))?;
    }
    let shared = describe_shared(program, state).into_iter();
    let shared: Vec<String> = shared
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    write(&format!("Shared: {}.", shared.join("; ")))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::schedule::find_scenario;

    fn drawn(scenario: &str, schedule: &[usize], style: Style) -> String {
        let task = find_scenario(scenario)
            .expect("a scenario")
            .build_task()
            .expect("a task");
        let mut run = ScheduleRun::new(Arc::clone(&task.program));
        for worker in schedule {
            run.step(WorkerIndex(worker - 1)).expect("a worker");
        }
        let mut bytes = Vec::new();
        write_machine(&run, Format::Text, &style, &mut bytes).expect("memory takes it");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn the_workers_stand_beside_what_they_share() {
        let race = drawn("race", &[1, 1, 2], Style::without_color(80));
        insta::assert_snapshot!(race);
    }

    #[test]
    fn a_worker_that_waits_says_for_what() {
        let stuck = drawn("deadlock", &[1, 2], Style::without_color(80));
        insta::assert_snapshot!(stuck);
    }

    #[test]
    fn where_it_is_narrow_one_stands_below_the_other() {
        let queue = drawn("bounded-queue", &[1, 1], Style::without_color(30));
        insta::assert_snapshot!(queue);
    }

    #[test]
    fn what_the_workers_share_stands_below_them_where_two_fit() {
        let locked = drawn("race-lock", &[1, 2], Style::without_color(50));
        insta::assert_snapshot!(locked);
    }

    #[test]
    fn a_screen_reader_gets_sentences() {
        let accessible = Style {
            accessible: true,
            ..Style::without_color(80)
        };
        let start = drawn("race", &[], accessible);
        let later = drawn("race-lock", &[1], accessible);
        insta::assert_snapshot!(format!("{start}\n{later}"));
    }

    #[test]
    fn ascii_has_a_cursor_too() {
        let ascii = Style {
            ascii: true,
            ..Style::without_color(80)
        };
        assert!(drawn("race", &[], ascii).is_ascii());
        assert!(drawn("race", &[], ascii).contains("> load counter"));
    }
}
