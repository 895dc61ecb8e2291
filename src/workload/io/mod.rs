//! I/O-bound workloads, and the site that they need: a server, or a folder of files.
//!
//! The parent sets the site up once; its plan is plain data that can be sent to a worker process.

mod files;
mod http;
mod server;
mod wait;

use std::{io, net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};

pub use files::FilesWork;
pub use http::HttpWork;
pub use wait::WaitWork;

use super::{IoWork, WorkError, Workload};

/// The work's server or folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IoPlan {
    /// A server, with the address that it listens on.
    Http {
        /// The address on the loopback interface.
        address: SocketAddr,
    },
    /// A folder of small files.
    Files {
        /// Its path.
        folder: PathBuf,
    },
}

/// The resources that a workload needs outside of the workers. When this is dropped, the server is stopped and
/// the folder removed.
#[derive(Debug)]
pub struct WorkSite {
    kind: SiteKind,
}

#[derive(Debug)]
enum SiteKind {
    Nothing,
    Http(server::PageServer),
    Files(tempfile::TempDir),
}

impl WorkSite {
    /// Starts or writes what the workload needs; for most, nothing. Files are written below the folder that
    /// `find_folder` returns.
    pub fn set_up(
        workload: impl Into<Workload>,
        seed: u64,
        find_folder: impl FnOnce() -> io::Result<PathBuf>,
    ) -> Result<Self, WorkError> {
        let kind = match workload.into() {
            Workload::Cpu(_) | Workload::Io(IoWork::Wait) => SiteKind::Nothing,
            Workload::Io(IoWork::Http) => SiteKind::Http(
                server::PageServer::start(seed)
                    .map_err(WorkError::from_io("starting the loopback server"))?,
            ),
            Workload::Io(IoWork::Files) => {
                let folder = find_folder().map_err(WorkError::from_io("making a folder"))?;
                SiteKind::Files(files::write_files(seed, &folder)?)
            }
        };
        Ok(Self { kind })
    }

    /// The part of it that a [`Job`](super::Job) needs.
    pub fn plan(&self) -> Option<IoPlan> {
        match &self.kind {
            SiteKind::Nothing => None,
            SiteKind::Http(server) => Some(IoPlan::Http {
                address: server.address(),
            }),
            SiteKind::Files(folder) => Some(IoPlan::Files {
                folder: folder.path().to_owned(),
            }),
        }
    }
}
