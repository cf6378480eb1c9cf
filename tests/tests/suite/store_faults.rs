//! When the store goes wrong: 503 where trying again may help, 500 where it will not, and never a word about why.

use futures_util::future::join_all;
use shared::process::app::App;
use tests::records::at;
use tests::scripted_store::Answer::{self, HangUp, Json, Noise, Silence};
use tests::scripted_store::ScriptedStore;
use tests::{Account, Bed, Call, Reply, refusal};

const THROTTLED: Answer =
    Json(400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"LEAK rate exceeded"}"#);
const EXCEEDED: Answer = Json(
    400,
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"LEAK"}"#,
);
const BROKEN: Answer =
    Json(500, r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"LEAK"}"#);
const DENIED: Answer = Json(
    400,
    r#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"LEAK arn:aws:iam::123456789012:role/r"}"#,
);
const NO_TABLE: Answer =
    Json(400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"LEAK no table"}"#);
const EXPIRED: Answer =
    Json(400, r#"{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"LEAK expired"}"#);
const INVALID: Answer =
    Json(400, r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"LEAK invalid"}"#);
const GARBAGE: Answer = Json(502, "<html>LEAK Bad Gateway</html>");
const NOT_JSON: Answer = Json(200, "LEAK");

/// What each fault is answered with.
const FAULTS: [(Answer, u16); 12] = [
    (THROTTLED, 503),
    (EXCEEDED, 503),
    (BROKEN, 503),
    (GARBAGE, 503),
    (HangUp, 503),
    (Noise, 503),
    (Silence, 503),
    (NOT_JSON, 500),
    (DENIED, 500),
    (NO_TABLE, 500),
    (EXPIRED, 500),
    (INVALID, 500),
];

/// The credential `c-1`, of account `a-1`, whose secret is `s-1`, with both scopes for reading.
const CREDENTIAL: Answer = Json(
    200,
    concat!(
        r#"{"Item":{"pk":{"S":"credential#c-1"},"sk":{"S":"credential"},"account":{"S":"a-1"},"#,
        r#""created_at":{"S":"2024-01-01T00:00:00.000Z"},"scopes":{"L":[{"S":"users:read"},{"S":"audit:read"}]},"#,
        r#""secret_hashes":{"L":[{"S":"aoQLr12MP_JBaIrrFFRuZTd0zVOH-vHLmCsPu_H7uBA"}]}}}"#
    ),
);

fn account() -> Account {
    Account::new("a-1", "c-1", "s-1")
}

async fn check(app: &App, expected: u16, fault: Answer) {
    let calls = Call::every(&account(), "usr_1");
    // Side by side, because each waits for a store that never answers.
    let replies = join_all(calls.iter().map(|call| call.send(app))).await;
    for (call, reply) in calls.iter().zip(replies) {
        assert_eq!(reply.status, expected, "{} on {fault:?}: {}", call.function, reply.body);
        refusal::check_shape(call, &reply);
        assert_eq!(reply.header("retry-after"), (expected == 503).then_some("1"), "{fault:?}");
        says_nothing(call, &reply, expected);
    }
}

/// The whole body, in each dialect.
fn says_nothing(call: &Call, reply: &Reply, status: u16) {
    let id = reply.header("x-request-id").expect("a request id");
    let unavailable = status == 503;
    let body = match call.function {
        "audit-trail" if unavailable => format!(r#"{{"detail":"Service unavailable. Request id: {id}"}}"#),
        "audit-trail" => format!(r#"{{"detail":"An unexpected error occurred. Request id: {id}"}}"#),
        "dashboard-user-get" | "dashboard-user-list" => format!(
            concat!(
                r#"{{"error_type":"API_ERROR","error_code":"INTERNAL_SERVER_ERROR","#,
                r#""error_message":"an unexpected error occurred","display_message":null,"request_id":"{}","#,
                r#""documentation_url":"","suggested_action":null}}"#
            ),
            id
        ),
        _ if unavailable => {
            format!(r#"{{"code":"ServiceUnavailable","detail":"the service is unavailable; request id {id}"}}"#)
        }
        _ => format!(r#"{{"code":"InternalServerError","detail":"an unexpected error occurred; request id {id}"}}"#),
    };
    assert_eq!(reply.body, body);
}

#[tokio::test]
async fn a_fault_while_the_credential_is_looked_up_is_no_refusal_of_it() {
    for (fault, expected) in FAULTS {
        let store = ScriptedStore::start(fault, fault).await;
        check(&store.app(), expected, fault).await;
    }
}

#[tokio::test]
async fn a_fault_while_the_page_is_read_is_503_or_500_and_says_nothing() {
    for (fault, expected) in FAULTS {
        let store = ScriptedStore::start(CREDENTIAL, fault).await;
        check(&store.app(), expected, fault).await;
    }
}

#[tokio::test]
async fn a_store_that_is_not_there_is_503() {
    let store = ScriptedStore::start(HangUp, HangUp).await;
    let app = store.app();
    drop(store);
    check(&app, 503, HangUp).await;
}

#[tokio::test]
async fn a_credential_that_does_not_decode_is_500() {
    let malformed = Json(200, r#"{"Item":{"pk":{"S":"credential#c-1"},"sk":{"S":"credential"}}}"#);
    let store = ScriptedStore::start(malformed, malformed).await;
    check(&store.app(), 500, malformed).await;
}

#[tokio::test]
async fn a_fault_is_over_when_it_is_over() {
    let none = Json(200, r#"{"Items":[],"Count":0,"ScannedCount":0}"#);
    let store = ScriptedStore::start(CREDENTIAL, none).await;
    let app = store.app();
    for call in [Call::trail(&account()), Call::list_users(&account()), Call::users_audit(&account(), None)] {
        assert_eq!(call.send(&app).await.status, 200, "the scripted store is good when it is told to be");
    }
}

/// An event that is whole but for one attribute, which is absent or is that text.
async fn put_broken_event(bed: &Bed, account: &Account, attribute: &str, text: Option<&str>) {
    let pk = format!("events#{}#00", account.id);
    let (type_pk, category_pk) = (format!("{pk}#type#INVITED_USER"), format!("{pk}#category#users"));
    let (subject_pk, sk) = (format!("{category_pk}#user#usr_1"), format!("{}#broken", at(1)));
    let mut item = vec![
        ("pk", pk.as_str()),
        ("sk", &sk),
        ("type_pk", &type_pk),
        ("category_pk", &category_pk),
        ("subject_pk", &subject_pk),
        ("recorded_at", "2024-01-01T00:00:01.000Z"),
        ("event_type", "INVITED_USER"),
        ("event_description", "Invited someone"),
        ("principal_role", "ADMIN"),
        ("principal_ip_address", "192.0.2.1"),
        ("subject_category", "users"),
        ("subject_entity_key", "Network:User"),
        ("subject_entity_id", "usr_1"),
        ("subject_user_id", "usr_1"),
    ];
    item.retain(|(name, _)| *name != attribute);
    item.extend(text.map(|text| (attribute, text)));
    bed.put_item(&item).await;
}

#[tokio::test]
async fn an_event_that_does_not_decode_is_500_and_never_a_skipped_row() {
    let bed = Bed::new().await;
    let of_both = [
        ("event_type", None),
        ("event_type", Some("not a type")),
        ("event_description", None),
        ("principal_role", Some("KING")),
        ("principal_ip_address", Some("localhost")),
    ];
    // What the trail does not show it does not read.
    let of_the_network_audit =
        [("recorded_at", Some("yesterday")), ("subject_entity_id", None), ("message", Some("[1]"))];
    for (attribute, text) in of_both.into_iter().chain(of_the_network_audit) {
        let account = bed.account().await;
        bed.record(&account, &[tests::records::record("good", &at(0), "users", "usr_1")]).await;
        put_broken_event(&bed, &account, attribute, text).await;

        let trail_status = if of_both.contains(&(attribute, text)) { 500 } else { 200 };
        let of_type = Call::trail(&account).query("event_type", "INVITED_USER");
        for call in [Call::trail(&account), of_type] {
            let reply = bed.send(&call).await;
            assert_eq!(reply.status, trail_status, "{attribute} {text:?}: {}", reply.body);
            assert_eq!(reply.body.contains(r#""id":"broken""#), trail_status == 200, "{attribute}: {}", reply.body);
            if trail_status == 500 {
                refusal::check_shape(&call, &reply);
                says_nothing(&call, &reply, 500);
            }
        }
        for call in [Call::users_audit(&account, None), Call::users_audit(&account, Some("usr_1"))] {
            let reply = bed.send(&call).await;
            assert_eq!(reply.status, 500, "{attribute} {text:?}: {}", reply.body);
            refusal::check_shape(&call, &reply);
            says_nothing(&call, &reply, 500);
        }
    }
}

#[tokio::test]
async fn an_event_that_is_whole_decodes() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    put_broken_event(&bed, &account, "principal_name", Some("Ada")).await;
    assert!(bed.send(&Call::trail(&account)).await.body.contains(r#""id":"broken","user_name":"Ada""#));
}

#[tokio::test]
async fn a_user_that_does_not_decode_is_500_in_the_list_and_alone() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let pk = format!("users#{}", account.id);
    bed.put_item(&[("pk", &pk), ("sk", "usr_1"), ("email_address", "a@example.com"), ("status", "asleep")]).await;
    for call in [Call::list_users(&account), Call::get_user(&account, "usr_1")] {
        let reply = bed.send(&call).await;
        assert_eq!(reply.status, 500);
        says_nothing(&call, &reply, 500);
    }
}
