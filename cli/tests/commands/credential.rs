//! `audit credential`: the life of a credential.

use crate::place::{Place, wait};
use serde_json::{Value, json};
use shared::credential::{Presented, Scope};
use shared::process::auth::{AuthError, Authenticator};
use shared::process::clock;
use shared::store::usage::Usage;

/// Makes one with both scopes for reading.
fn create(place: &Place) -> Value {
    let run = place.audit(&[
        "credential",
        "create",
        "--account",
        &place.account,
        "--scope",
        "users:read,audit:read",
        "--json",
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    serde_json::from_str(&run.stdout).expect("one object")
}

fn text<'a>(credential: &'a Value, key: &str) -> &'a str {
    credential.get(key).and_then(Value::as_str).expect("a text")
}

/// What a container that remembers nothing says to a token.
fn let_in(place: &Place, token: &str) -> Result<String, &'static str> {
    let presented = Presented::from_token(token).expect("a token");
    let (store, usage, container) = (place.store(), Usage::default(), Authenticator::default());
    let said = container.authenticate(&store, &presented, Scope::AuditRead, clock::now(), &usage);
    match wait(said) {
        Ok(credential) => Ok(credential.account.to_string()),
        Err(AuthError::Refused(reason)) => Err(reason),
        Err(AuthError::ScopeMissing) => Err("scope missing"),
        Err(AuthError::Store(error)) => unreachable!("the engine is there: {error}"),
    }
}

/// The error line of a command that must fail with exit code 1.
fn error(place: &Place, arguments: &[&str]) -> String {
    let run = place.audit(arguments);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.lines().count()), (1, "", 1), "{}", run.stderr);
    run.stderr.trim_end().to_owned()
}

#[test]
fn a_new_credential_is_shown_as_json_and_works() {
    let place = Place::new();
    let made = create(&place);

    let keys: Vec<_> = made.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["account", "client_id", "scopes", "secret", "token"]);
    assert_eq!(made["account"], json!(place.account));
    assert_eq!(made["scopes"], json!(["users:read", "audit:read"]));
    assert_eq!((text(&made, "secret").len(), text(&made, "client_id").len()), (43, 16));
    assert_eq!(text(&made, "token"), format!("{}.{}", text(&made, "client_id"), text(&made, "secret")));
    assert_eq!(let_in(&place, text(&made, "token")), Ok(place.account.clone()));
    assert_eq!(let_in(&place, &format!("{}x", text(&made, "token"))), Err("wrong secret"));
}

#[test]
fn without_json_it_is_shown_for_people_once() {
    let place = Place::new();
    let client_id = place.account.replace("account", "client");
    let arguments = ["credential", "create", "--account", &place.account, "--client-id", &client_id];
    let arguments = [&arguments[..], &["--scope", "audit:read", "--scope", "users:read"]].concat();

    let run = place.audit(&arguments);

    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let beginnings: Vec<_> = run.stdout.lines().map(|line| line.split("  ").next().unwrap()).collect();
    assert_eq!(
        beginnings,
        [
            "account",
            "client id",
            "secret",
            "token",
            "scopes",
            "",
            "The secret is not stored and cannot be shown again."
        ]
    );
    assert_eq!(
        error(&place, &arguments),
        format!("audit: there is a credential with the client id {client_id} already")
    );
}

#[test]
fn a_list_shows_every_credential_of_the_account_and_no_secret() {
    let place = Place::new();
    let made = [create(&place), create(&place)];
    create(&Place::new());
    assert_eq!(place.audit(&["credential", "revoke", text(&made[0], "client_id")]).code, 0);

    let run = place.audit(&["credential", "list", "--account", &place.account, "--json"]);
    let lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let plain = place.audit(&["credential", "list", "--account", &place.account]).stdout;

    assert_eq!((lines.len(), plain.lines().count()), (2, 2));
    for credential in &made {
        let is_it = |line: &&Value| line["client_id"] == credential["client_id"];
        let line = lines.iter().find(is_it).expect("it is listed");
        let keys: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["client_id", "created_at", "revoked_at", "scopes", "secrets"]);
        assert_eq!((&line["scopes"], &line["secrets"]), (&json!(["users:read", "audit:read"]), &json!(1)));
        assert_eq!(line["revoked_at"].is_string(), credential == &made[0]);
        assert!(plain.contains(text(credential, "client_id")));
        assert!(!run.stdout.contains(text(credential, "secret")) && !plain.contains(text(credential, "secret")));
    }
    let nobodys = ["credential", "list", "--account", "no-such-account"];
    assert_eq!(error(&place, &nobodys), "audit: there is no account no-such-account");
    let empty = Place::new();
    let empty = empty.audit(&["credential", "list", "--account", &empty.account]);
    assert_eq!((empty.code, empty.stdout.as_str(), empty.stderr.as_str()), (0, "", ""));
}

#[test]
fn a_revoked_credential_is_refused_for_good() {
    let place = Place::new();
    let made = create(&place);
    let client_id = text(&made, "client_id");

    let run = place.audit(&["credential", "revoke", client_id]);

    assert_eq!(run.stdout, format!("{client_id} is revoked; within a minute no function lets it in.\n"));
    assert_eq!(let_in(&place, text(&made, "token")), Err("revoked"));
    assert_eq!(place.audit(&["credential", "revoke", client_id]).code, 0, "revoked it is");
    let rotate = error(&place, &["credential", "rotate", client_id]);
    assert!(rotate.starts_with(&format!("audit: {client_id} was revoked at 2")), "{rotate}");
}

#[test]
fn a_rotation_leaves_no_gap_and_ends_with_retire() {
    let place = Place::new();
    let made = create(&place);
    let (client_id, old) = (text(&made, "client_id"), text(&made, "token"));

    let run = place.audit(&["credential", "rotate", client_id, "--json"]);
    let rotated: Value = serde_json::from_str(&run.stdout).unwrap();
    let new = text(&rotated, "token");
    assert_eq!((&rotated["client_id"], &rotated["scopes"]), (&made["client_id"], &made["scopes"]));
    assert_ne!(rotated["secret"], made["secret"]);
    assert_eq!((let_in(&place, old), let_in(&place, new)), (Ok(place.account.clone()), Ok(place.account.clone())));

    let third = error(&place, &["credential", "rotate", client_id]);
    let wanted = format!("audit credential rotate {client_id} --retire");
    assert_eq!(third, format!("audit: {client_id} has two secrets already; end the older one first: {wanted}"));

    let run = place.audit(&["credential", "rotate", client_id, "--retire"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!((let_in(&place, old), let_in(&place, new)), (Err("wrong secret"), Ok(place.account.clone())));
    assert_eq!(
        error(&place, &["credential", "rotate", client_id, "--retire"]),
        format!("audit: {client_id} has one secret only; rotate it first")
    );
}

#[test]
fn an_unknown_client_id_is_told() {
    let place = Place::new();
    for arguments in [&["revoke", "nobody"][..], &["rotate", "nobody"], &["rotate", "nobody", "--retire"]] {
        let told = error(&place, &[&["credential"], arguments].concat());
        assert_eq!(told, "audit: there is no credential with the client id nobody");
    }
}

#[test]
fn a_client_id_may_begin_with_a_hyphen() {
    let place = Place::new();
    let client_id = place.account.replace("account", "-client");
    let create =
        ["credential", "create", "--account", &place.account, "--client-id", &client_id, "--scope", "audit:read"];
    assert_eq!(place.audit(&create).code, 0);

    let run = place.audit(&["credential", "revoke", &client_id]);

    assert_eq!(
        run.stdout,
        format!("{client_id} is revoked; within a minute no function lets it in.\n"),
        "{}",
        run.stderr
    );
}
