//! Recordings of version 1, which held what hooks reported as observations `fact.…` with its fields as labels.

use serde_json::{Map, Value as Json};

use super::{Event, EventKind, HookEvent, Labels};

/// The fields of hook events that are text; all others are numbers, or true or false.
const TEXTS: [&str; 12] = [
    "error", "kind", "message", "method", "name", "of", "on", "python", "role", "target", "to",
    "uncaught",
];

/// Makes a hook event of an observation that was one; what does not read as one stays an observation.
pub(super) fn upgrade_event(event: &mut Event) {
    if let EventKind::Observed { name, labels, .. } = &event.what
        && let Some(name) = name.strip_prefix("fact.")
        && let Some(hook) = to_hook_event(name, labels)
    {
        event.what = hook;
    }
}

fn to_hook_event(name: &str, labels: &Labels) -> Option<EventKind> {
    let pid = labels.get("pid")?.parse().ok()?;
    let mut fields = Map::from_iter([("e".to_owned(), Json::from(name))]);
    for (key, text) in labels.iter() {
        let value = if TEXTS.contains(&key) {
            Json::from(text)
        } else {
            serde_json::from_str(text).ok()?
        };
        fields.insert(key.to_owned(), value);
    }
    match serde_json::from_value(fields.into()).ok()? {
        HookEvent::Unknown => None,
        what => Some(EventKind::Hook {
            pid,
            what: what.into(),
        }),
    }
}
