//! What the SDK really sends: counted, and, where a function sends it, held against the function's role.

use crate::access::{Access, asked};
use crate::role::{Role, roles};
use crate::template_json::template;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The roles of the shipped template, by the folder of their function.
static ROLES: LazyLock<BTreeMap<String, Role>> =
    LazyLock::new(|| roles(&template()).expect("the roles of the shipped template are understood"));

tokio::task_local! {
    /// The function at work, by its folder.
    static FUNCTION: String;
}

/// Does the work of a function: what it asks DynamoDB must be allowed by its role, as in AWS.
pub async fn as_function<T>(function: &str, work: impl Future<Output = T>) -> T {
    FUNCTION.scope(function.to_owned(), work).await
}

/// An interceptor of the SDK that sees every request, retries included.
#[derive(Debug, Clone, Default)]
pub struct RequestsSent(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    count: u32,
    accesses: BTreeSet<Access>,
}

impl RequestsSent {
    /// How many were sent since the last time this was asked.
    pub fn count(&self) -> u32 {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).count)
    }

    /// Everything that functions asked for.
    pub fn accesses(&self) -> BTreeSet<Access> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).accesses.clone()
    }
}

impl Intercept for RequestsSent {
    fn name(&self) -> &'static str {
        "RequestsSent"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let mut accesses = Vec::new();
        if let Ok(function) = FUNCTION.try_with(Clone::clone) {
            let target = request.headers().get("x-amz-target").expect("a request to DynamoDB has a target");
            let (_, operation) = target.split_once('.').expect("a target is a version and an operation");
            let body = request.body().bytes().expect("a request to DynamoDB is in memory");
            accesses = asked(operation, &serde_json::from_slice(body).expect("a request to DynamoDB is JSON"));
            let role = ROLES.get(&function).expect("every function has a role");
            for access in &accesses {
                assert!(role.allows(access), "the role of {function} does not allow {access}");
            }
        }
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.count += 1;
        seen.accesses.extend(accesses);
        Ok(())
    }
}
