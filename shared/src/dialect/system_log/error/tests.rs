use super::*;
use lambda_http::Body;

fn said(error: &SystemLogError) -> (u16, String) {
    let answer = error.answer(&request_id());
    let Body::Text(body) = answer.body else { panic!("no text") };
    (answer.status.as_u16(), body.replace(request_id().as_str(), "ID"))
}

fn request_id() -> RequestId {
    fastrand::seed(7);
    RequestId::random()
}

#[test]
fn every_error_has_the_vendors_five_keys_and_its_code() {
    let body = |code: &str, summary: &str, cause: &str| {
        let causes = if cause.is_empty() { String::new() } else { format!(r#"{{"errorSummary":"{cause}"}}"#) };
        let (causes, link) = (format!(r#""errorCauses":[{causes}]"#), format!(r#""errorLink":"{code}""#));
        format!(r#"{{{causes},"errorCode":"{code}","errorId":"ID",{link},"errorSummary":"{summary}"}}"#)
    };
    let faults = Faults::of("limit", "must be a whole number from 1 to 1000");
    let restored = "after: the log was restored, and what this token has read is not what it holds now: start again";
    let cases = [
        (SystemLogError::NoCredential, 401, body("E0000011", "Invalid token provided", "")),
        (AuthError::Refused("revoked").into(), 401, body("E0000011", "Invalid token provided", "")),
        (
            AuthError::ScopeMissing.into(),
            403,
            body("E0000006", "You do not have permission to perform the requested action", ""),
        ),
        (
            faults.into(),
            400,
            body("E0000001", "Api validation failed: limit", "limit: must be a whole number from 1 to 1000"),
        ),
        (SystemLogError::Restored, 410, body("E0000001", "Api validation failed: after", restored)),
        (FilterError::Malformed("no".to_owned()).into(), 400, body("E0000053", "Invalid filter", "filter: no")),
        (
            FilterError::Unsupported("operator sw".to_owned()).into(),
            400,
            body("E0000031", "Invalid search criteria.", "filter: what is not supported: operator sw"),
        ),
        (
            RequestFault::RepeatedHeader("Authorization").into(),
            400,
            body("E0000001", "Api validation failed: request", "Authorization must be given once"),
        ),
        (
            RequestFault::Method { given: "HEAD".to_owned(), allowed: "GET" }.into(),
            405,
            body("E0000022", "The endpoint does not support the provided HTTP method", ""),
        ),
        (StoreError::Unavailable("x".into()).into(), 503, body("E0000009", "Internal Server Error", "")),
        (StoreError::Rejected("x".into()).into(), 500, body("E0000009", "Internal Server Error", "")),
    ];
    for (error, status, body) in cases {
        assert_eq!(said(&error), (status, body), "{error:?}");
    }
}

#[test]
fn an_answer_to_try_again_says_when() {
    let now = Timestamp::parse_fixed("2020-07-24T03:26:02.999Z").expect("a time");
    let answer = try_again(Answer::json(StatusCode::SERVICE_UNAVAILABLE, String::new()), now);
    let headers: Vec<_> = answer.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        headers,
        [
            ("date", "Fri, 24 Jul 2020 03:26:02 GMT"),
            ("retry-after", "1"),
            ("x-rate-limit-limit", "1"),
            ("x-rate-limit-remaining", "0"),
            ("x-rate-limit-reset", "1595561163"),
        ]
    );
    let of = |error: SystemLogError| error.answer(&request_id()).headers.len();
    assert_eq!(of(StoreError::Unavailable("x".into()).into()), 5);
    assert_eq!(of(StoreError::Rejected("x".into()).into()), 0);
}
