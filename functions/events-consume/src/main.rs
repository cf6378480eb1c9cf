//! The Lambda binary of `events-consume`.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use shared::process::invocation::Invocation;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::process::start::app()?;
    let accounts = events_consume::KnownAccounts::default();
    let (app, accounts) = (&app, &accounts);
    let handle = |event: LambdaEvent<SqsEvent>| async move {
        let invocation = Invocation::of(&event.context);
        Ok::<_, Error>(events_consume::handle(app, accounts, event.payload, &invocation).await?)
    };
    run(service_fn(handle)).await
}
