//! Signs the log as the template's schedule does, and more often: for someone who looks on.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use log_sign::{Archive, Means, Signer, State};
use shared::process::app::App;
use shared::process::invocation::Invocation;
use shared::process::log::chain;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::listener::RequestLog;
use super::log_key::{LogKey, LogKeyError};

/// Time from one round to the next.
pub(super) const PERIOD: Duration = Duration::from_secs(10);

/// How far back marks of logs that have grown are read again: this process makes them itself, by this clock.
const LATE_MARKS_MS: i64 = 2 * 60 * 1_000;

/// What the log is signed with: the key and the archive of a data folder, or a key in memory and no archive.
pub(super) fn means(folder: Option<PathBuf>) -> Result<Means, LogKeyError> {
    let (LogKey { origin, key }, archive) = match folder {
        Some(folder) => (LogKey::of_folder(&folder)?, Archive::Folder(folder)),
        None => (LogKey::random()?, Archive::Nothing),
    };
    Ok(Means { origin, signer: Signer::Memory(key), archive, late_marks_ms: LATE_MARKS_MS })
}

/// Begins to make rounds, until the handle is aborted. `log` is told when one fails, once for each reason.
pub(super) fn start(app: Arc<App>, means: Means, log: RequestLog) -> JoinHandle<()> {
    tokio::spawn(async move {
        let (mut state, mut said) = (State::default(), String::new());
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let made = log_sign::handle(&app, &means, &mut state, &Invocation::default()).await;
            let failed = made.err().map(|failed| chain(&failed)).unwrap_or_default();
            if !failed.is_empty() && failed != said {
                log(&format!("log-sign failed: {failed}"));
            }
            said = failed;
        }
    })
}
