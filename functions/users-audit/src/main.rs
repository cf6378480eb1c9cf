//! The Lambda binary of `users-audit`.

use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::config::start()?;
    shared::gateway::run(|request| users_audit::handle(&app, request)).await
}
