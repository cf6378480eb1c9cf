//! The Lambda binary of `log-reconcile`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use shared::process::invocation::Invocation;
use shared::process::log;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::process::start::app()?;
    let app = &app;
    // What calls it is a clock, and says nothing that would make a difference.
    let handle = |event: LambdaEvent<Value>| async move {
        let outcome = log_reconcile::handle(app, &Invocation::of(&event.context)).await;
        outcome.map_err(|failed| Error::from(log::chain(&failed))) // the runtime logs what an error has for a programmer
    };
    run(service_fn(handle)).await
}
