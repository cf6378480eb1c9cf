//! The store goes wrong while the directory is changed, and every way there is to harm an event that is there.

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use serde_json::{Value, json};
use shared::event::{Principal, Role};
use shared::process::app::App;
use shared::store::AuditStore;
use shared::store::DirectoryError;
use shared::store::usage::Usage;
use shared::user::DashboardUser;
use shared::user::change::UserChange;
use shared::user::event::Act;
use shared::values::ids::{ClientId, EventId, UserId};
use shared::values::timestamp::Timestamp;
use std::sync::{Arc, Mutex};
use tests::directory_events::text_at;
use tests::records::{event, user};
use tests::scripted_store::Answer::{self, HangUp, Json};
use tests::scripted_store::{Script, ScriptedStore};
use tests::{Account, Bed, Call, engine, refusal};

/// The credential `c-1`, of account `a-1`, whose secret is `s-1`.
const CREDENTIAL: Answer = Json(
    200,
    concat!(
        r#"{"Item":{"pk":{"S":"credential#c-1"},"sk":{"S":"credential"},"account":{"S":"a-1"},"#,
        r#""created_at":{"S":"2024-01-01T00:00:00.000Z"},"scopes":{"L":[{"S":"users:write"}]},"#,
        r#""secret_hashes":{"L":[{"S":"aoQLr12MP_JBaIrrFFRuZTd0zVOH-vHLmCsPu_H7uBA"}]}}}"#
    ),
);

const USER: Answer = Json(
    200,
    concat!(
        r#"{"Item":{"pk":{"S":"users#a-1"},"sk":{"S":"usr_1"},"status":{"S":"active"},"#,
        r#""created_at":{"S":"2024-01-01T00:00:00.000Z"},"email_address":{"S":"ada@example.com"}}}"#
    ),
);

/// A cancelled transaction whose reasons have these codes.
macro_rules! cancelled {
    ($first:literal $(, $code:literal)*) => {
        Json(
            400,
            concat!(
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","#,
                r#""CancellationReasons":[{"Code":""#, $first, r#""}"#, $(r#",{"Code":""#, $code, r#""}"#,)* "]}"
            ),
        )
    };
}

const THROTTLED: Answer = Json(400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}"#);
const DENIED: Answer = Json(400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException"}"#);
const IN_PROGRESS: Answer =
    Json(400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionInProgressException"}"#);

async fn status(to_transactions: Answer, call: &Call) -> u16 {
    let script = Script { to_credentials: CREDENTIAL, to_reads: USER, to_transactions };
    let store = ScriptedStore::start_with(script).await;
    let reply = call.send(&store.app()).await;
    refusal::check_shape(call, &reply);
    assert_eq!(reply.header("retry-after"), [409, 503].contains(&reply.status).then_some("1"));
    if reply.status == 409 {
        assert_eq!(text_at(&reply.json(), "/error_code"), "CONFLICT");
    }
    reply.status
}

#[tokio::test]
async fn what_a_fault_of_the_store_means_is_told_apart() {
    let account = Account::new("a-1", "c-1", "s-1");
    let create = Call::create_user(&account, "ada@example.com");
    let rename = Call::update_user(&account, "usr_1").field("name", json!("Ada"));
    let readdress = Call::update_user(&account, "usr_1").field("email_address", json!("grace@example.com"));
    // Reasons in the order of the items: user, event, guard, old guard.
    for (answer, of_create, of_rename, of_readdress) in [
        (cancelled!("TransactionConflict", "None", "None", "None"), 409, 409, 409),
        (cancelled!("None", "None", "TransactionConflict", "None"), 409, 409, 409),
        (cancelled!("ConditionalCheckFailed", "None", "None", "None"), 500, 409, 409),
        (cancelled!("ConditionalCheckFailed", "None", "ConditionalCheckFailed", "None"), 500, 409, 409),
        (cancelled!("None", "ConditionalCheckFailed", "None", "None"), 500, 500, 500),
        (cancelled!("None", "None", "ConditionalCheckFailed", "None"), 400, 400, 400),
        (cancelled!("TransactionConflict", "None", "ConditionalCheckFailed", "None"), 400, 400, 400),
        (cancelled!("None", "None", "None", "ConditionalCheckFailed"), 500, 500, 500),
        (cancelled!("None", "ThrottlingError", "None", "None"), 503, 503, 503),
        (cancelled!("None", "ProvisionedThroughputExceeded", "None", "None"), 503, 503, 503),
        (cancelled!("None", "ValidationError", "None", "None"), 500, 500, 500),
        (THROTTLED, 503, 503, 503),
        (IN_PROGRESS, 503, 503, 503),
        (DENIED, 500, 500, 500),
        (HangUp, 503, 503, 503),
    ] {
        let got = (status(answer, &create).await, status(answer, &rename).await, status(answer, &readdress).await);
        assert_eq!(got, (of_create, of_rename, of_readdress), "{answer:?}");
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_read_is_no_unknown_user() {
    let account = Account::new("a-1", "c-1", "s-1");
    let update = Call::update_user(&account, "usr_1").field("name", json!("Ada"));
    let create_for = Call::create_user(&account, "ada@example.com").header("Acting-User", "usr_1");
    for (to_reads, expected) in [(THROTTLED, 503), (HangUp, 503), (DENIED, 500)] {
        let script = Script { to_credentials: CREDENTIAL, to_reads, to_transactions: HangUp };
        let store = ScriptedStore::start_with(script).await;
        for call in [&update, &create_for] {
            let reply = call.send(&store.app()).await;
            refusal::check_shape(call, &reply);
            assert_eq!(reply.status, expected);
        }
    }
}

#[tokio::test]
async fn a_request_from_nowhere_is_not_recorded() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let call = Call::create_user(&account, "ada@example.com");
    let from_nowhere = call.event().replace(r#""sourceIp":"192.0.2.1""#, r#""sourceIp":"test-invoke-source-ip""#);
    let reply = tests::reply::invoke(&bed.app, call.function, &from_nowhere).await;
    refusal::check_shape(&call, &reply);
    assert_eq!((reply.status, &reply.json()["error_code"]), (500, &json!("INTERNAL_SERVER_ERROR")));
    assert_eq!(bed.send(&Call::list_users(&account)).await.json()["dashboard_users"], json!([]));
}

/// An act whose event stands where the event `e-1` of the fixture stands.
fn act_in_the_place_of_another() -> Act {
    let ip_address = "192.0.2.1".parse().expect("an address");
    let principal = Principal { id: None, name: None, email: None, role: Role::System, ip_address };
    let now = Timestamp::parse_fixed("2024-01-01T00:00:00.000Z").expect("a time");
    let client_id = ClientId::parse("c-1").expect("a client id");
    Act { principal, client_id, on_behalf: false, event_id: EventId::parse("e-1").expect("an id"), now }
}

#[tokio::test]
async fn an_event_that_is_there_is_never_overwritten_and_the_user_stays_as_it_was() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        bed.put_users(&account, &[user("usr_1")]).await;
        bed.record(&account, &[event("e-1", "2024-01-01T00:00:00.000Z")]).await;
        let trail = async || bed.send(&Call::trail(&account)).await.body;
        let users = async || bed.send(&Call::list_users(&account)).await.json()["dashboard_users"].clone();
        let (trail_before, users_before) = (trail().await, users().await);
        let (act, usage) = (act_in_the_place_of_another(), Usage::default());

        let id = UserId::parse("usr_1").expect("an id");
        let change = UserChange { name: Some("Ada".to_owned()), ..UserChange::default() };
        let changed = bed.store().change_user(&account.id, &id, &change, &act, &usage).await;
        let new = DashboardUser::parse(&user("usr_2").to_string(), &account.id).expect("a user");
        let new = DashboardUser { changed_at: Some(act.now), ..new };
        let created = bed.store().create_user(&account.id, &new, &act, &usage).await;

        assert!(matches!(changed, Err(DirectoryError::Store(_))), "{}: {changed:?}", bed.engine);
        assert!(matches!(created, Err(DirectoryError::Store(_))), "{}: {created:?}", bed.engine);
        assert_eq!((trail().await, users().await), (trail_before, users_before), "{}", bed.engine);
    }
}

/// Keeps the bodies of what the SDK sends.
#[derive(Debug, Clone, Default)]
struct Sent(Arc<Mutex<Vec<Value>>>);

impl Intercept for Sent {
    fn name(&self) -> &'static str {
        "Sent"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = serde_json::from_slice(context.request().body().bytes().unwrap_or_default())?;
        self.0.lock().expect("no test panics with it").push(body);
        Ok(())
    }
}

#[tokio::test]
async fn every_event_is_put_where_none_is_in_one_transaction_with_its_user_and_only_guards_are_deleted() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let (place, sent) = (engine::embedded().await, Sent::default());
    let config = audit_cli::engine::config(&place.endpoint_url).interceptor(sent.clone());
    let app = App::new(AuditStore::new(aws_sdk_dynamodb::Client::from_conf(config.build()), &place.table));
    let created = Call::create_user(&account, "ada@example.com").send(&app).await.json();
    let update = || Call::update_user(&account, created["id"].as_str().expect("an id"));
    for call in [
        update().field("status", json!("active")),
        update().field("name", json!("Ada")),
        update().field("email_address", json!("ADA@example.com")),
        update().field("email_address", json!("grace@example.com")).field("role", json!("ADMIN")),
        update(),
    ] {
        assert_eq!(call.send(&app).await.status, 200);
    }

    let kind = |key: &Value| key["pk"]["S"].as_str().expect("a key").split('#').next().map(ToOwned::to_owned);
    let mut transactions = Vec::new();
    for body in sent.0.lock().unwrap().iter() {
        let Some(items) = body["TransactItems"].as_array() else {
            assert!(body["Key"].is_object() && body["Item"].is_null(), "a read: {body}");
            continue;
        };
        let mut said = Vec::new();
        for item in items {
            let (action, inner) = item.as_object().and_then(|item| item.iter().next()).expect("one action");
            let of = kind(if action == "Put" { &inner["Item"] } else { &inner["Key"] }).expect("a kind");
            let condition = inner["ConditionExpression"].as_str().expect("a condition");
            said.push(format!("{action} {of} if {condition}"));
        }
        transactions.push(said);
    }
    let new = |kind: &str| format!("Put {kind} if attribute_not_exists(#pk)");
    let same = || "Put users if #changed_at = :seen".to_owned();
    let gone = "Delete user-email if attribute_not_exists(#pk) OR #user_id = :user_id".to_owned();
    assert_eq!(
        transactions,
        [
            vec![new("users"), new("events"), new("user-email")],
            vec![same(), new("events")],
            vec![same(), new("events")],
            vec![same(), new("events")],
            vec![same(), new("events"), new("user-email"), gone],
        ]
    );
}
