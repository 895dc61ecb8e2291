//! "Did you mean …?", for this room.

pub use crate::text::{find_nearest as nearest, suggest_name as suggestion};
