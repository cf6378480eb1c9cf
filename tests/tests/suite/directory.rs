//! Users made and changed: the answers, the user that is there afterwards, and what both audits tell of it.

use serde_json::{Value, json};
use shared::credential::Scope;
use std::path::Path;
use tests::directory_events::{rows, text_at};
use tests::records::user;
use tests::reply::invoke;
use tests::{Account, Bed, Call, Reply};

/// The account of the payloads in `events/`, with two users.
async fn demo() -> (Bed, Account) {
    let bed = Bed::with_own_table().await;
    let account = Account::new("demo", "demo", "local-demo-secret");
    bed.put_credential(&account, Scope::ALL).await;
    let users = [
        json!({"id": "usr_demo_00", "email_address": "Ada@example.com", "status": "active", "name": "Ada Lovelace",
            "created_at": "2023-06-01T08:00:00Z", "role": "ADMIN"}),
        json!({"id": "usr_demo_01", "email_address": "zoë@example.com", "status": "invited",
            "created_at": "2024-02-29T23:59:59.999Z"}),
    ];
    bed.put_users(&account, &users).await;
    (bed, account)
}

async fn payload(bed: &Bed, function: &str) -> Reply {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events").join(format!("{function}.json"));
    invoke(&bed.app, function, &std::fs::read_to_string(&file).expect("the payload")).await
}

/// The body with what is new each time called by its name.
fn named(reply: &Reply, names: &[(&str, &str)]) -> String {
    let request_id = tests::refusal::check_headers(reply);
    let body = reply.body.replace(&request_id, "REQUEST-ID");
    names.iter().fold(body, |body, (text, name)| body.replace(text, name))
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// The user as `/dashboard_user/get` shows it, without the request id.
async fn get(bed: &Bed, account: &Account, id: &str) -> Value {
    let mut body = bed.send(&Call::get_user(account, id)).await.json();
    body.as_object_mut().expect("an object").remove("request_id");
    body
}

/// Creates a user, and gives its id.
async fn create(bed: &Bed, account: &Account, email: &str) -> String {
    let reply = bed.send(&Call::create_user(account, email)).await;
    assert_eq!(reply.status, 200, "{}: {}", bed.engine, reply.body);
    text_at(&reply.json(), "/id")
}

async fn trail(bed: &Bed, account: &Account) -> Vec<Value> {
    let body = bed.send(&Call::trail(account).query("page_size", "100")).await.json();
    body.get("results").and_then(Value::as_array).expect("results").clone()
}

#[tokio::test]
async fn the_payload_of_create_makes_a_user_and_its_event() {
    let (bed, account) = demo().await;

    let reply = payload(&bed, "dashboard-user-create").await;

    let body = reply.json();
    let (id, created_at) = (text(&body["id"]).to_owned(), text(&body["created_at"]).to_owned());
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(
        named(&reply, &[(&id, "ID"), (&created_at, "NOW")]),
        concat!(
            r#"{"id":"ID","created_at":"NOW","email_address":"grace@example.com","status":"invited","#,
            r#""request_id":"REQUEST-ID"}"#
        )
    );
    assert!(id.starts_with("usr_") && id.len() == 36, "{id}");

    let shown = json!({"id": id, "created_at": created_at, "email_address": "grace@example.com", "status": "invited"});
    assert_eq!(get(&bed, &account, &id).await, shown);
    let rows = rows(&bed, &account, &id).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].message_key.as_str(), rows[0].entity_key.as_str(), &rows[0].entity_id, &rows[0].when),
        ("Network:InvitedUser", "Network:User", &id, &created_at)
    );
    assert_eq!(
        rows[0].principal,
        json!({"Id": "demo", "Name": null, "Email": null, "Role": "API", "IpAddress": "192.0.2.10"})
    );
    assert_eq!(rows[0].message, json!({"Type": "INVITED_USER", "Description": "Invited grace@example.com"}));
    assert_eq!(rows[0].previous_state, Value::Null);
    assert_eq!(
        rows[0].current_state,
        json!({"id": id, "email_address": "grace@example.com", "status": "invited", "name": "Grace Hopper",
            "role": "DEVELOPER"})
    );
    let events = trail(&bed, &account).await;
    assert_eq!(
        events,
        [
            json!({"id": events[0]["id"], "user_name": null, "user_email": null, "role": "API", "ip_address": "192.0.2.10",
            "event_type": "INVITED_USER", "event_description": "Invited grace@example.com", "created_at": created_at})
        ]
    );
    assert_eq!(text(&events[0]["id"]).len(), 36, "a UUID");
}

#[tokio::test]
async fn the_payload_of_update_changes_a_user_for_the_acting_user() {
    let (bed, account) = demo().await;

    let reply = payload(&bed, "dashboard-user-update").await;

    assert_eq!(reply.status, 200);
    assert_eq!(
        named(&reply, &[]),
        concat!(
            r#"{"id":"usr_demo_01","created_at":"2024-02-29T23:59:59.999Z","email_address":"zoë@example.com","#,
            r#""status":"deactivated","request_id":"REQUEST-ID"}"#
        )
    );
    assert_eq!(get(&bed, &account, "usr_demo_01").await["status"], "deactivated");
    let rows = rows(&bed, &account, "usr_demo_01").await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].message_key, "Network:DeactivatedUser");
    assert_eq!(
        rows[0].principal,
        json!({"Id": "usr_demo_00", "Name": "Ada Lovelace", "Email": "Ada@example.com", "Role": "ADMIN",
            "IpAddress": "192.0.2.10"})
    );
    assert_eq!(
        rows[0].message,
        json!({"Type": "DEACTIVATED_USER", "Description": "Deactivated zoë@example.com", "ClientId": "demo"})
    );
    let state = |status| json!({"id": "usr_demo_01", "email_address": "zoë@example.com", "status": status, "name": null, "role": null});
    assert_eq!((&rows[0].previous_state, &rows[0].current_state), (&state("invited"), &state("deactivated")));
    let by_ada = bed.send(&Call::trail(&account).query("user_email", "ada@example.com")).await.json();
    assert_eq!(by_ada["results"], json!(trail(&bed, &account).await));
}

#[tokio::test]
async fn an_acting_user_without_a_role_is_a_member() {
    let (bed, account) = demo().await;
    let call =
        Call::update_user(&account, "usr_demo_00").field("name", json!("Ada")).header("acting-user", "usr_demo_01");
    assert_eq!(bed.send(&call).await.status, 200);

    let rows = rows(&bed, &account, "usr_demo_00").await;
    assert_eq!(
        rows[0].principal,
        json!({"Id": "usr_demo_01", "Name": null, "Email": "zoë@example.com", "Role": "MEMBER", "IpAddress": "192.0.2.1"})
    );
}

#[tokio::test]
async fn what_is_absent_or_null_stays_and_what_changes_nothing_is_not_recorded() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let everything = |call: Call| {
            let call = call.field("email_address", json!("Ada@example.com")).field("name", json!("Ada"));
            call.field("role", json!("ADMIN"))
        };
        let id = create(&bed, &account, "Ada@example.com").await;
        let update = || Call::update_user(&account, &id);
        assert_eq!(bed.send(&everything(update()).field("status", json!("active"))).await.status, 200);
        let before = get(&bed, &account, &id).await;
        bed.requests_sent();

        let nulls = ["status", "email_address", "name", "role"];
        let nulls = nulls.into_iter().fold(update(), |call, name| call.field(name, Value::Null));
        for call in [update(), nulls, everything(update()).field("status", json!("active"))] {
            let reply = bed.send(&call).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
            assert_eq!(reply.json()["status"], "active");
            assert_eq!(bed.requests_sent(), 1, "the user is read, and nothing is written");
        }

        assert_eq!(get(&bed, &account, &id).await, before);
        let rows = rows(&bed, &account, &id).await;
        let types: Vec<_> = rows.iter().map(|row| text(&row.message["Type"])).collect();
        assert_eq!(types, ["INVITED_USER", "ACTIVATED_USER"], "{}", bed.engine);
        assert_eq!(rows[1].message["Description"], "Activated Ada@example.com and changed name, role");
    }
}

#[tokio::test]
async fn an_address_is_taken_with_its_user_and_free_again_when_the_user_has_another() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let id = create(&bed, &account, "Ada@example.com").await;
        let readdress = async |id: &str, address: &str| {
            bed.send(&Call::update_user(&account, id).field("email_address", json!(address))).await.status
        };

        assert_eq!(readdress(&id, "ADA@Example.com").await, 200, "its own, in other letters");
        assert_eq!(get(&bed, &account, &id).await["email_address"], "ADA@Example.com");
        assert_eq!(bed.send(&Call::create_user(&account, "ada@example.com")).await.status, 400, "{}", bed.engine);

        assert_eq!(readdress(&id, "grace@example.com").await, 200);
        let other = create(&bed, &account, "ada@example.com").await;
        assert_eq!(readdress(&other, "GRACE@example.com").await, 400, "{}", bed.engine);
        assert_eq!(readdress(&id, "Ada@example.com").await, 400, "{}", bed.engine);
        assert_eq!(get(&bed, &account, &id).await["email_address"], "grace@example.com");

        let addresses = rows(&bed, &account, &id).await;
        let addresses: Vec<_> = addresses.iter().map(|row| text(&row.current_state["email_address"])).collect();
        assert_eq!(addresses, ["Ada@example.com", "ADA@Example.com", "grace@example.com"]);
    }
}

#[tokio::test]
async fn a_status_moves_as_it_may_and_no_other_way() {
    let to_invited = |from: &str| format!("status must be one of active, deactivated for a user who is {from}");
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        for from in ["invited", "active", "deactivated"] {
            for to in ["invited", "active", "deactivated"] {
                let id = format!("{from}-{to}");
                let mut given = user(&id);
                given["status"] = json!(from);
                bed.put_users(&account, &[given]).await;

                let reply = bed.send(&Call::update_user(&account, &id).field("status", json!(to))).await;

                let recorded = rows(&bed, &account, &id).await.len();
                if to == "invited" && from != "invited" {
                    assert_eq!((reply.status, recorded), (400, 0));
                    assert_eq!(reply.json()["error_code"], "INVALID_FIELD");
                    assert_eq!(reply.json()["error_message"], to_invited(from));
                } else {
                    assert_eq!((reply.status, recorded), (200, usize::from(from != to)), "{from} to {to}");
                    assert_eq!(reply.json()["status"], to);
                }
            }
        }
    }
}

#[tokio::test]
async fn users_of_another_account_are_nobody() {
    let bed = Bed::new().await;
    let (ours, theirs) = (bed.account().await, bed.account().await);
    let their_user = create(&bed, &theirs, "ada@example.com").await;
    let our_user = create(&bed, &ours, "ADA@example.com").await;

    let update = Call::update_user(&ours, &their_user).field("name", json!("x"));
    let reply = bed.send(&update).await;
    assert_eq!(reply.json()["error_message"], "dashboard_user_id must be the id of a dashboard user");
    let acting = Call::update_user(&ours, &our_user).field("name", json!("x")).header("Acting-User", &their_user);
    let reply = bed.send(&acting).await;
    assert_eq!(reply.json()["error_message"], "Acting-User must be the id of a dashboard user who is not deactivated");

    for (account, id) in [(&ours, &our_user), (&theirs, &their_user)] {
        assert_eq!(rows(&bed, account, id).await.len(), 1);
        assert_eq!(trail(&bed, account).await.len(), 1);
    }
    assert_eq!(rows(&bed, &ours, &their_user).await, []);
}
