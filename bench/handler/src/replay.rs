//! DynamoDB as the SDK's connector sees it: the bytes of an answer, at once and without a network.

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use shared::table::item::Item;

/// Answers every lookup with one item, and every query with one page.
#[derive(Debug, Clone, Copy)]
pub struct Replay {
    found: &'static str,
    page: &'static str,
}

impl Replay {
    /// Of a lookup that finds `found`, and a query that reads `items`. With `more`, DynamoDB stopped at the last of them.
    pub fn new(found: &Item, items: &[Item], more: bool) -> Self {
        let last = items.last().filter(|_| more);
        let capacity = json!({"TableName": "audit", "CapacityUnits": 13.5});
        let mut page = json!({"Items": items.iter().map(attributes).collect::<Vec<_>>(), "Count": items.len(),
            "ScannedCount": items.len(), "ConsumedCapacity": capacity});
        if let (Some(last), Some(page)) = (last, page.as_object_mut()) {
            page.insert("LastEvaluatedKey".to_owned(), key(last));
        }
        let found = json!({"Item": attributes(found), "ConsumedCapacity": capacity});
        Self { found: found.to_string().leak(), page: page.to_string().leak() }
    }

    /// Bytes of the page's answer.
    pub fn page_bytes(&self) -> usize {
        self.page.len()
    }
}

impl HttpConnector for Replay {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = match request.headers().get("x-amz-target") {
            Some("DynamoDB_20120810.GetItem") => self.found,
            Some("DynamoDB_20120810.Query") => self.page,
            other => panic!("a page takes no {other:?}"),
        };
        let ok = StatusCode::try_from(200).expect("200 is a status");
        HttpConnectorFuture::ready(Ok(HttpResponse::new(ok, SdkBody::from(body))))
    }
}

fn attributes(item: &Item) -> Value {
    item.iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}

fn key(item: &Item) -> Value {
    ["pk", "sk"].into_iter().filter_map(|name| Some((name.to_owned(), attribute(item.get(name)?)))).collect()
}

/// A string or a list of strings: the items of these pages have no other attributes.
fn attribute(value: &aws_sdk_dynamodb::types::AttributeValue) -> Value {
    match (value.as_s(), value.as_l()) {
        (Ok(text), _) => json!({ "S": text }),
        (_, Ok(list)) => json!({ "L": list.iter().map(attribute).collect::<Vec<_>>() }),
        _ => panic!("an attribute that is neither a string nor a list"),
    }
}
