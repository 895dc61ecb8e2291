//! One indented object with its fields in a fixed order.

use std::io;

use serde::Serialize;

use super::{FormatContent, FormatReader, FormatSpec};
use crate::{
    render::Style,
    report::{Document, Table},
};

pub(super) static FORMAT: FormatSpec = FormatSpec {
    name: "json",
    reader: FormatReader::Program,
    is_object: true,
    content: FormatContent::Tables,
    write: write_document,
};

fn write_document(
    document: &Document<'_>,
    _style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct TablesDocument<'a> {
        tables: &'a [Table],
    }
    let tables = TablesDocument {
        tables: &document.tables,
    };
    document.data.unwrap_or(&tables).write_json(to)?;
    to.write_all(b"\n")
}
