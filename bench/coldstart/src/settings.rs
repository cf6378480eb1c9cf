//! What is the same for all runs.

use std::path::PathBuf;

/// The store, the environment of the functions, and what is kept of them.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Warm invocations in a run.
    pub(crate) warm: u32,
    /// The store.
    pub(crate) endpoint: String,
    /// Its table.
    pub(crate) table: String,
    /// Further variables of the functions.
    pub(crate) variables: Vec<(String, String)>,
    /// Variables that make the functions trust the store, where it has TLS.
    pub(crate) trust: Vec<(String, String)>,
    /// Where the functions' output goes.
    pub(crate) log_dir: PathBuf,
    /// Control group that a process is put into after its first poll.
    pub(crate) cgroup: Option<PathBuf>,
}
