//! Reading what JSON, or a program of another version, makes awkward.
//!
//! JSON has no NaN and no infinity: both are written as `null`, and read as NaN ("no figure"). Settings
//! that this version does not know are left out, though a lesson that sets them is wrong.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Map, Value};

use super::Params;

/// A float that was not finite when it was written.
pub(super) fn deserialize_float<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    if from.is_human_readable() {
        Ok(Option::deserialize(from)?.unwrap_or(f64::NAN))
    } else {
        f64::deserialize(from)
    }
}

/// The same for each of a list.
pub(super) fn deserialize_floats<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f32>, D::Error> {
    if !from.is_human_readable() {
        return Vec::deserialize(from);
    }
    let floats: Vec<Option<f32>> = Vec::deserialize(from)?;
    Ok(floats
        .into_iter()
        .map(|float| float.unwrap_or(f32::NAN))
        .collect())
}

/// Settings, without those that this version does not know.
pub(super) fn deserialize_params<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Box<Params>, D::Error> {
    if !from.is_human_readable() {
        return Box::deserialize(from);
    }
    let mut found: Map<String, Value> = Map::deserialize(from)?;
    if let Ok(Value::Object(known)) = serde_json::to_value(Params::default()) {
        found.retain(|name, _| known.contains_key(name));
    }
    Box::deserialize(Value::Object(found)).map_err(D::Error::custom)
}
