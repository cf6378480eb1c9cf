//! Batches of the table's stream, as Lambda hands them to a function, and the function's answer as JSON. The function is held to
//! its role.

use crate::requests_sent::as_function;
use shared::process::app::App;
use shared::process::invocation::Invocation;

/// The answer of `log-append` to the JSON of a batch, or what it says instead.
///
/// # Errors
/// Those of the function.
pub async fn append(app: &App, batch: &str) -> Result<String, String> {
    let batch = serde_json::from_str(batch).map_err(|error| error.to_string())?;
    let invocation = Invocation::default();
    let handled = log_append::handle(app, batch, &invocation);
    let response = as_function("log-append", handled).await.map_err(|error| error.to_string())?;
    Ok(serde_json::to_string(&response).expect("an answer serialises"))
}
