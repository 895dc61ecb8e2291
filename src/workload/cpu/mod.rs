//! CPU-bound workloads, one per file.
//!
//! Each is created from a size (and a seed if it has data), holds its data, and does one part at a time. A part
//! only reads shared data and writes its own, so threads need no lock and processes no shared memory.

mod blur;
mod frames;
mod mandelbrot;
mod matmul;
mod picture;
mod primes;
mod words;

pub use blur::BlurWork;
pub use frames::FramesWork;
pub use mandelbrot::MandelbrotWork;
pub use matmul::MatmulWork;
pub use primes::PrimesWork;
pub use words::WordsWork;
