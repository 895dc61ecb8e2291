//! Work that waits, and the site that it needs: a server, or a folder of files.
//!
//! The site is set up once, by the parent; its plan is plain data that a worker process can be sent.

mod files;
mod folder;
mod http;
mod server;
mod wait;

use std::{net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};

pub use files::FilesWork;
pub use http::HttpWork;
pub use wait::WaitWork;

use super::{IoWork, WorkError, Workload};

/// Where the work's server or folder is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IoPlan {
    /// A server, and the address that it listens on.
    Http {
        /// On the loopback interface.
        address: SocketAddr,
    },
    /// A folder of small files.
    Files {
        /// Its path.
        folder: PathBuf,
    },
}

/// What a workload needs outside of the workers. It is gone when this is dropped: the server stopped, the
/// folder removed.
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
    /// Starts or writes what the workload needs: nothing, for most.
    pub fn set_up(workload: impl Into<Workload>, seed: u64) -> Result<Self, WorkError> {
        let kind = match workload.into() {
            Workload::Cpu(_) | Workload::Io(IoWork::Wait) => SiteKind::Nothing,
            Workload::Io(IoWork::Http) => SiteKind::Http(
                server::PageServer::start(seed)
                    .map_err(WorkError::from_io("starting the loopback server"))?,
            ),
            Workload::Io(IoWork::Files) => SiteKind::Files(files::write_files(seed)?),
        };
        Ok(Self { kind })
    }

    /// What a [`Job`](super::Job) must know of it.
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
