//! Work that can be sent to a worker, and work that is ready to run.

use std::{hint::black_box, sync::atomic::AtomicBool};

use serde::{Deserialize, Serialize};

use super::{
    CpuWork, EvalBreaker, IoPlan, IoWork, SampledBreaker, StopFlag, WorkError, WorkOutcome,
    WorkPart, Workload,
    cpu::{BlurWork, FramesWork, MandelbrotWork, MatmulWork, PrimesWork, WordsWork},
    io::{FilesWork, HttpWork, WaitWork},
};

/// The description of some work: small, and the same in every process that receives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The workload.
    pub workload: Workload,
    /// The size, in the workload's own unit.
    pub size: u64,
    /// The part for the worker that receives this job.
    pub part: WorkPart,
    /// The seed for all random data.
    pub seed: u64,
    /// The work's server or folder: [`WorkSite::plan`](super::WorkSite::plan). `None` if it needs none.
    pub io: Option<IoPlan>,
}

impl Job {
    /// A whole workload, with seed 0 and without a site.
    pub fn new(workload: impl Into<Workload>, size: u64) -> Self {
        Self {
            workload: workload.into(),
            size,
            part: WorkPart::WHOLE,
            seed: 0,
            io: None,
        }
    }

    /// The same job for another part.
    #[must_use]
    pub fn with_part(&self, part: WorkPart) -> Self {
        Self {
            part,
            ..self.clone()
        }
    }

    /// Creates the data that the work needs, before the start barrier. Takes about a millisecond, more for
    /// large matrices.
    pub fn prepare(&self) -> Result<PreparedJob, WorkError> {
        let largest = self.workload.largest_size();
        if self.size > largest {
            let (workload, size) = (self.workload, self.size);
            return Err(WorkError::TooBig {
                workload,
                size,
                largest,
            });
        }
        let (size, seed) = (self.size, self.seed);
        let work = match self.workload {
            Workload::Cpu(CpuWork::Primes) => WorkInstance::Primes(PrimesWork::new(size)),
            Workload::Cpu(CpuWork::Matmul) => WorkInstance::Matmul(MatmulWork::new(size, seed)),
            Workload::Cpu(CpuWork::Blur) => WorkInstance::Blur(BlurWork::new(size, seed)),
            Workload::Cpu(CpuWork::Mandelbrot) => {
                WorkInstance::Mandelbrot(MandelbrotWork::new(size))
            }
            Workload::Cpu(CpuWork::Frames) => WorkInstance::Frames(FramesWork::new(size, seed)),
            Workload::Cpu(CpuWork::Words) => WorkInstance::Words(WordsWork::new(size, seed)),
            Workload::Io(IoWork::Wait) => WorkInstance::Wait(WaitWork::new(size)),
            Workload::Io(IoWork::Http) => {
                WorkInstance::Http(HttpWork::new(size, self.io.as_ref())?)
            }
            Workload::Io(IoWork::Files) => {
                WorkInstance::Files(FilesWork::new(size, self.io.as_ref())?)
            }
        };
        Ok(PreparedJob { work })
    }
}

/// Work that is ready to run. Threads share one; each process prepares its own.
#[derive(Debug)]
pub struct PreparedJob {
    work: WorkInstance,
}

#[derive(Debug)]
enum WorkInstance {
    Primes(PrimesWork),
    Matmul(MatmulWork),
    Blur(BlurWork),
    Mandelbrot(MandelbrotWork),
    Frames(FramesWork),
    Words(WordsWork),
    Wait(WaitWork),
    Http(HttpWork),
    Files(FilesWork),
}

impl PreparedJob {
    /// Does one part without a lock, until `stop` is set. `sample` is called now and then: see [`SampledBreaker`].
    ///
    /// Compiled here, in the crate that is always optimised; [`PreparedJob::run_part`] is compiled where it is
    /// called.
    #[inline(never)]
    pub fn run_freely(
        &self,
        part: WorkPart,
        stop: &AtomicBool,
        sample: &mut dyn FnMut() -> u32,
    ) -> Result<WorkOutcome, WorkError> {
        self.run_part(part, &mut SampledBreaker::new(StopFlag(stop), sample))
    }

    /// Does one part.
    pub fn run_part(
        &self,
        part: WorkPart,
        breaker: &mut impl EvalBreaker,
    ) -> Result<WorkOutcome, WorkError> {
        // The optimiser must not know the input, nor that the output is unused: otherwise it could remove the
        // work, or do it only once for all workers.
        let outcome = match &black_box(self).work {
            WorkInstance::Primes(work) => work.run_part(part, breaker)?,
            WorkInstance::Matmul(work) => work.run_part(part, breaker)?,
            WorkInstance::Blur(work) => work.run_part(part, breaker)?,
            WorkInstance::Mandelbrot(work) => work.run_part(part, breaker)?,
            WorkInstance::Frames(work) => work.run_part(part, breaker)?,
            WorkInstance::Words(work) => work.run_part(part, breaker)?,
            WorkInstance::Wait(work) => work.run_part(part, breaker)?,
            WorkInstance::Http(work) => work.run_part(part, breaker)?,
            WorkInstance::Files(work) => work.run_part(part, breaker)?,
        };
        Ok(black_box(outcome))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{NoBreaker, WorkSite, WorkStopped};

    fn computing() -> impl Strategy<Value = CpuWork> {
        proptest::sample::select(CpuWork::ALL.to_vec())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_parts_do_exactly_the_work_of_the_whole(
            workload in computing(), size in 0_u64..40, of in 1_u32..10, seed: u64,
        ) {
            // Primes need a larger size to fill more than one block.
            let size = if workload == CpuWork::Primes { size * 100 } else { size };
            let prepared = Job { seed, ..Job::new(workload, size) }.prepare().unwrap();
            let whole = prepared.run_part(WorkPart::WHOLE, &mut NoBreaker).unwrap();
            let parts: Result<WorkOutcome, _> =
                WorkPart::all_of(of).map(|part| prepared.run_part(part, &mut NoBreaker)).sum();
            prop_assert_eq!(parts.unwrap(), whole);
            prop_assert_eq!(whole.items, size);
        }
    }

    #[test]
    fn the_parts_of_waiting_work_do_the_whole_too() {
        for workload in IoWork::ALL {
            let site = WorkSite::set_up(workload, 3, || Ok(std::env::temp_dir())).unwrap();
            let job = Job {
                io: site.plan(),
                ..Job::new(workload, 5)
            };
            let prepared = job.prepare().unwrap();
            let whole = prepared.run_part(WorkPart::WHOLE, &mut NoBreaker).unwrap();
            let parts: Result<WorkOutcome, _> = WorkPart::all_of(2)
                .map(|part| prepared.run_part(part, &mut NoBreaker))
                .sum();
            assert_eq!((parts.unwrap(), whole.items), (whole, 5), "{workload}");
        }
    }

    /// Counts the loops' iterations: a measure of the work that does not depend on a clock.
    struct Counter(u64);

    impl EvalBreaker for Counter {
        fn check(&mut self) -> Result<(), WorkStopped> {
            self.0 += 1;
            Ok(())
        }
    }

    #[test]
    fn parts_are_equally_heavy() {
        for (workload, size) in [
            (CpuWork::Primes, 100_000),
            (CpuWork::Matmul, 96),
            (CpuWork::Blur, 240),
            (CpuWork::Mandelbrot, 240),
            (CpuWork::Frames, 120),
            (CpuWork::Words, 2000),
        ] {
            let prepared = Job::new(workload, size).prepare().unwrap();
            for of in 2..=8 {
                let work = |part| {
                    let mut counter = Counter(0);
                    prepared.run_part(part, &mut counter).unwrap();
                    counter.0 as f64
                };
                let work: Vec<f64> = WorkPart::all_of(of).map(work).collect();
                let mean = work.iter().sum::<f64>() / f64::from(of);
                let heaviest = work.iter().copied().fold(0.0, f64::max);
                assert!(heaviest < mean * 1.06, "{workload} in {of}: {work:?}");
            }
        }
    }

    #[test]
    fn another_seed_is_another_result() {
        for workload in [
            CpuWork::Matmul,
            CpuWork::Blur,
            CpuWork::Frames,
            CpuWork::Words,
        ] {
            let run = |seed| {
                let job = Job {
                    seed,
                    ..Job::new(workload, 20)
                };
                job.prepare()
                    .unwrap()
                    .run_part(WorkPart::WHOLE, &mut NoBreaker)
                    .unwrap()
            };
            assert_eq!(run(1), run(1), "{workload}");
            assert_ne!(run(1), run(2), "{workload}");
        }
    }

    #[test]
    fn a_size_beyond_the_machine_is_an_error_that_names_the_largest() {
        let error = Job::new(CpuWork::Matmul, 100_000).prepare().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`matmul` goes up to size 4096, not 100000"
        );
    }

    #[test]
    fn a_job_travels() {
        let part = WorkPart { index: 1, of: 2 };
        let job = Job {
            io: Some(IoPlan::Files {
                folder: "/tmp/x".into(),
            }),
            ..Job::new(IoWork::Files, 9)
        };
        let job = job.with_part(part);
        let bytes = postcard::to_stdvec(&job).unwrap();
        assert_eq!(postcard::from_bytes::<Job>(&bytes), Ok(job));
    }

    #[test]
    fn waiting_work_without_its_site_says_so() {
        for workload in [IoWork::Http, IoWork::Files] {
            let error = Job::new(workload, 1).prepare().unwrap_err();
            assert!(
                matches!(error, WorkError::NoSite(work) if work == workload),
                "{error}"
            );
        }
    }
}
