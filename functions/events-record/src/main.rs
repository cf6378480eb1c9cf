//! The Lambda binary of `events-record`.

use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::config::start()?;
    shared::gateway::run(|request| events_record::handle(&app, request)).await
}
