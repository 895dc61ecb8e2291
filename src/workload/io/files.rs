//! Reading files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::IoPlan;
use crate::{
    EvalBreaker, IoWork, WorkError, WorkOutcome, WorkPart,
    random::{self, SplitMix64},
};

const FILES: u64 = 64;
const FILE_BYTES: u64 = 8192;

/// Reads small files, starting again at the first after the last; an item is a read.
///
/// They were written a moment ago, so they come from the system's cache and not from a disk: this workload is
/// called I/O but hardly waits.
#[derive(Debug)]
pub struct FilesWork {
    reads: u64,
    folder: PathBuf,
}

impl FilesWork {
    pub fn new(reads: u64, plan: Option<&IoPlan>) -> Result<Self, WorkError> {
        match plan {
            Some(IoPlan::Files { folder }) => Ok(Self {
                reads,
                folder: folder.clone(),
            }),
            _ => Err(WorkError::NoSite(IoWork::Files)),
        }
    }

    pub fn run_part(
        &self,
        part: WorkPart,
        breaker: &mut impl EvalBreaker,
    ) -> Result<WorkOutcome, WorkError> {
        let paths: Vec<PathBuf> = (0..FILES)
            .map(|file| self.folder.join(data_file_name(file)))
            .collect();
        part.sum_items(self.reads, |read| {
            breaker.check()?;
            let path = &paths[(read % FILES) as usize];
            let bytes = breaker.run_blocking(|| fs::read(path)).map_err(|error| {
                WorkError::from_io(format!("reading {}", path.display()))(error)
            })?;
            Ok(random::mix_bits(read ^ random::checksum_bytes(&bytes)))
        })
    }
}

/// Creates a folder below `base` with the files that the work reads.
pub fn write_files(seed: u64, base: &Path) -> Result<TempDir, WorkError> {
    let folder = TempDir::new_in(base).map_err(WorkError::from_io(format!(
        "making a folder in {}",
        base.display()
    )))?;
    let mut random = SplitMix64::new(seed);
    for file in 0..FILES {
        let path = folder.path().join(data_file_name(file));
        // Between 50 % and 150 % of the mean.
        let length = FILE_BYTES / 2 + random.next_below(FILE_BYTES);
        let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        fs::write(&path, bytes)
            .map_err(|error| WorkError::from_io(format!("writing {}", path.display()))(error))?;
    }
    Ok(folder)
}

fn data_file_name(file: u64) -> String {
    format!("{file:03}.bin")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoBreaker;

    #[test]
    fn a_file_that_is_gone_is_named() {
        let folder = write_files(0, &std::env::temp_dir()).unwrap();
        fs::remove_file(folder.path().join("001.bin")).unwrap();
        let plan = IoPlan::Files {
            folder: folder.path().to_owned(),
        };
        let read = |reads| {
            FilesWork::new(reads, Some(&plan))
                .unwrap()
                .run_part(WorkPart::WHOLE, &mut NoBreaker)
        };
        assert_eq!(read(1).unwrap().items, 1);
        let error = read(2).unwrap_err().to_string();
        assert!(
            error.starts_with("reading ") && error.contains("001.bin: "),
            "{error}"
        );
    }
}
