//! History is append-only: no way into the table writes over an event. What the roles allow is in `roles.rs`.

use crate::record::own;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::event::AuditEvent;
use shared::event::idempotency::{Idempotency, IdempotencyKey, RequestHash};
use shared::event::input::EventInput;
use shared::store::usage::Usage;
use shared::store::{Conflict, Put, Recorded};
use shared::table::item::{Item, encode_event};
use shared::values::ids::ClientId;
use shared::values::timestamp::Timestamp;
use tests::{Account, Bed, Call};

const AT: &str = "2024-03-01T09:00:00.000Z";

fn parsed(json: &Value, recorded_at: Timestamp) -> AuditEvent {
    let input = EventInput::parse(&json.to_string()).expect("an event");
    let (id, created_at) = (input.id.clone().expect("an id"), input.created_at_or(Timestamp::MAX));
    input.into_event(id, created_at, recorded_at)
}

async fn item(bed: &Bed, account: &Account) -> Item {
    let get = bed.client().get_item().table_name(bed.store().table()).consistent_read(true);
    let get = get.key("pk", AttributeValue::S(format!("events#{}#00", account.id)));
    let get = get.key("sk", AttributeValue::S(format!("{AT}#e-1")));
    get.send().await.expect("an answer").item.expect("the event is there")
}

#[tokio::test]
async fn no_function_of_the_store_writes_over_an_event() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let (usage, store) = (Usage::default(), bed.store());
        bed.record(&account, &[own("e-1", AT, "First")]).await;
        let first = item(&bed, &account).await;
        // The same event recorded later, and another in its place.
        let same = parsed(&own("e-1", AT, "First"), Timestamp::MAX);
        let other = parsed(&own("e-1", AT, "Other"), Timestamp::MAX);
        let fresh = parsed(&own("e-2", AT, "Second"), Timestamp::MAX);

        for _ in 0..2 {
            let put = store.put_event(&account.id, &same, &usage).await.expect("an answer");
            assert_eq!(put, Put::Already, "{}", bed.engine);
            let put = store.put_event(&account.id, &other, &usage).await.expect("an answer");
            assert_eq!(put, Put::Conflict(Conflict::Event), "{}", bed.engine);
            for (event, expected) in [(&same, Put::Already), (&other, Put::Conflict(Conflict::Event))] {
                let batch = [fresh.clone(), event.clone()];
                let puts = store.put_each(&account.id, &batch, &usage).await.expect("an answer");
                assert_eq!(puts[1], expected, "{}", bed.engine);
            }
        }
        for key in [None, Some("k-1"), Some("k-2")] {
            let idempotency = key.map(|key| Idempotency {
                key: IdempotencyKey::parse(key).expect("a key"),
                request_hash: RequestHash::of(&account.id, []),
                client_id: ClientId::parse(&account.client_id).expect("a client id"),
            });
            // Long after every key has expired, too.
            for now in [Timestamp::MIN, Timestamp::MAX] {
                let batch = [fresh.clone(), other.clone()];
                let recorded = store.record(&account.id, &batch, idempotency.as_ref(), now, &usage).await;
                assert_eq!(recorded.expect("an answer"), Recorded::Conflicts(vec![1]), "{}", bed.engine);
                let recorded =
                    store.record(&account.id, std::slice::from_ref(&same), idempotency.as_ref(), now, &usage).await;
                assert!(!matches!(recorded, Err(_) | Ok(Recorded::Conflicts(_))), "{}: {recorded:?}", bed.engine);
            }
        }
        assert_eq!(bed.send(&Call::record(&account, &[own("e-1", AT, "Other")])).await.status, 409);

        assert_eq!(item(&bed, &account).await, first, "{}: to the letter, recorded_at included", bed.engine);
        assert_ne!(first, encode_event(&account.id, &same), "the second event would have shown");
    }
}

/// An idempotency record can be written over once it has expired; no key of one is the key of an event.
#[tokio::test]
async fn no_idempotency_key_reaches_an_event() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &[own("e-1", AT, "First")]).await;
    let first = item(&bed, &account).await;
    for key in ["#00", "#", "/../events#", "%23", &format!("events#{}#00", account.id), &format!("{AT}#e-1")] {
        let call = Call::record(
            &account,
            &[json!({"event_type": "A", "event_description": "a",
            "principal": {"role": "API", "ip_address": "::1"}})],
        );
        assert_eq!(bed.send(&call.header("Idempotency-Key", key)).await.status, 201, "{key}");
        let usage = Usage::default();
        let idempotency = Idempotency {
            key: IdempotencyKey::parse(key).expect("a key"),
            request_hash: RequestHash::of(&account.id, []),
            client_id: ClientId::parse(&account.client_id).expect("a client id"),
        };
        let event = parsed(&own("e-1", AT, "First"), Timestamp::MAX);
        let recorded = bed.store().record(&account.id, &[event], Some(&idempotency), Timestamp::MAX, &usage).await;
        assert!(matches!(recorded, Ok(Recorded::Now(_))), "{key}: {recorded:?}");
    }
    assert_eq!(item(&bed, &account).await, first);
}
