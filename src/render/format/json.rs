//! One object, indented, its fields in a fixed order.

use std::io;

use serde::Serialize;

use crate::report::{Report, Table};

pub(super) fn write_tables(tables: &[Table], to: &mut dyn io::Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct TablesDocument<'a> {
        tables: &'a [Table],
    }
    object(&TablesDocument { tables }, to)
}

pub(super) fn write(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    object(report, to)
}

fn object(object: &impl Serialize, to: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, object)?;
    to.write_all(b"\n")
}
