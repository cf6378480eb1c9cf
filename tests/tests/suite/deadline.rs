//! A function answers before Lambda ends it, whatever the store does.

use futures_util::future::join_all;
use std::time::Duration;
use tests::in_lambda::send;
use tests::scripted_store::Answer::{self, Json, Silence};
use tests::scripted_store::ScriptedStore;
use tests::{Account, Call, refusal};

/// What a call has left: more than is kept for its answer, and so little that the test need not wait.
const TIME_LEFT: Duration = Duration::from_millis(700);

/// The credential `c-1`, of account `a-1`, whose secret is `s-1`, with every scope.
const CREDENTIAL: Answer = Json(
    200,
    concat!(
        r#"{"Item":{"pk":{"S":"credential#c-1"},"sk":{"S":"credential"},"account":{"S":"a-1"},"#,
        r#""created_at":{"S":"2024-01-01T00:00:00.000Z"},"scopes":{"L":[{"S":"users:read"},{"S":"users:write"},"#,
        r#"{"S":"audit:read"},{"S":"events:write"}]},"#,
        r#""secret_hashes":{"L":[{"S":"aoQLr12MP_JBaIrrFFRuZTd0zVOH-vHLmCsPu_H7uBA"}]}}}"#
    ),
);

fn calls() -> Vec<Call> {
    let account = Account::new("a-1", "c-1", "s-1");
    let event = serde_json::json!({"event_type": "INVITED_USER", "event_description": "Invited",
        "principal": {"role": "ADMIN", "ip_address": "192.0.2.1"}});
    let writes = [
        Call::record(&account, &[event]),
        Call::create_user(&account, "ada@example.com"),
        Call::update_user(&account, "usr_1").field("name", "Ada".into()),
    ];
    Call::every(&account, "usr_1").into_iter().chain(writes).collect()
}

async fn check(store: &ScriptedStore) {
    let (app, calls) = (store.app_that_waits(), calls());
    let functions: std::collections::BTreeSet<_> = calls.iter().map(|call| call.function).collect();
    assert_eq!(functions.len(), 10, "every function of the API");
    let replies = join_all(calls.iter().map(|call| send(&app, call, TIME_LEFT))).await;
    for (call, reply) in calls.iter().zip(replies) {
        assert_eq!(reply.status, 503, "{}: {}", call.function, reply.body);
        refusal::check_shape(call, &reply);
        assert_eq!(reply.header("retry-after"), Some("1"), "{}", call.function);
    }
}

#[tokio::test]
async fn a_store_that_never_answers_the_lookup_of_a_credential_is_503_in_time() {
    check(&ScriptedStore::start(Silence, Silence).await).await;
}

#[tokio::test]
async fn a_store_that_never_answers_the_rest_is_503_in_time() {
    check(&ScriptedStore::start(CREDENTIAL, Silence).await).await;
}
