//! The kinds of workload.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::UnknownWorkload;

/// CPU-bound work: it needs a core all the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum CpuWork {
    /// Counts primes, by trial division.
    Primes,
    /// Multiplies two square matrices.
    Matmul,
    /// Blurs a picture.
    Blur,
    /// Draws the Mandelbrot set.
    Mandelbrot,
    /// Renders the frames of a small film.
    Frames,
    /// Counts the words of a book.
    Words,
}

/// I/O-bound work: it mostly waits, and hardly needs a core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum IoWork {
    /// Waits, as for a slow device.
    Wait,
    /// Fetches pages from a slow server.
    Http,
    /// Reads small files.
    Files,
}

/// Any workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Workload {
    /// CPU-bound work.
    Cpu(CpuWork),
    /// I/O-bound work.
    Io(IoWork),
}

/// The properties of a workload.
#[derive(Debug)]
pub(super) struct WorkloadInfo {
    name: &'static str,
    summary: &'static str,
    unit: &'static str,
    largest: u64,
    /// The first size for calibration: about a millisecond of work.
    pub first: u64,
    /// The exponent with which the cost grows with the size.
    pub growth: f64,
}

/// More than anyone needs, and far from an arithmetic overflow.
const PLENTY: u64 = 1_000_000_000_000;

const fn workload_info(
    name: &'static str,
    summary: &'static str,
    unit: &'static str,
    first: u64,
) -> WorkloadInfo {
    WorkloadInfo {
        name,
        summary,
        unit,
        first,
        largest: PLENTY,
        growth: 1.0,
    }
}

// Trial division costs n^1.5 / log² n, which grows about with this exponent for typical sizes.
static PRIMES: WorkloadInfo = WorkloadInfo {
    growth: 1.35,
    ..workload_info(
        "primes",
        "counts primes by trial division",
        "numbers up to",
        10_000,
    )
};
// Two matrices of the largest size take 270 MB. The cost grows a little faster than n³, since larger matrices
// exceed the caches.
static MATMUL: WorkloadInfo = WorkloadInfo {
    growth: 3.2,
    largest: 4096,
    ..workload_info("matmul", "multiplies two square matrices", "rows", 96)
};
static BLUR: WorkloadInfo = workload_info(
    "blur",
    "blurs a picture, again and again",
    "rows of pixels",
    32,
);
static MANDELBROT: WorkloadInfo = workload_info(
    "mandelbrot",
    "draws the Mandelbrot set",
    "rows of pixels",
    16,
);
static FRAMES: WorkloadInfo =
    workload_info("frames", "renders the frames of a small film", "frames", 8);
static WORDS: WorkloadInfo = workload_info("words", "counts the words of a book", "lines", 1000);
static WAIT: WorkloadInfo = workload_info(
    "wait",
    "waits 10 ms at a time, as for a slow device",
    "waits",
    1,
);
static HTTP: WorkloadInfo = workload_info(
    "http",
    "fetches pages from a server 10 ms away",
    "requests",
    1,
);
static FILES: WorkloadInfo =
    workload_info("files", "reads small files, again and again", "reads", 32);

impl CpuWork {
    /// All kinds, in the order of lists.
    pub const ALL: [Self; 6] = [
        Self::Primes,
        Self::Matmul,
        Self::Blur,
        Self::Mandelbrot,
        Self::Frames,
        Self::Words,
    ];
}

impl IoWork {
    /// All kinds, in the order of lists.
    pub const ALL: [Self; 3] = [Self::Wait, Self::Http, Self::Files];
}

impl Workload {
    /// All workloads, in the order of lists.
    pub const ALL: [Self; 9] = [
        Self::Cpu(CpuWork::Primes),
        Self::Cpu(CpuWork::Matmul),
        Self::Cpu(CpuWork::Blur),
        Self::Cpu(CpuWork::Mandelbrot),
        Self::Cpu(CpuWork::Frames),
        Self::Cpu(CpuWork::Words),
        Self::Io(IoWork::Wait),
        Self::Io(IoWork::Http),
        Self::Io(IoWork::Files),
    ];

    pub(super) const fn info(self) -> &'static WorkloadInfo {
        match self {
            Self::Cpu(CpuWork::Primes) => &PRIMES,
            Self::Cpu(CpuWork::Matmul) => &MATMUL,
            Self::Cpu(CpuWork::Blur) => &BLUR,
            Self::Cpu(CpuWork::Mandelbrot) => &MANDELBROT,
            Self::Cpu(CpuWork::Frames) => &FRAMES,
            Self::Cpu(CpuWork::Words) => &WORDS,
            Self::Io(IoWork::Wait) => &WAIT,
            Self::Io(IoWork::Http) => &HTTP,
            Self::Io(IoWork::Files) => &FILES,
        }
    }

    /// The name, as it is typed.
    pub const fn name(self) -> &'static str {
        self.info().name
    }

    /// A one-line description that follows its name.
    pub const fn summary(self) -> &'static str {
        self.info().summary
    }

    /// The unit of its size: `numbers up to`, `rows`, `waits`.
    pub const fn unit(self) -> &'static str {
        self.info().unit
    }

    /// This size, or a slightly larger one if items are few and long (a wait takes 10 ms), so that all workers
    /// get the same number.
    ///
    /// CPU-bound work has thousands of small items, so one more or less does not matter.
    #[must_use]
    pub fn fair_size(self, size: u64, workers: u32) -> u64 {
        match self {
            Self::Io(IoWork::Wait | IoWork::Http) => size
                .checked_next_multiple_of(u64::from(workers))
                .unwrap_or(size),
            Self::Io(IoWork::Files) | Self::Cpu(_) => size,
        }
    }

    /// The largest size.
    pub const fn largest_size(self) -> u64 {
        self.info().largest
    }
}

impl CpuWork {
    /// The name, as it is typed.
    pub const fn name(self) -> &'static str {
        Workload::Cpu(self).name()
    }
}

impl IoWork {
    /// The name, as it is typed.
    pub const fn name(self) -> &'static str {
        Workload::Io(self).name()
    }
}

impl From<CpuWork> for Workload {
    fn from(work: CpuWork) -> Self {
        Self::Cpu(work)
    }
}

impl From<IoWork> for Workload {
    fn from(work: IoWork) -> Self {
        Self::Io(work)
    }
}

/// Conversions from and to names: a single word, both for `Workload` and for its kinds.
macro_rules! named {
    ($($kind:ident),*) => {$(
        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $kind {
            type Err = UnknownWorkload;

            fn from_str(name: &str) -> Result<Self, UnknownWorkload> {
                Self::ALL.into_iter().find(|work| work.name() == name).ok_or_else(|| UnknownWorkload {
                    name: name.to_owned(),
                    known: Self::ALL.map(Self::name).to_vec(),
                })
            }
        }

        impl From<$kind> for String {
            fn from(work: $kind) -> Self {
                work.name().to_owned()
            }
        }

        impl TryFrom<String> for $kind {
            type Error = UnknownWorkload;

            fn try_from(name: String) -> Result<Self, UnknownWorkload> {
                name.parse()
            }
        }
    )*};
}

named!(CpuWork, IoWork, Workload);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_workload() {
        for workload in Workload::ALL {
            assert_eq!(workload.name().parse(), Ok(workload));
        }
        assert_eq!(Workload::ALL.len(), CpuWork::ALL.len() + IoWork::ALL.len());
    }

    #[test]
    fn each_kind_knows_only_its_own() {
        assert_eq!("http".parse(), Ok(IoWork::Http));
        let unknown = "http".parse::<CpuWork>().unwrap_err();
        assert_eq!(
            unknown.to_string(),
            "no workload is called `http`; there are primes, matmul, blur, mandelbrot, frames, words"
        );
    }

    #[test]
    fn long_waits_are_shared_fairly() {
        let wait = Workload::Io(IoWork::Wait);
        assert_eq!(
            [1, 3, 4, 8].map(|workers| wait.fair_size(20, workers)),
            [20, 21, 20, 24]
        );
        assert_eq!(wait.fair_size(20, 0), 20);
        assert_eq!(Workload::Cpu(CpuWork::Primes).fair_size(20, 3), 20);
    }

    #[test]
    fn travels_as_its_name_in_text_and_in_bytes() {
        let work = Workload::Cpu(CpuWork::Blur);
        assert_eq!(serde_json::to_string(&work).unwrap(), "\"blur\"");
        let bytes = postcard::to_stdvec(&work).unwrap();
        assert_eq!(postcard::from_bytes::<Workload>(&bytes), Ok(work));
        assert!(serde_json::from_str::<Workload>("\"blurr\"").is_err());
    }
}
