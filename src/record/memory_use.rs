//! What the hooks report of memory: shared memory that is changed without a lock, and copies that are changed in vain.

use serde::{Deserialize, Serialize};

/// Updates of one place in shared memory without a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnlockedUpdate {
    /// Which place, in the same words in all processes.
    pub of: String,
    /// `Value` or `Array`.
    pub kind: String,
    /// The line of the program: `my.py:12`.
    pub place: String,
    /// How many there were so far.
    pub count: u64,
}

/// A change to a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyChange {
    /// Its type: `list`, `dict`, `set`.
    pub kind: String,
    /// The line of the program: `my.py:12`.
    pub place: String,
}

/// A change of a variable in a child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryChange {
    /// The variable of the main module, or the parameter of the child's function.
    pub name: String,
    /// Its type before the change.
    pub kind: String,
    /// The functions of the program that read the variable, with commas between them; `<module>` is its main part.
    #[serde(default)]
    pub readers: String,
    /// Whether it is an argument that the parent passed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub argument: bool,
}

/// Variables that did not change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMemory {
    /// Their names, with commas between them.
    pub names: String,
    /// The functions that were running when children were started.
    pub starters: String,
}

/// Numbers drawn from a state that other processes may have too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RandomDraw {
    /// The generator: `random`, `numpy.random`, or a variable of the main module.
    pub of: String,
    /// A number for its state.
    pub state: String,
}
