//! Work that computes, one kind a file.
//!
//! Each kind is made of a size (and a seed where it has data), holds what it needs, and does one part
//! when asked. A part only reads what is shared; what it writes is its own, so threads need no lock and
//! processes no shared memory.

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
