//! The Lambda binary of `users-audit-by-user`.

use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::config::start()?;
    shared::gateway::run(|request| users_audit_by_user::handle(&app, request)).await
}
