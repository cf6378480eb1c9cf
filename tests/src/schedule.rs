//! The function that a schedule calls, held to its role.

use crate::requests_sent::as_function;
use counts_roll::{Failed, Outcome};
use shared::process::app::App;
use shared::process::invocation::Invocation;

/// Calls `counts-roll`.
///
/// # Errors
/// Those of the function.
pub async fn roll(app: &App) -> Result<Outcome, Failed> {
    let invocation = Invocation::default();
    as_function("counts-roll", counts_roll::handle(app, &invocation)).await
}
