//! What an export with proofs asks of the service.

use crate::service::{Answer, Call, Service, ServiceError};
use aws_sdk_dynamodb::error::BoxError;
use lambda_http::http::Method;

/// The text of an answer.
pub(super) async fn text(service: &Service, target: &str) -> Result<String, BoxError> {
    let answer = fetch(service, target).await?;
    String::from_utf8(answer.body).map_err(|_| format!("the service's answer to {target} is no text").into())
}

/// The headers and bytes of an answer.
pub(super) async fn fetch(service: &Service, target: &str) -> Result<Answer, ServiceError> {
    // API Gateway sends bytes as they are to whoever accepts their type first of all.
    let headers = vec![("accept", "application/octet-stream".to_owned())];
    let call = Call { method: Method::GET, target: target.to_owned(), headers, body: String::new() };
    service.fetch(&call).await
}
