//! The functions that a schedule calls, held to their roles.

use crate::requests_sent::as_function;
use shared::process::app::App;
use shared::process::invocation::Invocation;

/// Calls `counts-roll`.
///
/// # Errors
/// Those of the function.
pub async fn roll(app: &App) -> Result<counts_roll::Outcome, counts_roll::Failed> {
    let invocation = Invocation::default();
    as_function("counts-roll", counts_roll::handle(app, &invocation)).await
}

/// Calls `log-reconcile`.
///
/// # Errors
/// Those of the function.
pub async fn reconcile(app: &App) -> Result<log_reconcile::Outcome, log_reconcile::Failed> {
    let invocation = Invocation::default();
    as_function("log-reconcile", log_reconcile::handle(app, &invocation)).await
}
