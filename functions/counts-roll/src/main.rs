//! The Lambda binary of `counts-roll`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use shared::invocation::Invocation;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::config::start()?;
    let app = &app;
    // What calls it is a clock, and says nothing that would make a difference.
    let handle = |event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(counts_roll::handle(app, &Invocation::of(&event.context)).await?)
    };
    run(service_fn(handle)).await
}
