//! The pictures of a run, in one SVG.

use std::io;

use super::{FormatContent, FormatReader, FormatSpec, GENERATOR};
use crate::{
    render::{Style, picture::svg},
    report::Document,
};

pub(super) static FORMAT: FormatSpec = FormatSpec {
    name: "svg",
    reader: FormatReader::Program,
    is_object: false,
    content: FormatContent::Pictures,
    write: write_document,
};

fn write_document(
    document: &Document<'_>,
    _style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    to.write_all(svg::draw_file(document.pictures, GENERATOR).as_bytes())
}
