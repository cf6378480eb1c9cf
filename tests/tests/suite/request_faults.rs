//! What no function takes, said in each dialect's own shape: other methods, headers given twice, codings of the body, paths with
//! empty segments.

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use shared::credential::{Credential, Scope, Secret};
use shared::store::usage::Usage;
use shared::values::ids::ClientId;
use shared::values::timestamp::Timestamp;
use std::io::Write as _;
use tests::records::{at, event, record, user};
use tests::{Account, Bed, Call, Reply, refusal};

/// What the refusal says, in whichever place its dialect has for that.
fn said(reply: &Reply) -> String {
    let body = reply.json();
    let text = ["error_message", "detail"].iter().find_map(|name| body.get(*name)?.as_str());
    text.map_or_else(|| body.to_string(), ToOwned::to_owned)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

/// A good call of every function.
fn every(account: &Account) -> Vec<Call> {
    let mut every = Call::every(account, "usr_1");
    every.push(Call::record(account, &[event("e-1", &at(1))]));
    every.push(Call::create_user(account, "ada@example.com"));
    every.push(Call::update_user(account, "usr_1").field("name", json!("Ada")));
    every
}

#[tokio::test]
async fn another_method_is_405_with_the_one_that_is_allowed() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for call in every(&account) {
        let is_read = call.event().contains(r#""httpMethod":"GET""#);
        let (allowed, others) = if is_read { ("GET", ["HEAD", "POST"]) } else { ("POST", ["HEAD", "GET"]) };
        for method in others {
            let call = call.clone().method(method);
            let reply = bed.send(&call).await;
            refusal::check(&call, &reply, 405);
            assert_eq!(reply.header("allow"), Some(allowed), "{}", call.function);
            assert!(said(&reply).contains(method), "{}", reply.body);
        }
    }
}

#[tokio::test]
async fn a_header_that_must_not_be_twofold_is_refused_by_name() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for call in every(&account) {
        for name in ["Authorization", "PLAID-CLIENT-ID", "PLAID-SECRET", "Idempotency-Key", "Acting-User"] {
            let twice = call.clone().without_header(name).header(name, "Bearer x").header(name, "Bearer x");
            let reply = bed.send(&twice).await;
            refusal::check(&twice, &reply, 400);
            assert!(reply.body.contains(name) && reply.body.contains("must be given once"), "{}", reply.body);
        }
    }
}

#[tokio::test]
async fn a_body_may_come_in_gzip_and_with_a_byte_order_mark() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for call in every(&account).into_iter().filter(|call| !call.body_text().is_empty()) {
        let text = call.body_text();
        let plain = bed.send(&call).await.status;
        let marked = format!("\u{feff}{text}");
        let packed = call.clone().header("Content-Encoding", "gzip");
        for call in [call.clone().body(marked.as_str()), packed.clone().body(gzip(&text)), packed.body(gzip(&marked))] {
            let reply = bed.send(&call).await;
            let done_before = reply.body.contains("must not be the address of another");
            assert!(reply.status == plain || done_before, "{}: {}", call.function, reply.body);
        }
    }
}

#[tokio::test]
async fn a_body_in_another_coding_is_415_and_names_it() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for call in every(&account).into_iter().filter(|call| !call.body_text().is_empty()) {
        for coding in ["br", "deflate", "gzip, br"] {
            let call = call.clone().header("Content-Encoding", coding);
            let reply = bed.send(&call).await;
            refusal::check(&call, &reply, 415);
            assert!(said(&reply).contains(coding), "{}", reply.body);
        }
        let call = call.header("Content-Encoding", "gzip");
        let reply = bed.send(&call).await;
        refusal::check(&call, &reply, 400);
        assert!(reply.body.contains("gzip"), "{}", reply.body);
    }
}

#[tokio::test]
async fn a_body_that_is_longer_unpacked_than_may_be_is_refused_as_a_long_one() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let bomb = gzip(&" ".repeat(20_000_000));
    let call = Call::record(&account, &[]).header("Content-Encoding", "gzip").body(bomb.clone());
    let reply = bed.send(&call).await;
    refusal::check(&call, &reply, 413);
    assert_eq!(said(&reply), "The body must be at most 1048576 bytes.");
    let call = Call::list_users(&account).header("Content-Encoding", "gzip").body(bomb);
    let reply = bed.send(&call).await;
    refusal::check(&call, &reply, 400);
    assert_eq!(said(&reply), "body must be at most 65536 bytes");
}

#[tokio::test]
async fn dashboard_json_of_another_content_type_or_of_none_is_named_so() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for call in every(&account).into_iter().filter(|call| call.function.starts_with("dashboard")) {
        let bare = call.without_header("Content-Type");
        for content_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("")] {
            let call = content_type.map_or(bare.clone(), |given| bare.clone().header("Content-Type", given));
            let reply = bed.send(&call).await;
            refusal::check(&call, &reply, 400);
            assert_eq!(reply.json()["error_code"], "INVALID_BODY");
            assert_eq!(said(&reply), "Content-Type must be application/json");
        }
    }
}

#[tokio::test]
async fn an_empty_segment_never_stands_for_all() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &[record("e-1", &at(1), "users", "u-1"), record("e-2", &at(1), "userAccess", "u-1")]).await;
    let of_account = format!("/network/audit/accounts/{}", account.id);
    for (call, path) in [
        (Call::users_audit(&account, None), format!("{of_account}/users/")),
        (Call::users_audit(&account, None), format!("{of_account}//users")),
        (Call::users_audit(&account, Some("")), format!("{of_account}/users/")),
        (Call::user_access_audit(&account, None), format!("{of_account}/userAccess/")),
        (Call::user_access_audit(&account, None), format!("{of_account}/userAccess//")),
        (Call::user_access_audit(&account, Some("")), format!("{of_account}/userAccess/")),
    ] {
        let call = call.path(&path);
        let reply = bed.send(&call).await;
        refusal::check(&call, &reply, 400);
    }
    let slashes = Call::users_audit(&account, None).path(&format!("/{of_account}/users"));
    assert_eq!(bed.send(&slashes).await.status, 200, "a base URL that ends in a slash");
    let call = Call::trail_of(&account, "").path("//v1/audit-trail");
    refusal::check(&call, &bed.send(&call).await, 404);
}

#[tokio::test]
async fn a_deactivated_user_acts_for_nobody() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut gone = user("usr_gone");
    gone["status"] = json!("deactivated");
    bed.put_users(&account, &[gone, user("usr_1")]).await;
    let call = Call::update_user(&account, "usr_1").field("name", json!("Ada"));

    let by_gone = call.clone().header("Acting-User", "usr_gone");
    let reply = bed.send(&by_gone).await;
    refusal::check(&by_gone, &reply, 400);
    assert_eq!(said(&reply), "Acting-User must be the id of a dashboard user who is not deactivated");
    assert_eq!(bed.send(&call.header("Acting-User", "usr_1")).await.status, 200);
}

#[tokio::test]
async fn an_idempotency_key_that_another_credential_used_is_409_and_replays_nothing() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let second = Account { client_id: format!("second-of-{}", account.client_id), ..account.clone() };
        let credential = Credential {
            client_id: ClientId::parse(&second.client_id).expect("a client id"),
            account: account.id.clone(),
            scopes: vec![Scope::EventsWrite],
            secret_hashes: vec![Secret::parse(&second.secret).expect("a secret").hash()],
            created_at: Timestamp::MIN,
            revoked_at: None,
        };
        assert!(bed.store().create_credential(&credential, &Usage::default()).await.expect("the engine answers"));
        let events = [event("e-1", &at(1))];
        let first = Call::record(&account, &events).header("Idempotency-Key", "k-1");
        assert_eq!(bed.send(&first).await.status, 201);

        let of_second = Call::record(&second, &events).header("Idempotency-Key", "k-1");
        let reply = bed.send(&of_second).await;
        refusal::check(&of_second, &reply, 409);
        assert_eq!(
            said(&reply),
            "The Idempotency-Key was used with another credential of the account in the last 24 hours."
        );
        let again = bed.send(&first).await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")), "{}", bed.engine);
    }
}
