//! The one table that decides a run: the figures of all its worlds (Rust, the model of the GIL, each Python).

use super::{Column, DemoPart, GIL_MODEL, Table, UNDER, demo_parts, parts::NATIVE};
use crate::record::{Run, Value};

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

    /// Adds a sentence below the table.
    #[must_use]
    pub fn with_note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
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

    /// The same rows as an ordinary table, with a column for the world if there are several.
    pub fn to_table(&self, figures: usize) -> Table {
        let several = self.worlds.len() > 1;
        let mut table = Table::new(&self.title, &[]);
        let mut columns = vec![Column::from(self.item.as_str())];
        if several {
            columns.insert(0, Column::from(UNDER));
        }
        columns.extend(self.figures.iter().take(figures).cloned());
        table.columns = columns;
        for row in &self.rows {
            let world = several.then(|| Value::text(&self.worlds[row.world]));
            let cells = row.cells.iter().take(figures).cloned();
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

    /// Drops the figures that no row has, and the rows that no world has.
    fn drop_gaps(&mut self) {
        let is_gap = |value: &Value| matches!(value, Value::Missing(_) | Value::Nothing);
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

/// The worlds of a table whose second column names them, each with its own rows.
pub fn split_worlds(run: &Run, table: Table) -> Vec<(String, Table)> {
    let Some(at) = table.columns.iter().position(|column| column.name == UNDER) else {
        let world = DemoPart { run: *run }.environment_name();
        return vec![(world, table)];
    };
    let mut worlds: Vec<(String, Table)> = Vec::new();
    for row in table.rows {
        let Value::Text(name) = &row[at] else {
            continue;
        };
        let place = worlds.iter().position(|(world, _)| world == name);
        let place = place.unwrap_or_else(|| {
            let mut own = Table::new(&table.title, &[]);
            own.columns.clone_from(&table.columns);
            worlds.push((name.clone(), own));
            worlds.len() - 1
        });
        worlds[place].1.rows.push(row);
    }
    worlds
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
