//! What each error is answered with, to the letter.

use super::*;

#[test]
fn every_error_has_its_row_of_the_table() {
    let mut faults = Faults::of("page_size", "must be a number from 1 to 100");
    faults.push("cursr", "is unknown");
    let mut batch = BatchFaults { body: Faults::of("colour", "is not a known field"), ..BatchFaults::default() };
    batch.events.insert(10, Faults::of("event_type", "is required"));
    batch.events.insert(3, Faults::of("principal.ip_address", "must be an IPv4 or IPv6 address"));
    let other = r#"{"id":["is that of an event in the trail, which has the same created_at and other content"]}"#;
    let rows = [
        (TrailError::NoCredential, 401, r#"{"detail":"Authentication credentials were not provided."}"#),
        (TrailError::Unauthorized(AuthError::Refused("revoked")), 401, r#"{"detail":"Invalid token."}"#),
        (TrailError::UnknownCategory, 404, r#"{"detail":"Not found."}"#),
        (TrailError::InvalidCursor, 404, r#"{"detail":"Invalid cursor"}"#),
        (
            TrailError::Invalid(faults),
            400,
            r#"{"cursr":["is unknown"],"page_size":["must be a number from 1 to 100"]}"#,
        ),
        (TrailError::NotJson("so".to_owned()), 400, r#"{"detail":"JSON parse error - so"}"#),
        (
            TrailError::NotJsonType,
            415,
            r#"{"detail":"Content-Type must be application/json, application/cloudevents+json or application/cloudevents-batch+json."}"#,
        ),
        (RequestFault::BodyTooLong(1_048_576).into(), 413, r#"{"detail":"The body must be at most 1048576 bytes."}"#),
        (
            RequestFault::NotGzip.into(),
            400,
            r#"{"detail":"The body is not the gzip that Content-Encoding says it is."}"#,
        ),
        (
            RequestFault::ContentEncoding("br".to_owned()).into(),
            415,
            r#"{"detail":"Content-Encoding must be gzip or absent, not br."}"#,
        ),
        (RequestFault::RepeatedHeader("Idempotency-Key").into(), 400, r#"{"Idempotency-Key":["must be given once"]}"#),
        (
            RequestFault::Method { given: "HEAD".to_owned(), allowed: "GET" }.into(),
            405,
            r#"{"detail":"Method \"HEAD\" not allowed."}"#,
        ),
        (
            TrailError::InvalidBatch(batch),
            400,
            concat!(
                r#"{"colour":["is not a known field"],"events":{"3":{"principal.ip_address":["#,
                r#""must be an IPv4 or IPv6 address"]},"10":{"event_type":["is required"]}}}"#
            ),
        ),
        (TrailError::Conflicts(vec![0, 2]), 409, &format!(r#"{{"events":{{"0":{other},"2":{other}}}}}"#)),
        (
            TrailError::KeyOfOtherRequest,
            409,
            r#"{"detail":"The Idempotency-Key was given to another request in the last 24 hours."}"#,
        ),
        (
            TrailError::KeyOfOtherCredential,
            409,
            r#"{"detail":"The Idempotency-Key was used with another credential of the account in the last 24 hours."}"#,
        ),
        (
            TrailError::UnderWay,
            409,
            r#"{"detail":"A request with this Idempotency-Key is being recorded. Try again."}"#,
        ),
    ];
    for (error, status, body) in rows {
        let answer = error.answer(&RequestId::random());
        assert_eq!((answer.status.as_u16(), answer.body), (status, body.into()));
        let challenged = answer.headers.contains(&(WWW_AUTHENTICATE, "Bearer".to_owned()));
        assert_eq!(challenged, status == 401);
        assert_eq!(answer.headers.contains(&(ALLOW, "GET".to_owned())), status == 405);
        let again = answer.headers.contains(&(RETRY_AFTER, "1".to_owned()));
        assert_eq!(again, matches!(error, TrailError::UnderWay));
    }
}

#[test]
fn a_5xx_says_nothing_but_the_request_id() {
    let id = RequestId::random();
    let unavailable = TrailError::Store(StoreError::Unavailable("throttled".into())).answer(&id);
    assert_eq!(unavailable.status.as_u16(), 503);
    assert_eq!(unavailable.headers, [(RETRY_AFTER, "1".to_owned())]);
    assert_eq!(unavailable.body, format!("{{\"detail\":\"Service unavailable. Request id: {id}\"}}").into());
    let rejected = TrailError::Store(StoreError::Rejected("secret cause".into())).answer(&id);
    assert_eq!(rejected.status.as_u16(), 500);
    assert_eq!(rejected.body, format!("{{\"detail\":\"An unexpected error occurred. Request id: {id}\"}}").into());
}
