//! The Lambda binary of `users-audit-by-user`.

use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::process::start::app()?;
    shared::http::lambda_event::run(|request| users_audit_by_user::handle(&app, request)).await
}
