//! Cells as plain JSON: a number is a number, a gap is null. Kinds and units are in the column.

use serde::{
    Serialize, Serializer,
    ser::{SerializeSeq, SerializeStruct},
};

use super::{Column, Table};
use crate::record::Value;

/// A value as plain JSON: seconds, bytes, 1.0 for 100 %.
pub struct PlainJson<'a>(pub &'a Value);

impl Serialize for PlainJson<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => to.serialize_str(text),
            Value::Count(count) => to.serialize_i64(*count),
            Value::Bytes(bytes) => to.serialize_u64(*bytes),
            Value::Pid(pid) => to.serialize_u32(*pid),
            // serde_json writes null for numbers that are not finite.
            Value::Seconds(x) | Value::Ratio(x) | Value::Share(x) | Value::Rate(x) => {
                to.serialize_f64(*x)
            }
            Value::Pids(list) | Value::Cores(list) => list.serialize(to),
            Value::Flag(flag) => to.serialize_bool(*flag),
            Value::Missing(_) | Value::Nothing => to.serialize_none(),
        }
    }
}

struct PlainRows<'a>(&'a [Vec<Value>]);

impl Serialize for PlainRows<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut rows = to.serialize_seq(Some(self.0.len()))?;
        for row in self.0 {
            let row: Vec<PlainJson> = row.iter().map(PlainJson).collect();
            rows.serialize_element(&row)?;
        }
        rows.end()
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let columns: Vec<Column> = (0..self.columns.len())
            .map(|at| Column {
                name: self.columns[at].name.clone(),
                unit: self.column_unit(at).map(str::to_owned),
                picture: self.columns[at].picture,
                rank: self.columns[at].rank,
            })
            .collect();
        let mut table = to.serialize_struct("Table", 4)?;
        table.serialize_field("title", &self.title)?;
        table.serialize_field("columns", &columns)?;
        table.serialize_field("rows", &PlainRows(&self.rows))?;
        table.serialize_field("notes", &self.notes)?;
        table.end()
    }
}
