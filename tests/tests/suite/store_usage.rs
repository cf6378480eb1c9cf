//! What the store is asked is counted, whatever it is: every request, and the capacity that it took.

mod destinations;
mod viewer;

use destinations::ask_for_destinations;
use shared::credential::{Credential, Scope, Secret};
use shared::event::filter::EventFilter;
use shared::event::idempotency::{Idempotency, IdempotencyKey, RequestHash};
use shared::event::input::EventInput;
use shared::event::{AuditEvent, Principal, Role};
use shared::log::append::Change;
use shared::log::entry::{Entry, EventRef};
use shared::log::hash::Hash;
use shared::log::reconciled::{ReconciledCursor, ReconciledDay};
use shared::process::clock;
use shared::proof::head::Head;
use shared::proof::key::{Origin, VerifierKey};
use shared::proof::map::Pad;
use shared::proof::round::{Round, RoundEntry, Run};
use shared::proof::tile::{Kind, Tile};
use shared::proof::tree::Node;
use shared::store::AuditStore;
use shared::store::Heads;
use shared::store::query::{EventPage, EventQuery, Order, Start};
use shared::store::usage::Usage;
use shared::table::item::{LogOfRounds, RoundItem, Sealed};
use shared::table::key::{Generation, Tree};
use shared::user::DashboardUser;
use shared::user::change::UserChange;
use shared::user::event::Act;
use shared::values::category::Category;
use shared::values::day::Day;
use shared::values::ids::{AccountId, ClientId, EventId};
use shared::values::timestamp::{TimeRange, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use tests::records::{at, record, user};
use tests::{Account, Bed};
use viewer::ask_for_the_viewer;

/// What is asked of the store, one thing after the other.
struct Asked<'a> {
    bed: &'a Bed,
    methods: BTreeSet<String>,
}

impl Asked<'_> {
    async fn of<T, E: Debug>(
        &mut self,
        method: &str,
        work: impl AsyncFnOnce(&AuditStore, &Usage) -> Result<T, E>,
    ) -> T {
        let usage = Usage::default();
        self.bed.requests_sent();
        let done = work(self.bed.store(), &usage).await.expect("the engine does it");
        let sent = self.bed.requests_sent();
        assert!(sent > 0, "{method}");
        assert_eq!(usage.requests(), sent, "{method}");
        assert!(usage.capacity_units() >= 0.5 * f64::from(sent), "{method}: {} units", usage.capacity_units());
        self.methods.insert(method.to_owned());
        done
    }
}

fn event(id: &str, created_at: &str) -> AuditEvent {
    let json = record(id, created_at, "users", "u-1").to_string();
    let (id, created_at) = (EventId::parse(id).expect("an id"), Timestamp::parse_fixed(created_at).expect("a time"));
    EventInput::parse(&json).expect("an event").into_event(id, created_at, clock::now())
}

fn credential(account: &Account, client_id: &str) -> Credential {
    Credential {
        client_id: ClientId::parse(&format!("{}-{client_id}", account.id)).expect("a client id"),
        account: account.id.clone(),
        scopes: Scope::ALL.to_vec(),
        secret_hashes: vec![Secret::parse("a-secret-of-this-test").expect("a secret").hash()],
        created_at: Timestamp::MIN,
        revoked_at: None,
    }
}

fn act() -> Act {
    let ip_address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let principal = Principal { id: None, name: None, email: None, role: Role::Api, ip_address };
    let (client_id, event_id) = (ClientId::parse("c-1").expect("a client id"), EventId::parse("e-act").expect("an id"));
    Act { principal, client_id, on_behalf: false, event_id, now: clock::now() }
}

async fn ask_for_credentials(asked: &mut Asked<'_>, account: &Account) {
    let made = credential(account, "made");
    assert!(asked.of("create_credential", async |store, usage| store.create_credential(&made, usage).await).await);
    assert!(
        !asked
            .of("create_credential", async |store, usage| {
                let made = store.create_credential(&made, usage).await?;
                store.has_credentials(&account.id, usage).await.map(|_| made) // a refusal reports no capacity, the list entry does
            })
            .await
    );
    asked.of("credential", async |store, usage| store.credential(&made.client_id, usage).await).await;
    asked.of("credentials", async |store, usage| store.credentials(&account.id, usage).await).await;
    asked.of("has_credentials", async |store, usage| store.has_credentials(&account.id, usage).await).await;
    let other = [Secret::parse("another-secret-of-it").expect("a secret").hash()];
    asked.of("set_secrets", async |store, usage| store.set_secrets(&made, &other, usage).await).await;
    asked
        .of("revoke_credential", async |store, usage| {
            store.revoke_credential(&made.client_id, clock::now(), usage).await
        })
        .await;
    asked.of("accounts", async |store, usage| store.accounts(usage).await).await;
    asked.of("create_account", async |store, usage| store.create_account(&account.id, usage).await).await;
    assert!(asked.of("has_account", async |store, usage| store.has_account(&account.id, usage).await).await);
}

async fn ask_for_users(asked: &mut Asked<'_>, account: &AccountId) {
    let user = |id: &str| DashboardUser::parse(&user(id).to_string(), account).expect("a user");
    let change = UserChange { name: Some("Ada".to_owned()), ..UserChange::default() };
    asked.of("put_user", async |store, usage| store.put_user(account, &user("u-1"), usage).await).await;
    asked.of("create_user", async |store, usage| store.create_user(account, &user("u-2"), &act(), usage).await).await;
    let id = user("u-1").id;
    let act = Act { event_id: EventId::parse("e-change").expect("an id"), ..act() };
    asked.of("change_user", async |store, usage| store.change_user(account, &id, &change, &act, usage).await).await;
    asked.of("user", async |store, usage| store.user(account, &id, usage).await).await;
    asked.of("users", async |store, usage| store.users(account, None, 100, usage).await).await;
}

async fn ask_for_events(asked: &mut Asked<'_>, account: &AccountId) {
    let long_ago = [event("e-1", &at(1)), event("e-2", &at(2))];
    let recent = event("e-3", &clock::now().to_string());
    let key = IdempotencyKey::parse("k-1").expect("a key");
    let idempotency = Idempotency {
        key,
        request_hash: RequestHash::of(account, []),
        client_id: ClientId::parse("c-1").expect("a client id"),
    };
    let query = EventQuery {
        account: account.clone(),
        filter: EventFilter::Category(Category::Users),
        range: TimeRange { from: Timestamp::MIN, to: Some(clock::now()) },
        as_of: None,
    };
    asked.of("put_each", async |store, usage| store.put_each(account, &long_ago, usage).await).await;
    asked.of("put_event", async |store, usage| store.put_event(account, &recent, usage).await).await;
    asked
        .of("record", async |store, usage| {
            store.record(account, &[event("e-4", &at(4))], Some(&idempotency), clock::now(), usage).await
        })
        .await;
    asked
        .of("recorded_before", async |store, usage| {
            store.recorded_before(account, &idempotency, clock::now(), usage).await
        })
        .await;
    asked.of("roll", async |store, usage| store.roll(account, clock::now, || true, usage).await).await;
    asked.of("count", async |store, usage| store.count(&query, &[], usage).await).await;
    asked
        .of("page", async |store, usage| {
            let page: Result<EventPage, _> = store.page(&query, Order::Ascending, &Start::Edge, 1, usage).await;
            page
        })
        .await;
}

async fn ask_for_logs(asked: &mut Asked<'_>, account: &AccountId) {
    let event = EventRef::new("00", &format!("{}#e-1", at(1)), None);
    let entry = Entry::Event(event.clone(), Hash::of(&[b"x"]));
    let change = [Change { entry, number: None, created_at_s: Some(1), item_bytes: 500 }];
    let (now, day) = (clock::now, Day::parse("2024-01-01").expect("a day"));
    asked.of("append_to_log", async |store, usage| store.append_to_log(account, &change, now, usage).await).await;
    asked
        .of("append_to_log_known_below", async |store, usage| {
            store.append_to_log_known_below(account, 0, &change, now, usage).await
        })
        .await;
    asked
        .of("mark_logs_grown", async |store, usage| store.mark_logs_grown(&[account], "r-1", clock::now(), usage).await)
        .await;
    asked.of("log_end", async |store, usage| store.log_end(account, usage).await).await;
    asked.of("log_tail", async |store, usage| store.log_tail(account, usage).await).await;
    asked.of("log_entries", async |store, usage| store.log_entries(account, None, 0, 10, usage).await).await;
    asked
        .of("log_position_at", async |store, usage| store.log_position_at(account, Timestamp::MIN, 1, usage).await)
        .await;
    asked.of("events_at", async |store, usage| store.events_at(account, &[&event], usage).await).await;
    asked.of("newest_event", async |store, usage| store.newest_event(account, usage).await).await;
    asked.of("first_event_from", async |store, usage| store.first_event_from(account, "2024", usage).await).await;
    asked.of("event_items", async |store, usage| store.event_items(account, ("2024", "2025"), None, usage).await).await;
    asked.of("event_item", async |store, usage| store.event_item(account, "00", &event.sk, usage).await).await;
    let (to, days) =
        (ReconciledCursor { position: 1, is_first: true }, BTreeMap::from([(day, ReconciledDay::default())]));
    asked.of("fold_log", async |store, usage| store.fold_log(account, None, to, &days, usage).await).await;
    // DynamoDB Local charges nothing for a query that finds nothing, so these come after something is there.
    asked.of("reconciled_up_to", async |store, usage| store.reconciled_up_to(account, usage).await).await;
    asked.of("reconciled_days", async |store, usage| store.reconciled_days(account, usage).await).await;
}

async fn ask_for_proofs(asked: &mut Asked<'_>, account: &AccountId) {
    let (generation, key) = (Generation::FIRST, VerifierKey::new(Origin::parse("log").expect("a name"), [7; 32]));
    let log = LogOfRounds { generation, key, created_at: clock::now(), continues: None };
    asked.of("put_log_of_rounds", async |store, usage| store.put_log_of_rounds(&log, usage).await).await;
    asked.of("logs_of_rounds", async |store, usage| store.logs_of_rounds(usage).await).await;

    let (run, tree) = (Run::parse("01737edb-358b-7000-8000-000000000001").expect("a run"), Tree::Account(account));
    let heads = Heads::from([(account.clone(), Head { size: 1, root: Hash::of(&[b"x"]) })]);
    let parts =
        asked.of("put_heads", async |store, usage| store.put_heads(generation, run, true, &heads, usage).await).await;
    let entry = RoundEntry::Round(Round { sealed_at: clock::now(), map_root: Hash::of(&[b"x"]), run });
    let sealed = Sealed { pad: Pad::new([7; 32]), snapshot: run, parts, dirty_from: clock::now() };
    let round = RoundItem { index: 0, entry, sealed: Some(sealed) };
    asked.of("put_round", async |store, usage| store.put_round(generation, &round, usage).await).await;
    asked.of("last_round", async |store, usage| store.last_round(generation, usage).await).await;
    asked.of("rounds", async |store, usage| store.rounds(generation, 0, 1, usage).await).await;
    let whole =
        asked.of("sealed_heads_at", async |store, usage| store.sealed_heads_at(generation, &round, usage).await).await;
    assert_eq!(whole.rounds, 1);
    let sealed = asked.of("heads_at", async |store, usage| store.heads_at(generation, &round, usage).await).await;
    assert_eq!(sealed, heads);
    let sealed =
        asked.of("sealed_heads_at", async |store, usage| store.sealed_heads_at(generation, &round, usage).await).await;
    assert_eq!((sealed.heads, sealed.rounds), (heads, 1));

    asked.of("newest_generation", async |store, usage| store.newest_generation(usage).await).await;
    let sealed = asked
        .of("sealed_round", async |store, usage| store.sealed_round(generation, (1, "a note".to_owned()), usage).await)
        .await;
    assert_eq!(sealed.map(|sealed| sealed.size), Some(1));
    let proved = asked.of("proved_entry", async |store, usage| store.proved_entry(account, 0, 1, usage).await).await;
    assert_eq!((proved.0.position, proved.1), (0, Vec::new()));

    asked.of("put_checkpoint", async |store, usage| store.put_checkpoint(generation, 1, "a note", usage).await).await;
    asked.of("checkpoint", async |store, usage| store.checkpoint(generation, None, usage).await).await;
    let grown = asked.of("logs_grown", async |store, usage| store.logs_grown(clock::now(), usage).await).await;
    assert_eq!(grown, std::slice::from_ref(account));

    let node = (Node { height: 8, index: 0 }, Hash::of(&[b"x"]));
    asked.of("put_tree_nodes", async |store, usage| store.put_tree_nodes(tree, &[node], usage).await).await;
    let bundle = Tile { kind: Kind::Entries, index: 0, width: 1 };
    asked.of("log_bundle", async |store, usage| store.log_bundle(tree, bundle, usage).await).await;
    let tile = Tile { kind: Kind::Hashes(1), index: 0, width: 1 };
    let read = asked.of("tree_tile", async |store, usage| store.tree_tile(tree, tile, usage).await).await;
    assert_eq!(read, Some(vec![node.1]));
    let leaf = Node { height: 0, index: 0 };
    asked.of("tree_nodes", async |store, usage| store.tree_nodes(tree, 1, &[leaf], usage).await).await;
    let frontier = asked.of("tree_frontier", async |store, usage| store.tree_frontier(tree, 1, usage).await).await;
    assert_eq!(frontier.size(), 1);
}

/// The names after `pub async fn` in the sources of a folder.
fn public_methods(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let of_file = |path: PathBuf| {
        let text = fs::read_to_string(path).expect("a source");
        let names = text.split("pub async fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
        names.map(ToOwned::to_owned).collect()
    };
    entries.flat_map(|path| if path.is_dir() { public_methods(&path) } else { of_file(path) }).collect()
}

#[tokio::test]
async fn whatever_is_asked_of_the_store_is_counted() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let mut asked = Asked { bed: &bed, methods: BTreeSet::new() };

        ask_for_credentials(&mut asked, &account).await;
        ask_for_users(&mut asked, &account.id).await;
        ask_for_events(&mut asked, &account.id).await;
        ask_for_logs(&mut asked, &account.id).await;
        ask_for_proofs(&mut asked, &account.id).await;
        ask_for_destinations(&mut asked, &account.id).await;
        ask_for_the_viewer(&mut asked, &account.id).await;

        let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/src/store");
        assert_eq!(asked.methods, public_methods(&store), "{}: every public method is asked here", bed.engine);
    }
}
