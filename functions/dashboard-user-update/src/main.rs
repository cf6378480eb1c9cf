//! The Lambda binary of `dashboard-user-update`.

use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = shared::process::start::app()?;
    shared::http::lambda_event::run(|request| dashboard_user_update::handle(&app, request)).await
}
