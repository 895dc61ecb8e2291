//! The tables of keys, and the directives that they make up.

use super::{
    DirectiveSpec, TableSpec,
    keys::{CLAIM_KEYS, DEMO_KEYS, FRONT_KEYS, NOTE_KEYS, PROGRAM_KEYS, SETTINGS, TABLE_KEYS},
    questions::{
        CHOICE_KEYS, CONDITION_KEYS, EXERCISE_KEYS, FORETOLD_KEYS, HINT_KEYS, MISPLACED_KEYS,
        PREDICT_KEYS, QUIZ_KEYS, SLIP_KEYS,
    },
};

/// The front matter, and every directive in alphabetical order.
pub static DIRECTIVES: [DirectiveSpec; 10] = [
    DirectiveSpec {
        name: "",
        about: "what stands between the `+++` lines at the top of a lesson",
        tables: &[&FRONT],
    },
    DirectiveSpec {
        name: "claim",
        about: "a sentence about concurrency that the demo above it decides",
        tables: &[&CLAIM, &WITH],
    },
    DirectiveSpec {
        name: "demo",
        about: "a demo to run at this place",
        tables: &[&DEMO],
    },
    DirectiveSpec {
        name: "exercise",
        about: "a program to write or to change, and what must be true of its run",
        tables: &[&EXERCISE, &CONDITION],
    },
    DirectiveSpec {
        name: "hint",
        about: "a step towards the answer of a question or an exercise; several are shown one at a time",
        tables: &[&HINT],
    },
    DirectiveSpec {
        name: "note",
        about: "a word to instructors, hidden from students",
        tables: &[&NOTE],
    },
    DirectiveSpec {
        name: "predict",
        about: "a guess to make before the demo that follows; the demo waits for it",
        tables: &[&PREDICT, &FORETOLD],
    },
    DirectiveSpec {
        name: "program",
        about: "a program file of the lessons' folder",
        tables: &[&PROGRAM],
    },
    DirectiveSpec {
        name: "quiz",
        about: "a question: [[choice]]s, a number, or lines to be put in order",
        tables: &[&QUIZ, &CHOICE, &SLIP, &MISPLACED],
    },
    DirectiveSpec {
        name: "table",
        about: "a table that is always the same",
        tables: &[&TABLE],
    },
];

pub(in crate::lesson) static FRONT: TableSpec = TableSpec {
    owner: "the front matter",
    path: "",
    lists: &[FRONT_KEYS],
};

pub(in crate::lesson) static CLAIM: TableSpec = TableSpec {
    owner: "`claim`",
    path: "",
    lists: &[CLAIM_KEYS],
};

pub(in crate::lesson) static WITH: TableSpec = TableSpec {
    owner: "`with`",
    path: "[with]",
    lists: &[SETTINGS],
};

pub(in crate::lesson) static DEMO: TableSpec = TableSpec {
    owner: "`demo`",
    path: "",
    lists: &[DEMO_KEYS, SETTINGS],
};

pub(in crate::lesson) static EXERCISE: TableSpec = TableSpec {
    owner: "`exercise`",
    path: "",
    lists: &[EXERCISE_KEYS],
};

pub(in crate::lesson) static CONDITION: TableSpec = TableSpec {
    owner: "a condition",
    path: "[[condition]]",
    lists: &[CONDITION_KEYS],
};

pub(in crate::lesson) static HINT: TableSpec = TableSpec {
    owner: "`hint`",
    path: "",
    lists: &[HINT_KEYS],
};

pub(in crate::lesson) static NOTE: TableSpec = TableSpec {
    owner: "`note`",
    path: "",
    lists: &[NOTE_KEYS],
};

pub(in crate::lesson) static PREDICT: TableSpec = TableSpec {
    owner: "`predict`",
    path: "",
    lists: &[PREDICT_KEYS],
};

pub(in crate::lesson) static FORETOLD: TableSpec = TableSpec {
    owner: "a choice",
    path: "[[choice]]",
    lists: &[FORETOLD_KEYS],
};

pub(in crate::lesson) static PROGRAM: TableSpec = TableSpec {
    owner: "`program`",
    path: "",
    lists: &[PROGRAM_KEYS],
};

pub(in crate::lesson) static QUIZ: TableSpec = TableSpec {
    owner: "`quiz`",
    path: "",
    lists: &[QUIZ_KEYS],
};

pub(in crate::lesson) static CHOICE: TableSpec = TableSpec {
    owner: "a choice",
    path: "[[choice]]",
    lists: &[CHOICE_KEYS],
};

pub(in crate::lesson) static SLIP: TableSpec = TableSpec {
    owner: "a slip",
    path: "[[slip]]",
    lists: &[SLIP_KEYS],
};

pub(in crate::lesson) static MISPLACED: TableSpec = TableSpec {
    owner: "a misplaced line",
    path: "[[misplaced]]",
    lists: &[MISPLACED_KEYS],
};

pub(in crate::lesson) static TABLE: TableSpec = TableSpec {
    owner: "`table`",
    path: "",
    lists: &[TABLE_KEYS],
};
