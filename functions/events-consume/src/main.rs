//! The Lambda binary of `events-consume`.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::config::start()?;
    let handle =
        |event: LambdaEvent<SqsEvent>| async { Ok::<_, Error>(events_consume::handle(&app, event.payload).await?) };
    run(service_fn(handle)).await
}
