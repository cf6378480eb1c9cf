//! The Lambda binary of `audit-trail`.

use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::config::start()?;
    shared::gateway::run(|request| audit_trail::handle(&app, request)).await
}
