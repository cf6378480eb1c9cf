//! Who is let in: scopes, revocation, rotation, and what a refusal costs.

use shared::credential::{Credential, Presented, Scope, Secret};
use shared::process::auth::{AuthError, Authenticator, REMEMBERED_MS};
use shared::store::usage::Usage;
use shared::values::ids::{AccountId, ClientId};
use shared::values::timestamp::Timestamp;
use tests::capacity::{Asked, Capacity};
use tests::records::user;
use tests::{Account, Bed, Call, refusal};

/// Some time; the tests pass it by.
const T0: i64 = 1_700_000_000_000;

fn presented(account: &Account) -> Presented {
    Presented::from_token(&account.token()).expect("a token")
}

fn client_id(account: &Account) -> ClientId {
    ClientId::parse(&account.client_id).expect("a client id")
}

/// What an authenticator says at a time, in milliseconds after [`T0`].
async fn at(
    bed: &Bed,
    authenticator: &Authenticator,
    account: &Account,
    scope: Scope,
    ms: i64,
) -> Result<AccountId, &'static str> {
    let now = Timestamp::from_epoch_ms(T0 + ms).expect("a time");
    let usage = Usage::default();
    match authenticator.authenticate(bed.store(), &presented(account), scope, now, &usage).await {
        Ok(credential) => Ok(credential.account),
        Err(AuthError::Refused(reason)) => Err(reason),
        Err(AuthError::ScopeMissing) => Err("scope missing"),
        Err(AuthError::Store(error)) => unreachable!("the engine is there: {error}"),
    }
}

#[tokio::test]
async fn no_transaction_of_a_credential_writes_what_another_of_its_account_writes() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let requests = Capacity::default();
    let app = bed.app_through(audit_cli::engine::config(bed.endpoint_url()).interceptor(requests.clone()));
    let credential = Credential {
        client_id: ClientId::parse(&format!("second-of-{}", account.id)).expect("a client id"),
        account: account.id.clone(),
        scopes: vec![Scope::AuditRead],
        secret_hashes: vec![Secret::parse("a-secret-of-the-tests").expect("a secret").hash()],
        created_at: Timestamp::MIN,
        revoked_at: None,
    };
    assert!(app.store().create_credential(&credential, &Usage::default()).await.expect("the engine answers"));

    let mut kinds = Vec::new();
    for asked in requests.take().asked {
        let Asked::Puts { transaction, items } = asked else { continue }; // it looks whether the account is listed
        kinds.push((transaction, items.into_iter().map(|item| item.kind).collect::<Vec<_>>()));
    }
    let kind = |kinds: &[&str]| kinds.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        kinds,
        [(true, kind(&["credential", "credentials"]))],
        "the account was listed with its first credential"
    );
    let accounts = app.store().accounts(&Usage::default()).await.expect("the engine answers");
    assert!(accounts.contains(&account.id));
}

#[tokio::test]
async fn a_credential_without_the_scope_is_refused_in_the_words_of_a_bad_one() {
    let bed = Bed::new().await;
    let reads_users = bed.account_with(&[Scope::UsersRead, Scope::UsersWrite]).await;
    let reads_audit = bed.account_with(&[Scope::AuditRead, Scope::EventsWrite, Scope::EventsImport]).await;
    let nothing = bed.account_with(&[]).await;
    for account in [&reads_users, &reads_audit] {
        bed.put_users(account, &[user("usr_1")]).await;
    }
    for account in [&reads_users, &reads_audit, &nothing] {
        for call in Call::every(account, "usr_1") {
            let is_dashboard = call.function.starts_with("dashboard");
            let may = if is_dashboard { account.id == reads_users.id } else { account.id == reads_audit.id };
            let reply = bed.send(&call).await;
            if may {
                assert_eq!(reply.status, 200, "{}", reply.body);
                continue;
            }
            refusal::check(&call, &reply, if is_dashboard { 400 } else { 401 });
            let text = match call.function {
                "audit-trail" => "Invalid token.",
                _ if is_dashboard => "invalid client_id or secret provided",
                _ => "a valid VBrick token for this account is required",
            };
            assert!(reply.body.contains(text), "{}", reply.body);
        }
    }
}

#[tokio::test]
async fn a_revoked_credential_lives_on_for_as_long_as_it_is_remembered_and_no_longer() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let container = Authenticator::default();
    assert!(at(&bed, &container, &account, Scope::AuditRead, 0).await.is_ok());

    let now = Timestamp::from_epoch_ms(T0 + 1).unwrap();
    assert!(bed.store().revoke_credential(&client_id(&account), now, &Usage::default()).await.unwrap());

    assert_eq!(REMEMBERED_MS, 60_000);
    assert!(at(&bed, &container, &account, Scope::AuditRead, 59_999).await.is_ok());
    assert_eq!(at(&bed, &container, &account, Scope::AuditRead, 60_000).await, Err("revoked"));
    assert_eq!(at(&bed, &container, &account, Scope::AuditRead, 60_001).await, Err("revoked"));
    let other_container = Authenticator::default();
    assert_eq!(at(&bed, &other_container, &account, Scope::AuditRead, 2).await, Err("revoked"));
}

#[tokio::test]
async fn being_used_does_not_prolong_the_memory_of_a_credential() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let container = Authenticator::default();
    assert!(at(&bed, &container, &account, Scope::AuditRead, 0).await.is_ok());
    bed.store().revoke_credential(&client_id(&account), Timestamp::MIN, &Usage::default()).await.unwrap();

    for ms in [20_000, 40_000, 59_000] {
        assert!(at(&bed, &container, &account, Scope::AuditRead, ms).await.is_ok());
    }
    assert_eq!(at(&bed, &container, &account, Scope::AuditRead, 60_000).await, Err("revoked"));
}

#[tokio::test]
async fn a_revoked_credential_is_refused_by_every_endpoint() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.store().revoke_credential(&client_id(&account), Timestamp::MIN, &Usage::default()).await.unwrap();
    for call in Call::every(&account, "usr_1") {
        let status = if call.function.starts_with("dashboard") { 400 } else { 401 };
        refusal::check(&call, &bed.send(&call).await, status);
    }
}

#[tokio::test]
async fn while_a_credential_is_rotated_both_secrets_work_and_the_new_one_at_once() {
    let bed = Bed::new().await;
    let old = bed.account().await;
    let new = old.with_secret("the-new-secret");
    let container = Authenticator::default();
    assert!(at(&bed, &container, &old, Scope::AuditRead, 0).await.is_ok());
    assert_eq!(at(&bed, &container, &new, Scope::AuditRead, 0).await, Err("wrong secret"));

    let seen = bed.store().credential(&client_id(&old), &Usage::default()).await.unwrap().unwrap();
    let hashes = [Secret::parse(&new.secret).unwrap().hash(), seen.secret_hashes[0]];
    assert!(bed.store().set_secrets(&seen, &hashes, &Usage::default()).await.unwrap());

    assert!(at(&bed, &container, &new, Scope::AuditRead, 1).await.is_ok(), "though the old one is remembered");
    assert!(at(&bed, &container, &old, Scope::AuditRead, 2).await.is_ok());
    assert!(at(&bed, &Authenticator::default(), &old, Scope::AuditRead, 3).await.is_ok());

    let seen = bed.store().credential(&client_id(&old), &Usage::default()).await.unwrap().unwrap();
    assert!(bed.store().set_secrets(&seen, &hashes[..1], &Usage::default()).await.unwrap());
    assert_eq!(at(&bed, &container, &old, Scope::AuditRead, 60_001).await, Err("wrong secret"));
    assert!(at(&bed, &container, &new, Scope::AuditRead, 60_001).await.is_ok());
}

#[tokio::test]
async fn an_unknown_client_id_costs_what_a_wrong_secret_costs() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let unknown = Account::random();
    let wrong = account.with_secret("wrong");

    for warm in [false, true] {
        for caller in [&unknown, &wrong] {
            for call in Call::every(caller, "usr_1") {
                let bed = bed.cold();
                if warm {
                    bed.send(&Call::trail(&account)).await;
                    bed.requests_sent();
                }
                let status = if call.function.starts_with("dashboard") { 400 } else { 401 };
                refusal::check(&call, &bed.send(&call).await, status);
                assert_eq!(bed.requests_sent(), 1, "{} warm: {warm}", call.function);
            }
        }
    }
}

#[tokio::test]
async fn an_unknown_client_id_and_a_wrong_secret_are_told_nothing_apart() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let unknown = Account { id: account.id.clone(), ..Account::random() };
    let wrong = account.with_secret("wrong");
    for (unknown, wrong) in Call::every(&unknown, "usr_1").iter().zip(Call::every(&wrong, "usr_1")) {
        let hide = |reply: tests::Reply| {
            let request_id = reply.header("x-request-id").unwrap().to_owned();
            let headers: Vec<_> = reply.headers.iter().filter(|(name, _)| name != "x-request-id").cloned().collect();
            (reply.status, headers, reply.body.replace(&request_id, ""))
        };
        assert_eq!(hide(bed.send(unknown).await), hide(bed.send(&wrong).await), "{}", unknown.function);
    }
}

#[tokio::test]
async fn a_wrong_secret_that_finds_the_credential_revoked_ends_its_memory() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let container = Authenticator::default();
    assert!(at(&bed, &container, &account, Scope::AuditRead, 0).await.is_ok());
    let now = Timestamp::from_epoch_ms(T0 + 1).unwrap();
    assert!(bed.store().revoke_credential(&client_id(&account), now, &Usage::default()).await.unwrap());
    assert!(at(&bed, &container, &account, Scope::AuditRead, 2).await.is_ok(), "it is remembered");

    let wrong = account.with_secret("a-wrong-secret");
    assert_eq!(at(&bed, &container, &wrong, Scope::AuditRead, 3).await, Err("wrong secret"));
    assert_eq!(at(&bed, &container, &account, Scope::AuditRead, 4).await, Err("revoked"));
}

#[tokio::test]
async fn a_wrong_secret_does_not_end_the_memory_of_a_good_credential() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let container = Authenticator::default();
    assert!(at(&bed, &container, &account, Scope::AuditRead, 0).await.is_ok());
    assert_eq!(at(&bed, &container, &account.with_secret("wrong"), Scope::AuditRead, 1).await, Err("wrong secret"));
    bed.requests_sent();
    assert!(at(&bed, &container, &account, Scope::AuditRead, 2).await.is_ok());
    assert_eq!(bed.requests_sent(), 0);
}
