//! Whatever goes wrong between a function and DynamoDB, with the patience that a function has on Lambda: its dialect's error
//! before its time is over, no storm of requests, the cause in the log once, and the next request succeeds.

use futures_util::stream::{self, StreamExt as _};
use serde_json::json;
use shared::process::client::ATTEMPTS_MAX;
use std::time::Duration;
use tests::captured_log::CapturedLog;
use tests::directory_events::text_at;
use tests::in_lambda::send;
use tests::outage::Of::{All, Data};
use tests::outage::Trouble::{
    Closes, ClosesAfter, Drips, HalfBody, HalfJson, Noise, Resets, ResetsAfter, Says, Silent, WrongChecksum,
};
use tests::outage::{Of, Outage, Trouble};
use tests::records::user;
use tests::{Account, Bed, Call, refusal};

/// `Timeout` of a function in template.yaml.
const TIMEOUT: Duration = Duration::from_secs(25);
/// Calls that meet their outage at a time.
pub(crate) const AT_ONCE: usize = 12;

/// An error as DynamoDB says it.
macro_rules! error {
    ($status:literal, $code:literal) => {
        Says($status, concat!(r#"{"__type":"com.amazonaws.dynamodb.v20120810#"#, $code, r#"","message":"LEAK"}"#))
    };
}

pub(crate) type Case = (Trouble, u16, u32, &'static str);

/// The same of what takes as long as a request may: not all tries are made.
pub(crate) const SLOW: [Case; 2] =
    [(Silent, 503, 3, "timed out"), (Drips(Duration::from_secs(6)), 503, 3, "timed out")];

/// What goes wrong, what it is answered with, how often the SDK tries, and a part of what the log says.
pub(crate) const TROUBLES: [Case; 21] = [
    (error!(400, "ThrottlingException"), 503, 3, "ThrottlingException"),
    (error!(400, "ProvisionedThroughputExceededException"), 503, 3, "ProvisionedThroughputExceededException"),
    (error!(400, "RequestLimitExceeded"), 503, 3, "RequestLimitExceeded"),
    (error!(500, "InternalServerError"), 503, 3, "InternalServerError"),
    (error!(503, "ServiceUnavailable"), 503, 3, "ServiceUnavailable"),
    (Says(502, "<html>LEAK</html>"), 503, 3, "unhandled error"),
    (Closes, 503, 3, "dispatch failure"),
    (ClosesAfter, 503, 3, "dispatch failure"),
    (Resets, 503, 3, "dispatch failure"),
    (ResetsAfter, 503, 3, "dispatch failure"),
    (Noise, 503, 1, "dispatch failure"),
    (HalfBody, 503, 3, "response error"),
    (HalfJson, 500, 1, "unhandled error"),
    (error!(400, "ExpiredTokenException"), 500, 1, "ExpiredTokenException"),
    (error!(400, "UnrecognizedClientException"), 500, 1, "UnrecognizedClientException"),
    (error!(400, "AccessDeniedException"), 500, 1, "AccessDeniedException"),
    (error!(400, "ResourceNotFoundException"), 500, 1, "ResourceNotFoundException"),
    (error!(400, "ValidationException"), 500, 1, "ValidationException"),
    (error!(400, "InvalidSignatureException"), 500, 1, "InvalidSignatureException"),
    (error!(403, "RequestTimeTooSkewed"), 500, 1, "RequestTimeTooSkewed"),
    (Says(200, "LEAK"), 500, 1, "unhandled error"),
];

/// A good call of every function of the API. What a call writes has that word in it: a write that was given up may have
/// happened, and the same again would meet it.
fn calls(account: &Account, word: &str) -> Vec<Call> {
    let event = json!({"event_type": "INVITED_USER", "event_description": word,
        "principal": {"role": "ADMIN", "ip_address": "192.0.2.1"}});
    let writes = [
        Call::record(account, &[event]),
        Call::create_user(account, &format!("{word}@example.com")),
        Call::update_user(account, "usr_1").field("name", word.into()),
    ];
    let calls: Vec<_> = Call::every(account, "usr_1").into_iter().chain(writes).collect();
    let functions: std::collections::BTreeSet<_> = calls.iter().map(|call| call.function).collect();
    assert_eq!(functions.len(), 10, "every function of the API");
    calls
}

async fn account(bed: &Bed) -> Account {
    let account = bed.account().await;
    bed.put_users(&account, &[user("usr_1")]).await;
    account
}

#[tokio::test]
async fn every_function_gives_its_error_in_time_tries_a_few_times_and_recovers() {
    each_function_meets(&TROUBLES, AT_ONCE).await;
}

#[tokio::test]
async fn every_function_gives_its_error_in_time_when_answers_take_too_long() {
    each_function_meets(&SLOW, usize::MAX).await;
}

async fn each_function_meets(cases: &[Case], at_once: usize) {
    let (bed, log) = (Bed::new().await, CapturedLog::start());
    let calls = calls(&Account::random(), "counted").len();
    let of_each = cases.iter().flat_map(|case| [(case, All), (case, Data)]);
    let of_each = of_each.flat_map(|(case, of)| (0..calls).map(move |call| (case, of, call)));
    let met = of_each.map(|(case, of, call)| meet(&bed, &log, call, case, of));
    stream::iter(met).for_each_concurrent(at_once, |met| met).await;
    // The SDK's HTTP client warns of what is not HTTP at all, by itself. Nothing else is said besides.
    let mut besides = log.lines_without("request_id");
    besides.retain(|line| line["target"] != "aws_smithy_http_client::client");
    assert_eq!(besides, [json!(null); 0]);
}

async fn meet(bed: &Bed, log: &CapturedLog, call: usize, case: &Case, of: Of) {
    let &(trouble, status, tries, said) = case;
    let account = account(bed).await;
    let (outage, started) = (Outage::start(bed, trouble, of).await, std::time::Instant::now());
    let app = outage.app(bed);
    let (call, next) = (calls(&account, "first").swap_remove(call), calls(&account, "second").swap_remove(call));
    let case = format!("{} on {trouble:?} of {of:?}", call.function);

    let reply = send(&app, &call, TIMEOUT).await;

    assert!(started.elapsed() < TIMEOUT, "{case}: {:?}", started.elapsed());
    assert_eq!(reply.status, status, "{case}: {}", reply.body);
    refusal::check_shape(&call, &reply);
    assert_eq!(reply.header("retry-after"), (status == 503).then_some("1"), "{case}");
    assert!(!reply.body.contains("LEAK"), "{case}: {}", reply.body);
    let fewest = if matches!(trouble, Silent | Drips(_)) { 1 } else { tries };
    assert!((fewest..=tries).contains(&outage.requests()), "{case}: {} requests", outage.requests());
    logged_once(log, &case, reply.header("x-request-id").expect("a request id"), said);

    outage.end();
    let reply = send(&app, &next, TIMEOUT).await;
    assert!([200, 201].contains(&reply.status), "{case}, when it is over: {}", reply.body);
}

/// The line of the failure has the whole chain of causes; the line of the request has none.
fn logged_once(log: &CapturedLog, case: &str, request_id: &str, said: &str) {
    let lines = log.lines("request_id", request_id);
    let [failed, answered] = lines.as_slice() else { panic!("{case}: {lines:?}") };
    assert_eq!([text_at(failed, "/level"), text_at(answered, "/level")], ["ERROR", "INFO"], "{case}");
    let cause = text_at(failed, "/cause");
    assert!(cause.contains(": ") && cause.contains(said), "{case}: {cause}");
    assert!(!answered.to_string().contains(&cause), "{case}: {answered}");
}

/// Each retry takes at least 5 of the 500 tokens that the SDK gives a process.
const RETRIES_MAX: u32 = 100;

#[tokio::test]
async fn an_outage_that_lasts_is_met_with_fewer_and_fewer_tries() {
    const CALLS: u32 = 200;
    let bed = Bed::new().await;
    let account = bed.account().await;
    let outage = Outage::start(&bed, error!(500, "InternalServerError"), All).await;
    let (app, call) = (outage.app(&bed), Call::trail(&account));
    let replies = (0..CALLS).map(|_| send(&app, &call, TIMEOUT));
    stream::iter(replies).for_each_concurrent(AT_ONCE, async |reply| assert_eq!(reply.await.status, 503)).await;
    let retries = outage.requests() - CALLS;
    assert!((1..=RETRIES_MAX).contains(&retries), "{retries}");
}

#[tokio::test]
async fn an_answer_that_drips_but_is_whole_in_time_is_an_answer() {
    let bed = Bed::new().await;
    let account = account(&bed).await;
    let slow = Drips(Duration::from_millis(1_500));
    let calls = calls(&account, "slow");
    let replies = calls.iter().map(|call| async {
        let outage = Outage::start(&bed, slow, All).await;
        let reply = send(&outage.app(&bed), call, TIMEOUT).await;
        (reply, outage.requests())
    });
    for (call, (reply, requests)) in calls.iter().zip(futures_util::future::join_all(replies).await) {
        assert!([200, 201].contains(&reply.status), "{}: {}", call.function, reply.body);
        assert!(requests > 0 && requests < ATTEMPTS_MAX + 1, "{}: {requests}, none of them twice", call.function);
    }
}

/// The SDK for Rust does not look at DynamoDB's checksum (smithy-rs decided against it): TLS sees to it that an answer is whole.
#[tokio::test]
async fn the_checksum_of_an_answer_is_left_to_tls() {
    let bed = Bed::new().await;
    let account = account(&bed).await;
    let outage = Outage::start(&bed, WrongChecksum, All).await;
    let reply = send(&outage.app(&bed), &Call::trail(&account), TIMEOUT).await;
    assert_eq!((reply.status, outage.requests()), (200, 2), "{}", reply.body);
}
