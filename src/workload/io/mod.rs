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

pub use files::Files;
pub use http::Http;
pub use wait::Wait;

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
pub struct Site {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Nothing,
    Http(server::Server),
    Files(tempfile::TempDir),
}

impl Site {
    /// Starts or writes what the workload needs: nothing, for most.
    pub fn set_up(workload: impl Into<Workload>, seed: u64) -> Result<Self, WorkError> {
        let kind = match workload.into() {
            Workload::Cpu(_) | Workload::Io(IoWork::Wait) => Kind::Nothing,
            Workload::Io(IoWork::Http) => Kind::Http(
                server::Server::start(seed)
                    .map_err(WorkError::io("starting the loopback server"))?,
            ),
            Workload::Io(IoWork::Files) => Kind::Files(files::write_files(seed)?),
        };
        Ok(Self { kind })
    }

    /// What a [`Job`](super::Job) must know of it.
    pub fn plan(&self) -> Option<IoPlan> {
        match &self.kind {
            Kind::Nothing => None,
            Kind::Http(server) => Some(IoPlan::Http {
                address: server.address(),
            }),
            Kind::Files(folder) => Some(IoPlan::Files {
                folder: folder.path().to_owned(),
            }),
        }
    }
}
