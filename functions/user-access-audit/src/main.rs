//! The Lambda binary of `user-access-audit`.

use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::process::start::app()?;
    shared::http::lambda_event::run(|request| user_access_audit::handle(&app, request)).await
}
