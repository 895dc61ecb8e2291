//! The keys of directives that are not yet defined beside their reader.

mod keys;
mod lists;
mod questions;

pub(super) use lists::FRONT;
