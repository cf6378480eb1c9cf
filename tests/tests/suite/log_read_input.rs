//! Requests for what proves the log that nobody should send: each is refused with what would be accepted, and tells nothing.

use shared::credential::Scope;
use tests::records::{at, event};
use tests::sealing::Sealing;
use tests::stream::append_recorded;
use tests::{Account, Bed, Call, hostile, refusal};

/// An account with a log of two entries that are signed.
async fn sealed(bed: &Bed) -> Account {
    let account = bed.account().await;
    bed.record(&account, &[event("e-0", &at(0)), event("e-1", &at(1))]).await;
    append_recorded(bed, &account).await;
    let mut sealing = Sealing::open(bed).await;
    sealing.seal(bed, &[&account]).await;
    account
}

/// A good call of each path.
fn every(account: &Account) -> Vec<Call> {
    vec![
        Call::checkpoint(),
        Call::tile("0/000.p/1"),
        Call::log_of(account, "head"),
        Call::tile_of(account, "0/000.p/2"),
        Call::log_of(account, "proof").query("position", "0"),
        Call::log_of(account, "items").query("from", "0"),
    ]
}

#[tokio::test]
async fn a_path_that_no_tile_has_is_told_what_one_is() {
    let bed = Bed::with_own_table().await;
    let account = sealed(&bed).await;
    let mut paths: Vec<String> = [
        "0",
        "0/",
        "0/0",
        "0/0000",
        "8/000",
        "-1/000",
        "00/000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/",
        "0/x000/000",
        "0/001/000",
        "0/../0/000",
        "./0/000",
        "0%252F000",
        "0%00000",
        "0/000/",
        "//0/000",
        "data/000",
        "entries/",
        "entries/000.p/256",
        "0/x999/x999/x999/x999/x999/x999/x999/999",
        "0/x001/x000/x000/x000/x000/000", // more digits than any log needs
        "tile/0/000",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    paths.extend(hostile::texts().into_iter().filter(|text| !text.is_empty() && text.len() < 1_000));
    for path in paths {
        for call in [Call::tile(&path), Call::tile_of(&account, &path)] {
            let call = call.path("/log/tile/x"); // what is read is the parameter
            let reply = bed.send(&call).await;
            refusal::check(&call, &reply, 400);
            assert!(reply.body.contains("<level>/<index> or entries/<index>"), "{}", reply.body);
        }
    }
}

#[tokio::test]
async fn a_tile_that_could_be_and_is_not_is_not_found() {
    let bed = Bed::with_own_table().await;
    let account = sealed(&bed).await;
    for path in ["0/000", "0/001", "1/000.p/1", "7/000.p/1", "0/x999/x999/x999/x999/999", "entries/000.p/255"] {
        for call in [Call::tile(path), Call::tile_of(&account, path)] {
            refusal::check(&call, &bed.send(&call).await, 404);
        }
    }
}

#[tokio::test]
async fn unknown_and_repeated_parameters_are_named_on_every_path() {
    let bed = Bed::with_own_table().await;
    let account = sealed(&bed).await;
    for call in every(&account) {
        assert_eq!(bed.send(&call).await.status, 200, "{}", call.event());
        let unknown = call.clone().query("sise", "1");
        let reply = bed.send(&unknown).await;
        refusal::check(&unknown, &reply, 400);
        assert!(reply.json()["sise"][0].as_str().is_some_and(|said| said.contains("is not a parameter")));
    }
    let head = Call::log_of(&account, "head").query("size", "1").query("size", "1");
    let proof = Call::log_of(&account, "proof").query("position", "0").query("position", "0");
    for (call, name) in [(head, "size"), (proof, "position")] {
        let reply = bed.send(&call).await;
        refusal::check(&call, &reply, 400);
        assert_eq!(reply.json()[name][0], "must be given once");
    }
}

#[tokio::test]
async fn no_text_is_a_parameter_that_is_none() {
    let bed = Bed::with_own_table().await;
    let account = sealed(&bed).await;
    for text in hostile::texts() {
        for (what, name) in [("head", "size"), ("proof", "position"), ("proof", "item"), ("items", "from")] {
            let call = Call::log_of(&account, what).query(name, &text);
            let reply = bed.send(&call).await;
            refusal::check(&call, &reply, 400);
            assert!(reply.json().get(name).is_some(), "{name}={text:?}: {}", reply.body);
        }
        let by_event = Call::log_of(&account, "proof").query("created_at", &text).query("id", &text);
        let reply = bed.send(&by_event).await;
        refusal::check(&by_event, &reply, 400);
        assert!(reply.json().get("created_at").is_some(), "{text:?}: {}", reply.body);
    }
}

#[tokio::test]
async fn other_methods_are_refused_with_the_one_there_is() {
    let bed = Bed::with_own_table().await;
    let account = sealed(&bed).await;
    for call in every(&account) {
        for method in ["HEAD", "POST", "DELETE"] {
            let reply = bed.send(&call.clone().method(method)).await;
            assert_eq!((reply.status, reply.header("allow")), (405, Some("GET")), "{}", call.event());
        }
    }
}

#[tokio::test]
async fn nothing_is_said_of_an_account_before_its_credential_is_known() {
    let bed = Bed::with_own_table().await;
    let account = sealed(&bed).await;
    let stranger = bed.account_with(&[Scope::UsersRead]).await;
    for (what, bad) in [("head", "size"), ("proof", "position"), ("items", "from")] {
        for account in [&stranger, &account.with_secret("never-to-be-logged-wrong")] {
            let call = Call::log_of(account, what).query(bad, "x").query("unknown", "x");
            refusal::check(&call, &bed.send(&call).await, 401);
        }
    }
    let call = Call::tile_of(&stranger, "no tile");
    refusal::check(&call, &bed.send(&call).await, 401);
}

#[tokio::test]
async fn a_public_path_asks_for_no_credential_and_looks_at_none() {
    let bed = Bed::with_own_table().await;
    sealed(&bed).await;
    for call in [Call::checkpoint(), Call::tile("0/000.p/1"), Call::tile("entries/000.p/1")] {
        for authorization in [None, Some("Bearer nobody.nothing"), Some("nonsense")] {
            let call = authorization.map_or(call.clone(), |text| call.clone().header("Authorization", text));
            assert_eq!(bed.send(&call).await.status, 200, "{authorization:?}");
        }
    }
}
