//! The yardstick of the benchmarks: the least that a Rust function with `lambda_http` and the AWS SDK does, as their
//! own examples write it. It reads one item and answers JSON.

use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::types::AttributeValue;
use lambda_http::{Body, Error, Request, Response, run, service_fn};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = aws_sdk_dynamodb::Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    #[expect(clippy::disallowed_methods, reason = "the yardstick shares no code with the functions it is held against")]
    let table = std::env::var("TABLE_NAME")?;
    run(service_fn(|request| answer(&client, &table, request))).await
}

/// Reads the item that the body's `pk` and `sk` name: 200 with its attribute names, or 404.
async fn answer(client: &aws_sdk_dynamodb::Client, table: &str, request: Request) -> Result<Response<Body>, Error> {
    let key: serde_json::Value = serde_json::from_slice(request.body())?;
    let part = |name: &str| AttributeValue::S(text(&key, name));
    let output = client.get_item().table_name(table).key("pk", part("pk")).key("sk", part("sk")).send().await?;
    let status = if output.item().is_some() { 200 } else { 404 };
    let attributes: Vec<&String> = output.item().map(|item| item.keys().collect()).unwrap_or_default();
    Ok(Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(json!({ "attributes": attributes }).to_string().into())?)
}

/// A field of a JSON object as text, empty if it is not there.
fn text(json: &serde_json::Value, name: &str) -> String {
    json.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
