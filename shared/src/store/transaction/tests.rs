use super::*;
use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;

fn reason_with(code: &str) -> CancellationReason {
    let there = Item::from([("pk".to_owned(), AttributeValue::S("a".to_owned()))]);
    let item = (code == "ConditionalCheckFailed").then_some(there);
    CancellationReason::builder().code(code).set_item(item).build()
}

/// What is made of a transaction that was cancelled for those reasons.
fn outcome(codes: &[&str]) -> Result<Vec<&'static str>, &'static str> {
    let reasons = codes.iter().map(|code| reason_with(code)).collect();
    let exception = TransactionCanceledException::builder()
        .set_cancellation_reasons(Some(reasons))
        .meta(ErrorMetadata::builder().code("TransactionCanceledException").build())
        .build();
    let response = HttpResponse::new(400.try_into().expect("a status"), "".into());
    let error = SdkError::service_error(TransactWriteItemsError::TransactionCanceledException(exception), response);
    match cancelled(error) {
        Ok(cancelled) => {
            assert!(matches!(cancelled.cause, StoreError::Unavailable(_)), "who gives up may try again");
            Ok(cancelled.met().iter().map(met).collect())
        }
        Err(StoreError::Unavailable(_)) => Err("unavailable"),
        Err(StoreError::Rejected(_)) => Err("rejected"),
        Err(StoreError::Item(_) | StoreError::TooManyToCount) => Err("another"),
    }
}

fn met(met: &Met) -> &'static str {
    match met {
        Met::Nothing => "nothing",
        Met::InTheWay(item) if item.contains_key("pk") => "in the way",
        Met::InTheWay(_) => "in the way, but it is not said what",
        Met::Busy => "busy",
    }
}

#[test]
fn every_code_of_the_api_reference_has_its_meaning() {
    assert_eq!(outcome(&["ConditionalCheckFailed"]), Ok(vec!["in the way"]));
    assert_eq!(outcome(&["TransactionConflict"]), Ok(vec!["busy"]));
    assert_eq!(outcome(&["ProvisionedThroughputExceeded"]), Err("unavailable"));
    assert_eq!(outcome(&["ThrottlingError"]), Err("unavailable"));
    assert_eq!(outcome(&["ItemCollectionSizeLimitExceeded"]), Err("rejected"));
    assert_eq!(outcome(&["ValidationError"]), Err("rejected"));
    assert_eq!(outcome(&["None"]), Err("rejected"), "cancelled for nothing that is said");
    assert_eq!(outcome(&["SomethingNew"]), Err("rejected"));
    assert_eq!(outcome(&[]), Err("rejected"));
}

#[test]
fn an_item_in_the_way_comes_before_every_other_reason() {
    let others = ["TransactionConflict", "ThrottlingError", "ValidationError", "None"];
    let expected = ["busy", "nothing", "nothing", "nothing"];
    for (other, expected) in others.into_iter().zip(expected) {
        assert_eq!(outcome(&[other, "ConditionalCheckFailed"]), Ok(vec![expected, "in the way"]), "{other}");
    }
}

#[test]
fn what_can_never_be_done_is_not_tried_again() {
    assert_eq!(outcome(&["TransactionConflict", "ValidationError", "ThrottlingError"]), Err("rejected"));
}

#[test]
fn a_throttled_transaction_is_left_alone_even_where_an_item_is_busy_too() {
    assert_eq!(outcome(&["TransactionConflict", "ProvisionedThroughputExceeded"]), Err("unavailable"));
}
