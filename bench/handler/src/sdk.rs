//! The same request with the SDK alone: what everybody pays who reads these items with it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use shared::event::TrailEvent;
use shared::table::item::EventProjection as _;

/// Sends a query as the store does for a page of events, and reads its answer into the SDK's types.
pub async fn query_events(client: &Client) -> QueryOutput {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let request = client
        .query()
        .table_name("audit")
        .consistent_read(true)
        .scan_index_forward(false)
        .limit(101)
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .key_condition_expression("#partition = :partition AND #sk BETWEEN :from AND :to")
        .expression_attribute_names("#partition", "pk")
        .expression_attribute_values(":partition", text("events#demo#00"))
        .expression_attribute_values(":from", text("1970-01-01T00:00:00.000Z"))
        .expression_attribute_values(":to", text(":"))
        .projection_expression(TrailEvent::PROJECTION.expression);
    let request = TrailEvent::PROJECTION
        .names
        .iter()
        .fold(request, |request, (name, of)| request.expression_attribute_names(*name, *of));
    request.send().await.expect("an answer")
}
