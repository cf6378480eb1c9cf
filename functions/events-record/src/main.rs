//! The Lambda binary of `events-record`.

use lambda_http::{Error, Request, run, service_fn};
use std::convert::Infallible;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::config::start()?;
    let handle = |request: Request| async { Ok::<_, Infallible>(events_record::handle(&app, request).await) };
    run(service_fn(handle)).await
}
