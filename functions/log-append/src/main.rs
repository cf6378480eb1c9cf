//! The Lambda binary of `log-append`.

use aws_lambda_events::event::dynamodb::Event;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use shared::process::invocation::Invocation;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::process::start::app()?;
    let app = &app;
    let handle = |event: LambdaEvent<Event>| async move {
        let invocation = Invocation::of(&event.context);
        Ok::<_, Error>(log_append::handle(app, event.payload, &invocation).await?)
    };
    run(service_fn(handle)).await
}
