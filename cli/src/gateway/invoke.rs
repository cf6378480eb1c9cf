//! A function, invoked as the Lambda runtime would: an event in, a proxy response out, both as JSON.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lambda_http::lambda_runtime::Config;
use lambda_http::{Adapter, Body, Context, LambdaEvent, Request, Response, Service as _, service_fn};
use shared::http::lambda_event::{AsItIs, Event};

use super::event::{ACCOUNT_ID, Arrival, uuid};

/// The functions that the gateway can invoke, by the name of their folder.
pub type Functions = BTreeMap<String, Arc<Function>>;

/// One function.
pub struct Function {
    run: Box<dyn Fn(Invocation) -> BoxFuture<'static, Result<String, FunctionError>> + Send + Sync>,
}

/// One call of a function.
#[derive(Debug)]
pub struct Invocation {
    /// The event, as JSON.
    pub event: String,
    /// The call's own id, its deadline and the function's name.
    pub context: Context,
}

/// Why a function gave no proxy response.
#[derive(Debug, thiserror::Error)]
pub enum FunctionError {
    /// The runtime does not take the event for one of API Gateway's.
    #[error("the runtime does not understand the event")]
    Event(#[source] serde_json::Error),
    /// The answer cannot be written as JSON.
    #[error("the function's answer cannot be written as JSON")]
    Answer(#[source] serde_json::Error),
    /// The function panicked with that message.
    #[error("the function panicked: {0}")]
    Panic(String),
}

/// A function made of the handler of a function's crate. The handler sees what it sees on Lambda: the request passes
/// through `lambda_http`'s own adapter, which reads the event and writes the response.
pub fn function<F, Fut>(handle: F) -> Arc<Function>
where
    F: Fn(Request) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Response<Body>> + Send + 'static,
{
    Arc::new(Function { run: Box::new(move |invocation| run(handle.clone(), invocation).boxed()) })
}

async fn run<F, Fut>(handle: F, invocation: Invocation) -> Result<String, FunctionError>
where
    F: Fn(Request) -> Fut + Send + 'static,
    Fut: Future<Output = Response<Body>> + Send + 'static,
{
    let Event(payload) = serde_json::from_str(&invocation.event).map_err(FunctionError::Event)?;
    let mut adapter = Adapter::from(service_fn(move |request| {
        let answer = handle(request);
        async move { Ok::<_, Infallible>(AsItIs(answer.await)) }
    }));
    match adapter.call(LambdaEvent::new(payload, invocation.context)).await {
        Ok(response) => serde_json::to_string(&response).map_err(FunctionError::Answer),
        Err(never) => match never {},
    }
}

impl Function {
    /// Calls the function with an event; a panic in it is an error here and ends only this call.
    ///
    /// # Errors
    /// As [`FunctionError`] says.
    pub async fn invoke(self: Arc<Self>, invocation: Invocation) -> Result<String, FunctionError> {
        let call = AssertUnwindSafe(async move { (self.run)(invocation).await });
        // Where panics unwind. A release aborts, as the process of a function does on Lambda.
        call.catch_unwind().await.unwrap_or_else(|panic| Err(FunctionError::Panic(message(panic.as_ref()))))
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    match (panic.downcast_ref::<String>(), panic.downcast_ref::<&str>()) {
        (Some(text), _) => text.clone(),
        (None, Some(text)) => (*text).to_owned(),
        (None, None) => "no message".to_owned(),
    }
}

impl Invocation {
    /// A call of a function with an event, to be answered within a number of seconds of its arrival.
    pub(super) fn new(event: String, function: &str, arrival: &Arrival, time_s: u64) -> Self {
        let mut config = Config::default();
        function.clone_into(&mut config.function_name);
        "$LATEST".clone_into(&mut config.version);
        let mut context = Context::default();
        context.request_id = uuid();
        context.deadline = u64::try_from(arrival.at.timestamp()).unwrap_or_default().saturating_add(time_s) * 1000;
        context.invoked_function_arn = format!("arn:aws:lambda:us-east-1:{ACCOUNT_ID}:function:{function}");
        context.xray_trace_id = Some(arrival.trace_id.clone());
        context.env_config = Arc::new(config);
        Self { event, context }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Function")
    }
}
