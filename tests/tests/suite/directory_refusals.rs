//! What the two functions that change users refuse, in which words, and that nothing is recorded of it.

use serde_json::{Value, json};
use shared::credential::Scope;
use tests::directory_events::text_at;
use tests::records::user;
use tests::refusal;
use tests::{Account, Bed, Call};

const EMAIL: &str = "email_address must be an e-mail address of at most 254 bytes, such as ada@example.com (in a URL, + is written %2B)";
const ROLES: &str = "role must be one of ADMIN, DEVELOPER, MEMBER, API, SYSTEM, MERGE_TEAM, SUPPORT";
const ACTING: &str = "Acting-User must be the id of a dashboard user who is not deactivated";
const USER_ID: &str = "dashboard_user_id must be 1 to 128 characters: letters, digits and ._:@|+=-";
const NOT_JSON: &str = "body could not be parsed as JSON";
const NOT_OF_JSON: &str = "Content-Type must be application/json";

type Row = (Call, &'static str, &'static str);

/// What both refuse.
fn of_both(call: &Call) -> Vec<Row> {
    let field = |name, value| call.clone().field(name, value);
    let long = "ż".repeat(257);
    vec![
        (call.clone().body("{"), "INVALID_BODY", NOT_JSON),
        (call.clone().body("[]"), "INVALID_BODY", NOT_JSON),
        (call.clone().without_header("Content-Type").header("Content-Type", "text/plain"), "INVALID_BODY", NOT_OF_JSON),
        (call.clone().body(" ".repeat(65_537)), "INVALID_BODY", "body must be at most 65536 bytes"),
        (
            field("id", json!("usr_1")).field("created_at", json!(1)),
            "UNKNOWN_FIELDS",
            "the following fields are not recognized by this endpoint: created_at, id",
        ),
        (
            call.clone().query("email_address", "x@example.com"),
            "UNKNOWN_FIELDS",
            "the following fields are not recognized by this endpoint: email_address",
        ),
        (
            call.clone().without_field("client_id").without_field("secret"),
            "MISSING_FIELDS",
            "the following required fields are missing: client_id, secret",
        ),
        (field("email_address", json!(7)), "INVALID_FIELD", "email_address must be a string"),
        (field("email_address", json!("")), "INVALID_FIELD", EMAIL),
        (field("email_address", json!("ada")), "INVALID_FIELD", EMAIL),
        (field("email_address", json!("a b@example.com")), "INVALID_FIELD", EMAIL),
        (field("email_address", json!(format!("{}@example.com", "a".repeat(243)))), "INVALID_FIELD", EMAIL),
        (field("email_address", json!("TAKEN@example.com")), "INVALID_FIELD", TAKEN),
        (field("name", json!(["Ada"])), "INVALID_FIELD", "name must be a string"),
        (field("name", json!("")), "INVALID_FIELD", "name must be 1 to 256 characters"),
        (field("name", json!(long)), "INVALID_FIELD", "name must be 1 to 256 characters"),
        (
            field("name", json!("a\u{0}b")),
            "INVALID_FIELD",
            "name must not have control characters other than tab and line ends",
        ),
        (field("role", json!(1)), "INVALID_FIELD", "role must be a string"),
        (field("role", json!("")), "INVALID_FIELD", ROLES),
        (field("role", json!("admin")), "INVALID_FIELD", ROLES),
        (call.clone().header("Acting-User", ""), "INVALID_FIELD", ACTING),
        (call.clone().header("Acting-User", "a#b"), "INVALID_FIELD", ACTING),
        (call.clone().header("Acting-User", "żółć"), "INVALID_FIELD", ACTING),
        (call.clone().header("Acting-User", &"a".repeat(129)), "INVALID_FIELD", ACTING),
        (call.clone().header("Acting-User", "nobody"), "INVALID_FIELD", ACTING),
    ]
}

const TAKEN: &str = "email_address must not be the address of another dashboard user";
const STATUSES: &str = "status must be one of invited, active, deactivated";

fn of_create(call: &Call) -> Vec<Row> {
    let missing = "the following required fields are missing: email_address";
    vec![
        (call.clone().without_field("email_address"), "MISSING_FIELDS", missing),
        (call.clone().field("email_address", Value::Null), "MISSING_FIELDS", missing),
        (
            call.clone().field("status", json!("active")),
            "UNKNOWN_FIELDS",
            "the following fields are not recognized by this endpoint: status",
        ),
    ]
}

fn of_update(call: &Call) -> Vec<Row> {
    let missing = "the following required fields are missing: dashboard_user_id";
    let unknown = "dashboard_user_id must be the id of a dashboard user";
    let field = |name, value| call.clone().field(name, value);
    vec![
        (call.clone().without_field("dashboard_user_id"), "MISSING_FIELDS", missing),
        (field("dashboard_user_id", Value::Null), "MISSING_FIELDS", missing),
        (field("dashboard_user_id", json!(7)), "INVALID_FIELD", "dashboard_user_id must be a string"),
        (field("dashboard_user_id", json!("")), "INVALID_FIELD", USER_ID),
        (field("dashboard_user_id", json!("a#b")), "INVALID_FIELD", USER_ID),
        (field("dashboard_user_id", json!("nobody")), "INVALID_FIELD", unknown),
        (field("status", json!(true)), "INVALID_FIELD", "status must be a string"),
        (field("status", json!("")), "INVALID_FIELD", STATUSES),
        (field("status", json!("Active")), "INVALID_FIELD", STATUSES),
    ]
}

async fn check(bed: &Bed, (call, code, message): &Row) {
    let reply = bed.send(call).await;
    refusal::check(call, &reply, 400);
    let body = reply.json();
    let said = ["/error_code", "/error_message"].map(|pointer| text_at(&body, pointer));
    assert_eq!(said, [*code, *message]);
}

async fn account_of_two(bed: &Bed) -> Account {
    let account = bed.account().await;
    let taken = user("usr_2").to_string().replace("usr_2@", "taken@");
    let taken = serde_json::from_str(&taken).expect("JSON");
    bed.put_users(&account, &[user("usr_1"), taken]).await;
    account
}

async fn nothing_was_recorded(bed: &Bed, account: &Account) {
    assert_eq!(bed.send(&Call::trail(account)).await.json().get("results"), Some(&json!([])), "{}", bed.engine);
    let users = bed.send(&Call::list_users(account)).await.json();
    let shown = |id: &str, email: &str| json!({"id": id, "created_at": "2020-07-24T03:26:02.000Z", "email_address": email, "status": "active"});
    let expected = json!([shown("usr_1", "usr_1@example.com"), shown("usr_2", "taken@example.com")]);
    assert_eq!(users.get("dashboard_users"), Some(&expected), "{}", bed.engine);
}

#[tokio::test]
async fn every_fault_is_named_and_nothing_is_recorded_of_it() {
    for bed in Bed::on_each_engine().await {
        let account = account_of_two(&bed).await;
        let create = Call::create_user(&account, "new@example.com");
        let update = Call::update_user(&account, "usr_1").field("name", json!("New"));
        let rows = [of_both(&create), of_both(&update), of_create(&create), of_update(&update)];
        for row in rows.iter().flatten() {
            check(&bed, row).await;
        }
        nothing_was_recorded(&bed, &account).await;
    }
}

#[tokio::test]
async fn a_credential_that_may_not_write_users_is_refused_before_anything_is_said_of_the_data() {
    let bed = Bed::new().await;
    let account = account_of_two(&bed).await;
    let reader = Account { id: account.id.clone(), ..Account::random() };
    let scopes = [Scope::UsersRead, Scope::AuditRead, Scope::EventsWrite, Scope::EventsImport];
    bed.put_credential(&reader, &scopes).await;
    let wrong = account.with_secret("wrong");
    for caller in [&reader, &wrong] {
        for call in [
            Call::create_user(caller, "taken@example.com"),
            Call::update_user(caller, "nobody"),
            Call::update_user(caller, "usr_1").field("status", json!("invited")),
            Call::update_user(caller, "usr_1").header("Acting-User", "nobody"),
        ] {
            let reply = bed.send(&call).await;
            refusal::check(&call, &reply, 400);
            assert_eq!(reply.json()["error_message"], "invalid client_id or secret provided");
        }
    }
    nothing_was_recorded(&bed, &account).await;
}
