//! The one place where a request goes to DynamoDB: none goes without being counted, and each asks what it cost.

use crate::store::usage::Usage;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::batch_get_item::builders::BatchGetItemFluentBuilder;
use aws_sdk_dynamodb::operation::batch_get_item::{BatchGetItemError, BatchGetItemOutput};
use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use aws_sdk_dynamodb::operation::get_item::{GetItemError, GetItemOutput};
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::operation::put_item::{PutItemError, PutItemOutput};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::query::{QueryError, QueryOutput};
use aws_sdk_dynamodb::operation::transact_write_items::builders::TransactWriteItemsFluentBuilder;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};

/// A request that the store sends.
pub(super) trait StoreRequest {
    /// What DynamoDB answers.
    type Answer;
    /// Why it does not do it.
    type Error;

    /// Sends it, and asks what it costs.
    fn send_measured(self) -> impl Future<Output = Result<Self::Answer, SdkError<Self::Error, HttpResponse>>> + Send;

    /// What it cost, by table.
    fn consumed(answer: &Self::Answer) -> &[ConsumedCapacity];
}

/// Sends a request and waits for its answer; counts it, with its time and the capacity that it took.
pub(super) async fn send<R: StoreRequest>(
    request: R,
    usage: &Usage,
) -> Result<R::Answer, SdkError<R::Error, HttpResponse>> {
    // Boxed, because the SDK's future is large, and so deep that the compiler gives up on a few more layers around it.
    let answer = usage.request(Box::pin(request.send_measured())).await?;
    R::consumed(&answer).iter().for_each(|capacity| usage.consumed(capacity));
    Ok(answer)
}

macro_rules! store_request {
    ($builder:ty, $answer:ty, $error:ty, $consumed:expr) => {
        impl StoreRequest for $builder {
            type Answer = $answer;
            type Error = $error;

            fn send_measured(self) -> impl Future<Output = Result<$answer, SdkError<$error, HttpResponse>>> + Send {
                self.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
            }

            fn consumed(answer: &$answer) -> &[ConsumedCapacity] {
                let consumed: fn(&$answer) -> &[ConsumedCapacity] = $consumed;
                consumed(answer)
            }
        }
    };
}

store_request!(GetItemFluentBuilder, GetItemOutput, GetItemError, |answer| answer.consumed_capacity.as_slice());
store_request!(BatchGetItemFluentBuilder, BatchGetItemOutput, BatchGetItemError, BatchGetItemOutput::consumed_capacity);
store_request!(QueryFluentBuilder, QueryOutput, QueryError, |answer| answer.consumed_capacity.as_slice());
store_request!(PutItemFluentBuilder, PutItemOutput, PutItemError, |answer| answer.consumed_capacity.as_slice());
store_request!(UpdateItemFluentBuilder, UpdateItemOutput, UpdateItemError, |answer| answer
    .consumed_capacity
    .as_slice());
store_request!(
    TransactWriteItemsFluentBuilder,
    TransactWriteItemsOutput,
    TransactWriteItemsError,
    TransactWriteItemsOutput::consumed_capacity
);

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        files.into_iter().chain(folders.iter().flat_map(|folder| sources(folder))).collect()
    }

    #[test]
    fn nothing_else_sends_a_request() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let sends = |path: &PathBuf| fs::read_to_string(path).expect("a source").contains(concat!(".se", "nd("));
        let senders: Vec<_> = sources(&root).into_iter().filter(sends).collect();
        assert_eq!(senders, [root.join("store/send.rs")]);
    }
}
