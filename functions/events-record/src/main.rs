//! The Lambda binary of `events-record`.

use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::process::start::app()?;
    shared::http::lambda_event::run(|request| events_record::handle(&app, request)).await
}
