//! The Lambda binary of `audit-trail-feed`.

use lambda_http::Error;
use shared::process::start;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = start::app()?.with_ocsf_mapping(start::ocsf_mapping()?);
    shared::http::lambda_event::run(|request| audit_trail_feed::handle(&app, request)).await
}
