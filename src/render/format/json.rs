//! One indented object with its fields in a fixed order.

use std::io;

use serde::Serialize;

use crate::report::{Report, Table};

pub(super) fn write_tables(tables: &[Table], to: &mut dyn io::Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct TablesDocument<'a> {
        tables: &'a [Table],
    }
    write_object(&TablesDocument { tables }, to)
}

pub(super) fn write_report(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    write_object(report, to)
}

pub(super) fn write_object(object: &impl Serialize, to: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, object)?;
    to.write_all(b"\n")
}
