//! Pictures of a run: what is to be seen in them, and not how it is drawn.

use super::stats;
use crate::record::Value;

/// A picture. `render` draws it as text or as SVG, or says the same in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// What it shows.
    pub title: String,
    /// What there is to draw.
    pub shape: PictureShape,
    /// Sentences below it that explain how to read it.
    pub notes: Vec<String>,
}

/// What there is to draw.
#[derive(Debug, Clone, PartialEq)]
pub enum PictureShape {
    /// What each worker did, over time.
    Timeline(Vec<TimelineLane>),
    /// One figure of each of several things.
    Bars(Vec<FigureBar>),
    /// The speed-up by the number of workers.
    Curve(SpeedupCurve),
    /// Every value of several series.
    Spreads(Vec<ValueSpread>),
}

/// What one worker did, over time.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineLane {
    /// What it belongs to: its backend, a call. Lanes of one group stand together.
    pub group: String,
    /// The worker.
    pub name: String,
    /// What it did, in the order of time.
    pub spans: Vec<TimelineSpan>,
}

/// A stretch of time in a lane.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineSpan {
    /// When it begins, in seconds from the start of the picture.
    pub from_s: f64,
    /// When it ends.
    pub until_s: f64,
    /// What it was spent on, as shares of it that sum up to 1. Where there are several, only their lengths are known, and
    /// not their order.
    pub parts: Vec<(LaneState, f64)>,
    /// A few letters that stand in it: the number of a task.
    pub label: String,
}

/// What a worker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LaneState {
    /// It is being started.
    StartUp,
    /// It is ready, and waits until the others are.
    Ready,
    /// Data is on the way to it.
    Sending,
    /// It does a task.
    Task,
    /// It computes.
    Computing,
    /// It could compute, and no core is free for it.
    CoreWait,
    /// It waits for the GIL.
    GilWait,
    /// It waits for a lock that another worker holds.
    LockWait,
    /// It waits for a message: a queue or a pipe is empty, or full.
    MessageWait,
    /// It waits until the results of the tasks are there.
    ResultWait,
    /// It waits for something that was not recorded: a lock, a message, input or output.
    Waiting,
    /// Its result is on the way back.
    Returning,
    /// It has done its work, and is being ended.
    Ending,
    /// Of a core: a worker runs on it.
    Running,
}

impl LaneState {
    /// Every state, in the order of the legend.
    pub const ALL: [Self; 14] = [
        Self::StartUp,
        Self::Ready,
        Self::Sending,
        Self::Task,
        Self::Computing,
        Self::CoreWait,
        Self::GilWait,
        Self::LockWait,
        Self::MessageWait,
        Self::ResultWait,
        Self::Waiting,
        Self::Returning,
        Self::Ending,
        Self::Running,
    ];

    /// Whether a worker may spend its work on it.
    pub const fn is_of_work(self) -> bool {
        matches!(
            self,
            Self::Computing
                | Self::CoreWait
                | Self::GilWait
                | Self::LockWait
                | Self::MessageWait
                | Self::Waiting
        )
    }

    /// The words of the legend.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StartUp => "starting",
            Self::Ready => "ready, waiting for the others",
            Self::Sending => "sending",
            Self::Task => "a task",
            Self::Computing => "computing",
            Self::CoreWait => "ready, no core free",
            Self::GilWait => "waiting for the GIL",
            Self::LockWait => "waiting for a lock",
            Self::MessageWait => "waiting for a message",
            Self::ResultWait => "waiting for results",
            Self::Waiting => "waiting",
            Self::Returning => "returning",
            Self::Ending => "ending",
            Self::Running => "running",
        }
    }

    /// The words with what stands in a stretch: `a task 3`, `running Thread-1`, `waiting for a message: queue`.
    pub fn name_with(self, label: &str) -> String {
        let name = self.name();
        match self {
            _ if label.is_empty() => name.to_owned(),
            Self::LockWait | Self::MessageWait => format!("{name}: {label}"),
            _ => format!("{name} {label}"),
        }
    }
}

/// One figure of one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureBar {
    /// Under what it was measured. Bars of one group stand together.
    pub group: String,
    /// Of what.
    pub name: String,
    /// The figure; a gap has no bar.
    pub value: Value,
    /// The ends of the middle half of the rounds, where there were several.
    pub spread: Option<[f64; 2]>,
}

/// Speed-ups, one line for each kind of worker.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeedupCurve {
    /// The usable cores: with a core each, so many times as fast is the most that can be.
    pub cores: f64,
    /// The lines.
    pub lines: Vec<CurveLine>,
}

/// The speed-ups of one kind of worker.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveLine {
    /// The kind of worker.
    pub name: String,
    /// The points, by the number of workers.
    pub points: Vec<CurvePoint>,
}

/// A speed-up, and the spread of its rounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// How many workers.
    pub workers: f64,
    /// The median of the rounds.
    pub speedup: f64,
    /// The lower end of the spread.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Every value of a series, in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueSpread {
    /// Under what it was measured.
    pub group: String,
    /// What was measured.
    pub name: String,
    /// The values, the least first; at least one.
    pub values: Vec<f64>,
}

impl SpeedupCurve {
    /// The numbers of workers that any line has, the least first.
    pub fn worker_counts(&self) -> Vec<f64> {
        let points = self.lines.iter().flat_map(|line| &line.points);
        let mut counts: Vec<f64> = points.map(|point| point.workers).collect();
        counts.sort_by(f64::total_cmp);
        counts.dedup();
        counts
    }
}

impl CurvePoint {
    /// The median and the middle half of these speed-ups; nothing without one.
    pub fn from_rounds(workers: f64, speedups: &[f64]) -> Option<Self> {
        let at = |share| stats::quantile(speedups, share);
        Some(Self {
            workers,
            speedup: at(0.5)?,
            low: at(0.25)?,
            high: at(0.75)?,
        })
    }
}

impl ValueSpread {
    /// The value below which a share of all values lie.
    pub fn at(&self, share: f64) -> f64 {
        let ends = [self.values.first(), self.values.last()];
        let [first, last] = ends.map(|value| value.copied().unwrap_or_default());
        match share {
            0.0 => first,
            1.0 => last,
            _ => stats::quantile(&self.values, share).unwrap_or_default(),
        }
    }
}

impl TimelineSpan {
    /// A stretch of one state.
    pub fn new(state: LaneState, from_s: f64, until_s: f64) -> Self {
        Self {
            from_s,
            until_s: until_s.max(from_s),
            parts: vec![(state, 1.0)],
            label: String::new(),
        }
    }

    /// The same with a label.
    #[must_use]
    pub fn labelled(self, label: impl Into<String>) -> Self {
        let label = label.into();
        Self { label, ..self }
    }

    /// How long it lasts, in seconds.
    pub fn length_s(&self) -> f64 {
        self.until_s - self.from_s
    }

    /// What stands in it, if that belongs to what it was mostly spent on: a label belongs to the first part.
    pub fn main_label(&self) -> &str {
        let first = self.parts.first().map(|(state, _)| *state);
        if first == Some(self.main_state()) {
            &self.label
        } else {
            ""
        }
    }

    /// The state that it was mostly spent on.
    pub fn main_state(&self) -> LaneState {
        let parts = self.parts.iter();
        let most = parts.max_by(|(_, a), (_, b)| a.total_cmp(b));
        most.map_or(LaneState::Waiting, |(state, _)| *state)
    }
}

impl TimelineLane {
    /// When its last stretch ends.
    pub fn end_s(&self) -> f64 {
        let ends = self.spans.iter().map(|span| span.until_s);
        ends.fold(0.0, f64::max)
    }
}

impl Picture {
    /// A picture without notes.
    pub fn new(title: impl Into<String>, shape: PictureShape) -> Self {
        Self {
            title: title.into(),
            shape,
            notes: Vec::new(),
        }
    }

    /// The same with a sentence below it.
    #[must_use]
    pub fn with_note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// The lanes, if it is a timeline.
    pub fn lanes(&self) -> Option<&[TimelineLane]> {
        match &self.shape {
            PictureShape::Timeline(lanes) => Some(lanes),
            _ => None,
        }
    }

    /// The bars, if it has them.
    pub fn bars(&self) -> Option<&[FigureBar]> {
        match &self.shape {
            PictureShape::Bars(bars) => Some(bars),
            _ => None,
        }
    }
}
