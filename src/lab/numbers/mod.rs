//! `numbers`: several processes each print a number. Which one is first?
//!
//! Every child waits at a barrier and starts to print at the same time by the machine's clock, so that the
//! scheduler decides the order. Without a barrier, the child that started first would nearly always win. They
//! print to one shared output, like processes that share a terminal; the order of arrival counts.

mod output;
mod report;
mod stream;

use std::{thread, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    Demo, DemoContext, LabError,
    children::RecordedChild,
    start_barrier::WorkerLabels,
    trials::{self, StepCounter},
};
use crate::{
    catalog::demos,
    measure::{MeterScope, RealMeter, WorkMeter, clock},
    mp::{self, Connection},
    record::{Backend, EventKind, ResourceUsage, TrialTimes, Value},
};
use output::{OutputHandle, SharedOutput};
use stream::OutputArrivals;

/// The numbers are multiples of this.
const STEP: u64 = 7;
/// Time between the message to the children and the moment when all print; all must have received it by then.
const NOTICE_NS: u64 = 3_000_000;
/// Additional time for each child.
const NOTICE_EACH_NS: u64 = 20_000;

/// Several processes, several numbers.
pub static DEMO: Demo = Demo {
    spec: &demos::NUMBERS,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, _| report::build_pictures(run),
};

/// What a child should print, and how.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PrintTask {
    number: u64,
    printer: OutputHandle,
}

/// A child's message to its parent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum PrinterMessage {
    /// The child is at the barrier.
    Ready {
        /// When it arrived, by the machine's clock, in nanoseconds.
        at_ns: u64,
    },
    /// The child has printed.
    Printed {
        /// When it printed, by the machine's clock, in nanoseconds.
        at_ns: u64,
        /// The resources that it used.
        usage: ResourceUsage,
    },
}

fn run(context: &DemoContext) -> Result<(), LabError> {
    let workers = context.workers(4);
    let repeat = context.params.repeat.unwrap_or(1);
    context.resolve_params(|params| {
        params.workers = Some(workers);
        params.repeat = Some(repeat);
    });
    let mut steps = StepCounter::start(context, repeat);
    for number in 0..repeat {
        steps.begin_step(format!("run {} of {repeat}", number + 1))?;
        let round = PrintRound { context, number };
        let done = trials::measure_undisturbed(context, || round.run_round(workers))?;
        round.observe_round(&done);
        let (backend, trial) = (Backend::Processes, Some(number));
        context.emit(EventKind::TrialFinished {
            backend,
            trial,
            times: done.times.into(),
        });
    }
    steps.finish();
    Ok(())
}

/// One of several runs: starts all children, lets them print at the same time, and joins them.
struct PrintRound<'a> {
    context: &'a DemoContext,
    number: u32,
}

/// The result of a round.
struct PrintRoundResult {
    times: TrialTimes,
    arrivals: OutputArrivals,
    /// Names and numbers, in the order of the starts.
    printed: Vec<(String, u64)>,
}

impl PrintRound<'_> {
    fn run_round(&self, workers: u32) -> Result<PrintRoundResult, LabError> {
        let (backend, trial) = (Backend::Processes, Some(self.number));
        self.context
            .emit(EventKind::TrialStarted { backend, trial });
        let began_ns = clock::now_ns();
        let output = SharedOutput::create()?;
        let mut children = (1..=u64::from(workers))
            .map(|place| PrintingChild::start(self, &output, STEP * place))
            .collect::<Result<Vec<_>, _>>()?;
        let ready_ns = self.await_ready(&mut children)?;
        output.forget_name();
        let gate_ns = clock::now_ns() + NOTICE_NS + NOTICE_EACH_NS * u64::from(workers);
        for printing in &children {
            // A child that is gone is noticed when its message is received.
            let _ = printing.gate.send(gate_ns);
        }
        let printed_ns = self.await_printed(&mut children)?;
        let arrivals = self.record_arrivals(&children, &output.read_all()?);
        for printing in &mut children {
            printing.child.join()?;
        }
        let cpu: Option<Vec<f64>> = children
            .iter()
            .map(|printing| printing.child.cpu_s())
            .collect();
        let times = TrialTimes {
            startup_s: seconds_between(began_ns, ready_ns),
            work_s: seconds_between(gate_ns, printed_ns),
            total_s: seconds_between(began_ns, clock::now_ns()),
            cpu_s: cpu.map(|seconds| seconds.iter().sum()),
            ..TrialTimes::default()
        };
        let printed = children
            .iter()
            .map(|printing| (printing.name(), printing.number))
            .collect();
        Ok(PrintRoundResult {
            times,
            arrivals,
            printed,
        })
    }

    /// Waits until all children are at the barrier. Returns when the last one arrived.
    fn await_ready(&self, children: &mut [PrintingChild]) -> Result<u64, LabError> {
        let mut last_ns = 0;
        for printing in children {
            let PrinterMessage::Ready { at_ns } = printing.receive_message(self.context)? else {
                return Err(printing.unexpected_message_error());
            };
            let startup_s = seconds_between(printing.asked_ns, at_ns);
            self.context.emit(EventKind::WorkerReady {
                worker: printing.child.worker,
                startup_s,
            });
            last_ns = last_ns.max(at_ns);
        }
        Ok(last_ns)
    }

    /// Waits until all children have printed. Returns when the last one had.
    fn await_printed(&self, children: &mut [PrintingChild]) -> Result<u64, LabError> {
        let mut last_ns = 0;
        for printing in children {
            let PrinterMessage::Printed { at_ns, usage } =
                printing.receive_message(self.context)?
            else {
                return Err(printing.unexpected_message_error());
            };
            self.context.emit(EventKind::WorkFinished {
                worker: printing.child.worker,
                usage: usage.into(),
            });
            last_ns = last_ns.max(at_ns);
        }
        Ok(last_ns)
    }

    /// Reads the shared output and records its lines.
    fn record_arrivals(&self, children: &[PrintingChild], text: &str) -> OutputArrivals {
        let printed: Vec<String> = children
            .iter()
            .map(|printing| number_line(printing.number))
            .collect();
        let arrivals = OutputArrivals::from_output(text, &printed);
        for line in &arrivals.lines {
            let (worker, text) = (children[line.begun_by].child.worker, line.text.clone());
            self.context.emit(EventKind::Output {
                worker,
                stderr: false,
                text,
            });
        }
        arrivals
    }

    /// Records observations of a round; the warm-up has none.
    fn observe_round(&self, done: &PrintRoundResult) {
        let round = self.number.to_string();
        let context = self.context;
        for (place, &index) in done.arrivals.order.iter().enumerate() {
            let (name, number) = &done.printed[index];
            let labels = [("run", round.as_str()), ("worker", name.as_str())];
            context.observe("number", labels, Value::Count(*number as i64));
            // Names are numbered across rounds; the position in the round is the same in each.
            let started = (index + 1).to_string();
            let labels = [
                ("run", round.as_str()),
                ("worker", name),
                ("started", &started),
            ];
            context.observe("arrival", labels, Value::count(place + 1));
        }
        for line in &done.arrivals.lines {
            let labels = [("run", round.as_str()), ("kind", line.kind.name())];
            context.observe("line", labels, line.text.as_str());
        }
    }
}

fn seconds_between(from_ns: u64, to_ns: u64) -> f64 {
    to_ns.saturating_sub(from_ns) as f64 / 1e9
}

/// A child with its number.
struct PrintingChild {
    child: RecordedChild,
    number: u64,
    asked_ns: u64,
    gate: Connection<u64, PrinterMessage>,
}

impl PrintingChild {
    fn start(round: &PrintRound, output: &SharedOutput, number: u64) -> Result<Self, LabError> {
        let context = round.context;
        let asked_ns = clock::now_ns();
        let (gate, theirs) = mp::pipe::<u64, PrinterMessage>()?;
        let errand = PrintTask {
            number,
            printer: output.printer(context.params.unbuffered),
        };
        let process = context.mp.process(print_number, (errand, theirs));
        let place = WorkerLabels {
            backend: Some(Backend::Processes),
            trial: Some(round.number),
        };
        Ok(Self {
            child: RecordedChild::start(context, process, place)?,
            number,
            asked_ns,
            gate,
        })
    }

    fn name(&self) -> String {
        self.child.process.name().to_owned()
    }

    fn receive_message(&mut self, context: &DemoContext) -> Result<PrinterMessage, LabError> {
        self.gate
            .recv()
            .map_err(|error| self.child.lost_error(context, &error))
    }

    fn unexpected_message_error(&self) -> LabError {
        LabError::Worker(format!("{} spoke out of turn", self.name()))
    }
}

/// The line that a child prints. Wherever it is shown, the child's name is next to it.
fn number_line(number: u64) -> String {
    format!("my number is {number}")
}

/// The child's part: waits for the moment, prints, and reports.
///
/// # Errors
/// If the parent or the shared output is gone.
pub fn print_number(
    errand: PrintTask,
    gate: Connection<PrinterMessage, u64>,
) -> Result<(), mp::Failure> {
    let mut output = errand.printer.open()?;
    let text = number_line(errand.number);
    let mut meter = RealMeter::new(MeterScope::Process);
    gate.send(&PrinterMessage::Ready {
        at_ns: clock::now_ns(),
    })?;
    let moment_ns = gate.recv()?;
    thread::sleep(Duration::from_nanos(
        moment_ns.saturating_sub(clock::now_ns()),
    ));
    meter.begin();
    output.print_line(&text)?;
    let at_ns = clock::now_ns();
    meter.task_done();
    // Its processor time is reported at its end, with start-up: printing alone is too short to measure.
    let usage = ResourceUsage {
        cpu_s: None,
        ..meter.finish()
    };
    gate.send(&PrinterMessage::Printed { at_ns, usage })?;
    Ok(())
}
