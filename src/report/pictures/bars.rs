//! Bars: one figure of the table that decides, for every item of every world.

use crate::{
    record::Value,
    report::{Column, FigureBar, Picture, PictureShape, SummaryTable},
    text::units::{BYTES, SECONDS, format_with_unit},
};

/// Fewer bars than these compare nothing.
const LEAST_BARS: usize = 2;

/// The bars of one figure of this table; nothing if too few things have it.
pub fn figure_bars(summary: &SummaryTable, figure: &str) -> Option<Picture> {
    let at = summary
        .figures
        .iter()
        .position(|known| known.name == figure)?;
    let bars = summary.rows.iter().filter_map(|row| {
        let value = row.cells[at].clone();
        value.number().filter(|number| number.is_finite())?;
        Some(FigureBar {
            group: summary.worlds[row.world].clone(),
            name: name_item(&row.item),
            value,
        })
    });
    let bars: Vec<FigureBar> = bars.collect();
    let title = name_figure(summary, at);
    (bars.len() >= LEAST_BARS).then(|| Picture::new(title, PictureShape::Bars(bars)))
}

/// The table's title, with the figure's name where the title does not have it, and its unit where it is not beside each bar.
fn name_figure(summary: &SummaryTable, figure: usize) -> String {
    let Column { name, unit, .. } = &summary.figures[figure];
    let title = &summary.title;
    let named = if title.to_lowercase().contains(name.as_str()) {
        title.clone()
    } else {
        format!("{title}: {name}")
    };
    match unit.as_deref() {
        None | Some("s" | "B" | "%") => named,
        Some(unit) => format!("{named} [{unit}]"),
    }
}

fn name_item(item: &Value) -> String {
    match item {
        Value::Text(text) => text.clone(),
        Value::Seconds(seconds) => format_with_unit(SECONDS, *seconds),
        Value::Bytes(bytes) => format_with_unit(BYTES, *bytes as f64),
        other => other.number().map_or_else(String::new, |n| n.to_string()),
    }
}
