//! The one table that decides a run: the figures of all its worlds (Rust, the model of the GIL, each Python).

use super::{
    Column, DemoPart, Table, UNDER,
    compared::THEY_RAN,
    demo_parts,
    parts::{GIL_MODEL, NATIVE},
};
use crate::record::{Run, Value};

/// The text of a cell whose figure other programs spoilt.
pub const TOO_NOISY: &str = "too noisy";

/// The column of a verdict.
pub const FOUND: &str = "found";
/// The figures that a narrow table keeps longest.
const DECIDING: [&str; 2] = [THEY_RAN, FOUND];

/// The table that decides a run, as rows of one world and one item each. `render` puts the worlds side by side
/// where they fit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SummaryTable {
    /// What the table shows. In a lesson, the demo's caption replaces it.
    pub title: String,
    /// What the items are: `call`, `message`.
    pub item: String,
    /// The worlds, in the order in which they ran.
    pub worlds: Vec<String>,
    /// The figures, the most telling first.
    pub figures: Vec<Column>,
    /// The rows, world by world.
    pub rows: Vec<SummaryRow>,
    /// Sentences below the table.
    pub notes: Vec<String>,
    /// Whether its figures are there to be compared with each other, so that a narrow screen shows all of them.
    pub needs_all_figures: bool,
}

/// The figures of one item in one world.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryRow {
    /// The place of its world in [`SummaryTable::worlds`].
    pub world: usize,
    /// What was measured.
    pub item: Value,
    /// One cell for each figure.
    pub cells: Vec<Value>,
}

impl SummaryTable {
    /// Merges tables of the same shape: each world's rows are named by their first column, and of the others the
    /// named ones are taken, in this order. Worlds with equal figures become one. Figures and rows that no world
    /// has are left out.
    pub fn merge_worlds(title: &str, mut worlds: Vec<(String, Table)>, figures: &[&str]) -> Self {
        let mut summary = Self {
            title: title.to_owned(),
            ..Self::default()
        };
        for name in figures {
            let mut tables = worlds.iter().map(|(_, table)| table);
            let column = tables.find_map(|table| find_column(table, name));
            summary
                .figures
                .extend(column.map(|(_, column)| column.clone()));
        }
        // Rust comes first, also where its threads under the model of the GIL ran before it.
        worlds.sort_by_key(|(world, _)| world == GIL_MODEL);
        worlds.sort_by_key(|(world, _)| world != NATIVE && world != GIL_MODEL);
        for (world, table) in worlds {
            if let Some(first) = table.columns.first() {
                summary.item.clone_from(&first.name);
            }
            summary.add_world(world, &table);
        }
        summary.drop_gaps();
        summary
    }

    /// The merged tables of a demo's parts.
    pub fn from_parts(
        run: &Run,
        title: &str,
        figures: &[&str],
        build_table: impl Fn(DemoPart) -> Table,
    ) -> Self {
        let parts = demo_parts(run).into_iter();
        let worlds = parts.map(|part| (part.environment_name(), build_table(part)));
        Self::merge_worlds(title, worlds.collect(), figures)
    }

    /// Merges rows that each name their world; `headings` are those of every world's table.
    pub fn from_rows(
        title: &str,
        headings: &[&str],
        figures: &[&str],
        rows: impl IntoIterator<Item = (String, Vec<Value>)>,
    ) -> Self {
        let mut worlds: Vec<(String, Table)> = Vec::new();
        for (world, row) in rows {
            let place = worlds.iter().position(|(name, _)| *name == world);
            let place = place.unwrap_or_else(|| {
                worlds.push((world, Table::new("", headings)));
                worlds.len() - 1
            });
            worlds[place].1.add_row(row);
        }
        Self::merge_worlds(title, worlds, figures)
    }

    /// Adds a sentence below the table.
    #[must_use]
    pub fn with_note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Lets a narrow screen show all figures, below each other.
    #[must_use]
    pub fn with_all_figures(mut self) -> Self {
        self.needs_all_figures = true;
        self
    }

    /// Whether it has a figure of this name.
    pub fn has_figure(&self, name: &str) -> bool {
        self.figures.iter().any(|figure| figure.name == name)
    }

    /// Whether it has times or quotients of times, which other programs on the cores spoil, or says that they did.
    pub fn depends_on_load(&self) -> bool {
        let mut cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.any(|cell| match cell {
            Value::Seconds(_) | Value::Ratio(_) | Value::Rate(_) => true,
            Value::Text(text) => text == TOO_NOISY,
            _ => false,
        })
    }

    /// Removes a figure.
    pub fn remove_figure(&mut self, name: &str) {
        let kept: Vec<bool> = self
            .figures
            .iter()
            .map(|figure| figure.name != name)
            .collect();
        for row in &mut self.rows {
            super::tables::retain_marked(&mut row.cells, &kept);
        }
        super::tables::retain_marked(&mut self.figures, &kept);
    }

    /// Adds an item of a world with one figure; nothing if there is no such world or figure.
    pub fn add_item(&mut self, world: &str, item: Value, figure: &str, value: Value) {
        let world = self.worlds.iter().position(|name| name == world);
        let figure = self.figures.iter().position(|known| known.name == figure);
        let (Some(world), Some(figure)) = (world, figure) else {
            return;
        };
        let mut cells = vec![Value::Nothing; self.figures.len()];
        cells[figure] = value;
        let last = self.rows.iter().rposition(|row| row.world == world);
        let row = SummaryRow { world, item, cells };
        self.rows.insert(last.map_or(0, |last| last + 1), row);
    }

    /// The items of all worlds, each once: one that an earlier world lacks follows the item before it.
    pub fn items(&self) -> Vec<&Value> {
        let mut items: Vec<&Value> = Vec::new();
        let mut next = 0;
        for (at, row) in self.rows.iter().enumerate() {
            if at > 0 && self.rows[at - 1].world != row.world {
                next = 0;
            }
            let place = items.iter().position(|item| **item == row.item);
            let place = place.unwrap_or_else(|| {
                items.insert(next, &row.item);
                next
            });
            next = place + 1;
        }
        items
    }

    /// The cell of an item's figure in a world; `None` where that world has no such item.
    pub fn cell(&self, world: usize, item: &Value, figure: usize) -> Option<&Value> {
        let mut rows = self.rows.iter();
        let row = rows.find(|row| row.world == world && row.item == *item)?;
        row.cells.get(figure)
    }

    /// The places of so many figures: the first ones, but a verdict, and how workers ran, which load does not spoil, come
    /// before any other.
    fn most_telling(&self, figures: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (0..figures.min(self.figures.len())).collect();
        let ran = self
            .figures
            .iter()
            .position(|it| DECIDING.contains(&it.name.as_str()));
        if let (Some(last), Some(ran)) = (places.last_mut(), ran) {
            *last = ran.max(*last);
        }
        places
    }

    /// The same rows as an ordinary table of the most telling figures, with a column for the world if there are several.
    pub fn to_table(&self, figures: usize) -> Table {
        let shown = self.most_telling(figures);
        let several = self.worlds.len() > 1;
        let mut table = Table::new(&self.title, &[]);
        let mut columns = vec![Column::from(self.item.as_str())];
        if several {
            columns.insert(0, Column::from(UNDER));
        }
        columns.extend(shown.iter().map(|at| self.figures[*at].clone()));
        table.columns = columns;
        let is_gap = |value: &Value| matches!(value, Value::Nothing);
        for row in &self.rows {
            if shown.iter().all(|at| is_gap(&row.cells[*at])) {
                continue;
            }
            let world = several.then(|| Value::text(&self.worlds[row.world]));
            let cells = shown.iter().map(|at| row.cells[*at].clone());
            table.add_row(world.into_iter().chain([row.item.clone()]).chain(cells));
        }
        table.notes.clone_from(&self.notes);
        table
    }

    fn add_world(&mut self, world: String, table: &Table) {
        let places: Vec<Option<usize>> = self
            .figures
            .iter()
            .map(|figure| Some(find_column(table, &figure.name)?.0))
            .collect();
        let cell = |row: &[Value], place: &Option<usize>| {
            place.map_or(Value::Nothing, |at| row[at].clone())
        };
        let rows: Vec<(Value, Vec<Value>)> = table
            .rows
            .iter()
            .map(|row| {
                (
                    row[0].clone(),
                    places.iter().map(|at| cell(row, at)).collect(),
                )
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        let rows_of = |world| self.rows.iter().filter(move |row| row.world == world);
        let equal = (0..self.worlds.len()).find(|other| {
            let others = rows_of(*other).map(|row| (&row.item, &row.cells));
            others.eq(rows.iter().map(|(item, cells)| (item, cells)))
        });
        if let Some(equal) = equal {
            self.worlds[equal] = join_worlds(&self.worlds[equal], &world);
            return;
        }
        let world_at = self.worlds.len();
        self.worlds.push(world);
        self.rows
            .extend(rows.into_iter().map(|(item, cells)| SummaryRow {
                world: world_at,
                item,
                cells,
            }));
    }

    /// Drops the figures that no row has, and the rows that no world has. If there is no figure at all, those stay
    /// that have a reason.
    fn drop_gaps(&mut self) {
        let is_figure = |value: &Value| !matches!(value, Value::Missing(_) | Value::Nothing);
        let mut cells = self.rows.iter().flat_map(|row| &row.cells);
        let has_figures = cells.any(is_figure);
        let is_gap = |value: &Value| match value {
            Value::Nothing => true,
            Value::Missing(_) => has_figures,
            _ => false,
        };
        let has = |at: usize| self.rows.iter().any(|row| !is_gap(&row.cells[at]));
        let kept: Vec<bool> = (0..self.figures.len()).map(has).collect();
        let keep = |cells: &mut Vec<Value>| super::tables::retain_marked(cells, &kept);
        self.rows.iter_mut().for_each(|row| keep(&mut row.cells));
        super::tables::retain_marked(&mut self.figures, &kept);
        let is_known = |row: &&SummaryRow| !row.cells.iter().all(is_gap);
        let known: Vec<Value> = self
            .rows
            .iter()
            .filter(is_known)
            .map(|row| row.item.clone())
            .collect();
        self.rows.retain(|row| known.contains(&row.item));
    }
}

/// `CPython 3.11, 3.13`: the second name without what both begin with.
fn join_worlds(all: &str, next: &str) -> String {
    let (first, rest) = next.split_once(' ').unwrap_or(("", next));
    let last = all.rsplit(", ").find(|name| name.contains(' '));
    if last.is_some_and(|last| last.split(' ').next() == Some(first)) {
        format!("{all}, {rest}")
    } else {
        format!("{all}, {next}")
    }
}

fn find_column<'t>(table: &'t Table, name: &str) -> Option<(usize, &'t Column)> {
    let mut columns = table.columns.iter().enumerate();
    columns.find(|(_, column)| column.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(&str, [Value; 2])]) -> Table {
        let mut table = Table::new("", &["call", "time [s]", "waits?"]);
        for (item, cells) in rows {
            table.add_row(std::iter::once(Value::text(*item)).chain(cells.clone()));
        }
        table
    }

    fn yes(seconds: f64) -> [Value; 2] {
        [Value::Seconds(seconds), Value::Flag(true)]
    }

    fn merge(worlds: &[(&str, Table)], figures: &[&str]) -> SummaryTable {
        let worlds = worlds.iter();
        let worlds = worlds.map(|(world, table)| ((*world).to_owned(), table.clone()));
        SummaryTable::merge_worlds("Calls", worlds.collect(), figures)
    }

    #[test]
    fn each_world_has_its_own_figures_and_rust_comes_first() {
        let model = table(&[("map", yes(2.0))]);
        let rust = table(&[("apply", yes(1.0)), ("map", yes(1.5))]);
        let python = table(&[("apply", yes(3.0)), ("imap", yes(3.0)), ("map", yes(4.0))]);
        let all = [
            ("GIL model", model),
            ("Rust", rust),
            ("CPython 3.13", python),
        ];
        let summary = merge(&all, &["waits?", "time", "no such figure"]);
        assert_eq!(summary.worlds, ["Rust", "GIL model", "CPython 3.13"]);
        let figures = summary.figures.iter();
        let figures: Vec<&str> = figures.map(|figure| figure.name.as_str()).collect();
        assert_eq!(figures, ["waits?", "time"]);
        let items = summary.items().into_iter().cloned();
        let items: Vec<Value> = items.collect();
        assert_eq!(items, ["apply", "imap", "map"].map(Value::from));
        let map = Value::from("map");
        assert_eq!(summary.cell(2, &map, 1), Some(&Value::Seconds(4.0)));
        assert_eq!(summary.cell(1, &"apply".into(), 1), None);
        let rows = summary.to_table(1).rows;
        assert_eq!(rows[2][..2], ["GIL model", "map"].map(Value::from));
        assert_eq!(rows[2].len(), 3);
    }

    #[test]
    fn a_verdict_stays_where_few_figures_fit() {
        let mut rows = Table::new("", &["row", "threads", "processes", FOUND]);
        rows.add_row(["GIL", "one", "one each", "holds"].map(Value::from));
        let figures = ["threads", "processes", FOUND];
        let summary = SummaryTable::merge_worlds("", vec![(String::new(), rows)], &figures);
        let shown = |figures| {
            let columns = summary.to_table(figures).columns.into_iter();
            columns.map(|column| column.name).collect::<Vec<_>>()
        };
        assert_eq!(shown(1), ["row", FOUND]);
        assert_eq!(shown(2), ["row", "threads", FOUND]);
        assert_eq!(shown(3).len(), 4);
    }

    #[test]
    fn worlds_with_equal_figures_are_one() {
        let same = table(&[("map", yes(1.0))]);
        let other = table(&[("map", yes(2.0))]);
        let all = [
            ("Rust", same.clone()),
            ("CPython 3.11", same.clone()),
            ("CPython 3.13", same),
            ("PyPy 3.11", other),
        ];
        let summary = merge(&all, &["time"]);
        assert_eq!(summary.worlds, ["Rust, CPython 3.11, 3.13", "PyPy 3.11"]);
        assert_eq!(summary.rows.len(), 2);
        // Where not even the last figure is shown, they are equal.
        assert_eq!(merge(&all, &["waits?"]).worlds.len(), 1);
    }

    #[test]
    fn what_no_world_has_is_left_out() {
        let gap = || Value::missing("no such call here");
        let empty = [gap(), Value::Nothing];
        let rust = table(&[
            ("map", [Value::Seconds(1.0), gap()]),
            ("imap", empty.clone()),
        ]);
        let python = table(&[("map", [gap(), gap()]), ("imap", empty)]);
        let summary = merge(
            &[("Rust", rust), ("CPython 3.13", python)],
            &["time", "waits?"],
        );
        assert_eq!(summary.items(), [&Value::from("map")]);
        assert!(summary.has_figure("time") && !summary.has_figure("waits?"));
        assert_eq!(summary.cell(1, &"map".into(), 0), Some(&gap()));
    }

    #[test]
    fn gaps_stay_where_there_is_nothing_else_to_say_why() {
        let gap = || Value::missing("not reported by this system");
        let rust = table(&[("map", [gap(), Value::Nothing])]);
        let summary = merge(&[("Rust", rust)], &["time", "waits?"]);
        assert_eq!(summary.cell(0, &"map".into(), 0), Some(&gap()));
    }

    #[test]
    fn a_figure_can_be_removed_and_an_item_added() {
        let rust = table(&[("map", yes(1.0))]);
        let python = table(&[("map", yes(2.0))]);
        let mut summary = merge(&[("Rust", rust), ("PyPy", python)], &["time", "waits?"]);
        summary.remove_figure("waits?");
        summary.add_item("Rust", "imap".into(), "time", Value::Seconds(3.0));
        summary.add_item("nowhere", "imap".into(), "time", Value::Seconds(3.0));
        let worlds: Vec<usize> = summary.rows.iter().map(|row| row.world).collect();
        assert_eq!(worlds, [0, 0, 1]);
        assert_eq!(summary.rows[1].cells, [Value::Seconds(3.0)]);
    }
}
