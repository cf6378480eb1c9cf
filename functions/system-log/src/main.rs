//! The Lambda binary of `system-log`.

use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::process::start::app()?;
    shared::http::lambda_event::run(|request| system_log::handle(&app, request)).await
}
