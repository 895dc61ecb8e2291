//! The Python files that make a watched Python report what only Python itself has.
//!
//! Their folder is first in `PYTHONPATH`, so every Python of the program loads our `sitecustomize`. It is active only
//! where [`super::hook_message::PIPE`] is set, and then loads the machine's own `sitecustomize`. The program must not
//! see any difference: see the notes at the head of each file.

use std::{fs, io, path::Path};

/// The path of each file, relative to the folder in `PYTHONPATH`, and its text.
pub const FILES: &[(&str, &str)] = &[
    ("sitecustomize.py", include_str!("sitecustomize.py")),
    (
        "_forklore/__init__.py",
        include_str!("_forklore/__init__.py"),
    ),
    ("_forklore/begin.py", include_str!("_forklore/begin.py")),
    (
        "_forklore/blocking.py",
        include_str!("_forklore/blocking.py"),
    ),
    ("_forklore/calls.py", include_str!("_forklore/calls.py")),
    ("_forklore/copies.py", include_str!("_forklore/copies.py")),
    (
        "_forklore/counting.py",
        include_str!("_forklore/counting.py"),
    ),
    ("_forklore/ends.py", include_str!("_forklore/ends.py")),
    ("_forklore/errors.py", include_str!("_forklore/errors.py")),
    (
        "_forklore/executors.py",
        include_str!("_forklore/executors.py"),
    ),
    ("_forklore/finder.py", include_str!("_forklore/finder.py")),
    ("_forklore/forks.py", include_str!("_forklore/forks.py")),
    ("_forklore/memory.py", include_str!("_forklore/memory.py")),
    ("_forklore/origins.py", include_str!("_forklore/origins.py")),
    ("_forklore/paths.py", include_str!("_forklore/paths.py")),
    ("_forklore/pipe.py", include_str!("_forklore/pipe.py")),
    ("_forklore/pools.py", include_str!("_forklore/pools.py")),
    (
        "_forklore/processes.py",
        include_str!("_forklore/processes.py"),
    ),
    ("_forklore/queues.py", include_str!("_forklore/queues.py")),
    ("_forklore/randoms.py", include_str!("_forklore/randoms.py")),
    ("_forklore/reaps.py", include_str!("_forklore/reaps.py")),
    (
        "_forklore/sampling.py",
        include_str!("_forklore/sampling.py"),
    ),
    ("_forklore/sleeps.py", include_str!("_forklore/sleeps.py")),
    ("_forklore/source.py", include_str!("_forklore/source.py")),
    (
        "_forklore/starting.py",
        include_str!("_forklore/starting.py"),
    ),
    ("_forklore/streams.py", include_str!("_forklore/streams.py")),
    ("_forklore/syncs.py", include_str!("_forklore/syncs.py")),
    ("_forklore/threads.py", include_str!("_forklore/threads.py")),
    ("_forklore/uses.py", include_str!("_forklore/uses.py")),
    ("_forklore/values.py", include_str!("_forklore/values.py")),
    ("_forklore/work.py", include_str!("_forklore/work.py")),
    ("_forklore/wrap.py", include_str!("_forklore/wrap.py")),
];

/// Writes the files into `folder`, which then has to be the first in `PYTHONPATH`.
pub fn write_into(folder: &Path) -> io::Result<()> {
    for (path, text) in FILES {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/observe/hooks");
        let mut found = BTreeSet::from(["sitecustomize.py".to_owned()]);
        for entry in fs::read_dir(here.join("_forklore")).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if Path::new(&name)
                .extension()
                .is_some_and(|extension| extension == "py")
            {
                found.insert(format!("_forklore/{name}"));
            }
        }
        let embedded: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(embedded, found);
    }

    #[test]
    fn they_are_written_where_python_finds_them() {
        let folder = tempfile::tempdir().unwrap();
        write_into(folder.path()).unwrap();
        let pipe = fs::read_to_string(folder.path().join("_forklore/pipe.py")).unwrap();
        assert!(pipe.contains("def tell("));
    }
}
