//! The clocks of a function and of DynamoDB differ: the SDK takes the time from the answer and signs again.

use serde_json::json;
use tests::other_clock::OtherClock;
use tests::{Account, Bed, Call, refusal};

/// More than the five minutes by which a signature may be off.
const AHEAD_S: i64 = 20 * 60;

async fn each_function_is_answered(ahead_s: i64) {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.put_users(&account, &[tests::records::user("usr_1")]).await;
    let writes = [
        Call::record(&account, &[crate::record::fresh("On another clock")]),
        Call::create_user(&account, "ada@example.com"),
        Call::update_user(&account, "usr_1").field("name", json!("Ada")),
    ];
    for call in Call::every(&account, "usr_1").into_iter().chain(writes) {
        let store = OtherClock::start(&bed, ahead_s).await;
        let app = store.app(&bed);
        let reply = call.send(&app).await;
        assert!([200, 201].contains(&reply.status), "{}: {}", call.function, reply.body);
        assert_eq!(store.refused(), 1, "{}: the first request alone is signed for another time", call.function);
        assert_eq!(Call::trail(&account).send(&app).await.status, 200);
        assert_eq!(store.refused(), 1, "the clock stays as it was set");
    }
}

#[tokio::test]
async fn a_function_that_is_slow_sets_its_clock_by_the_answer() {
    each_function_is_answered(AHEAD_S).await;
}

#[tokio::test]
async fn a_function_that_is_fast_sets_its_clock_by_the_answer() {
    each_function_is_answered(-AHEAD_S).await;
}

#[tokio::test]
async fn a_store_that_takes_no_signature_of_any_time_is_an_error_after_three_tries() {
    let bed = Bed::new().await;
    let account = Account::random();
    for call in [Call::trail(&account), Call::list_users(&account), Call::users_audit(&account, None)] {
        let store = OtherClock::that_refuses_all(&bed, AHEAD_S).await;
        let reply = call.send(&store.app(&bed)).await;
        refusal::check_shape(&call, &reply);
        assert_eq!((reply.status, reply.header("retry-after"), store.refused()), (500, None, 3), "{}", reply.body);
    }
}
