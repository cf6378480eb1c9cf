//! The Lambda binary of `audit-trail-feed`.

use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::process::start::app()?;
    shared::http::lambda_event::run(|request| audit_trail_feed::handle(&app, request)).await
}
