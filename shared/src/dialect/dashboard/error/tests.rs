//! What each error is answered with, to the letter.

use super::*;

fn answer(error: &DashboardError) -> (u16, serde_json::Value) {
    let answer = error.answer(&RequestId::random());
    (answer.status.as_u16(), serde_json::from_slice(&answer.body).expect("JSON"))
}

#[test]
fn every_error_has_its_row_of_the_table() {
    let unavailable = || DashboardError::Store(StoreError::Unavailable("throttled".into()));
    let rejected = || DashboardError::Store(StoreError::Rejected("access denied".into()));
    let rows = [
        (DashboardError::NotJson, 400, "INVALID_REQUEST", "INVALID_BODY", "body could not be parsed as JSON"),
        (DashboardError::NotJsonType, 400, "INVALID_REQUEST", "INVALID_BODY", "Content-Type must be application/json"),
        (
            RequestFault::BodyTooLong(65_536).into(),
            400,
            "INVALID_REQUEST",
            "INVALID_BODY",
            "body must be at most 65536 bytes",
        ),
        (
            RequestFault::ContentEncoding("br".to_owned()).into(),
            415,
            "INVALID_REQUEST",
            "INVALID_BODY",
            "Content-Encoding must be gzip or absent, not br",
        ),
        (
            RequestFault::RepeatedHeader("PLAID-SECRET").into(),
            400,
            "INVALID_REQUEST",
            "INVALID_FIELD",
            "PLAID-SECRET must be given once",
        ),
        (
            RequestFault::Method { given: "HEAD".to_owned(), allowed: "POST" }.into(),
            405,
            "INVALID_REQUEST",
            "METHOD_NOT_ALLOWED",
            "the method must be POST, not HEAD",
        ),
        (
            DashboardError::UnknownFields(vec!["a".to_owned(), "b".to_owned()]),
            400,
            "INVALID_REQUEST",
            "UNKNOWN_FIELDS",
            "the following fields are not recognized by this endpoint: a, b",
        ),
        (
            DashboardError::MissingFields(vec!["client_id", "secret"]),
            400,
            "INVALID_REQUEST",
            "MISSING_FIELDS",
            "the following required fields are missing: client_id, secret",
        ),
        (
            DashboardError::InvalidField("x must be y".to_owned()),
            400,
            "INVALID_REQUEST",
            "INVALID_FIELD",
            "x must be y",
        ),
        (
            DashboardError::InvalidApiKeys(AuthError::Refused("revoked")),
            400,
            "INVALID_INPUT",
            "INVALID_API_KEYS",
            "invalid client_id or secret provided",
        ),
        (
            DashboardError::Conflict,
            409,
            "INVALID_REQUEST",
            "CONFLICT",
            "others are changing the same user or address at this moment; nothing was changed, try again",
        ),
        (
            DashboardError::NoSourceIp(NoSourceIp),
            500,
            "API_ERROR",
            "INTERNAL_SERVER_ERROR",
            "an unexpected error occurred",
        ),
        (unavailable(), 503, "API_ERROR", "INTERNAL_SERVER_ERROR", "an unexpected error occurred"),
        (rejected(), 500, "API_ERROR", "INTERNAL_SERVER_ERROR", "an unexpected error occurred"),
    ];
    for (error, status, error_type, code, message) in rows {
        let (got_status, body) = answer(&error);
        assert_eq!(got_status, status, "{error:?}");
        assert_eq!(body["error_type"], error_type);
        assert_eq!(body["error_code"], code);
        assert_eq!(body["error_message"], message);
        let keys: Vec<_> = body.as_object().expect("an object").keys().cloned().collect();
        assert_eq!(keys.len(), 7, "{keys:?}");
        assert!(body["display_message"].is_null() && body["suggested_action"].is_null());
    }
}

#[test]
fn at_most_twenty_unknown_fields_are_named() {
    let fields = |count: usize| (0..count).map(|number| format!("f{number}")).collect();
    let said = |count| answer(&DashboardError::UnknownFields(fields(count))).1["error_message"].to_string();
    assert!(said(20).ends_with("f18, f19\""), "{}", said(20));
    assert!(said(23).ends_with("f18, f19 and 3 more\""), "{}", said(23));
}

#[test]
fn another_method_is_told_the_one_there_is() {
    let error = DashboardError::from(RequestFault::Method { given: "HEAD".to_owned(), allowed: "POST" });
    assert_eq!(error.answer(&RequestId::random()).headers, [(ALLOW, "POST".to_owned())]);
}

#[test]
fn what_will_pass_says_when_to_try_again() {
    for error in [DashboardError::Store(StoreError::Unavailable("x".into())), DashboardError::Conflict] {
        assert_eq!(error.answer(&RequestId::random()).headers, [(RETRY_AFTER, "1".to_owned())]);
    }
}
