//! The keys of what asks: predictions, quizzes, exercises and their hints.

use super::keys::{key, of};
use crate::lesson::toml_keys::{KeySpec, Presence, ValueType};
