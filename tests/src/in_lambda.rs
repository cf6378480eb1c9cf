//! A call as Lambda makes it: it says when the function must have ended.

use crate::call::Call;
use crate::reply::{Reply, invoke_with};
use lambda_http::{Context, Request, RequestExt as _};
use shared::http::lambda_event;
use shared::process::app::App;
use shared::process::clock;
use std::time::Duration;

/// A function that has no answer by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

/// The function's answer to a call that has that much time left.
pub async fn send(app: &App, call: &Call, time_left: Duration) -> Reply {
    let request: Request = lambda_event::request(&call.event()).expect("an event of API Gateway");
    let mut context = Context::default();
    let now_ms = u64::try_from(clock::now().epoch_ms()).expect("a year after 1970");
    context.deadline = now_ms + u64::try_from(time_left.as_millis()).expect("less than the age of the universe");
    let reply = invoke_with(app, call.function, request.with_lambda_context(context));
    tokio::time::timeout(PATIENCE, reply).await.expect("an answer before the end")
}
