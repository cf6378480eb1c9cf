//! A consumer of the stream that is killed before or behind any of its requests, or loses any answer; what it did not finish comes
//! again, whole, in halves, to two at once. The logs then say what happened, each once.

#![expect(clippy::indexing_slicing, reason = "the records and accounts are the test's own")]

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use shared::process::clock;
use shared::store::usage::Usage;
use tests::cut_line::{Cut, CutLine};
use tests::marks::marks;
use tests::records::{at, event};
use tests::stream::{append, batch, insert, remove};
use tests::{Account, Bed};

/// More than one batch of two accounts needs: a look at each log, an item put in each, and a mark.
const REQUESTS: u32 = 6;

/// What its first half needs, which is of one account: a look at the log, an item and a mark.
const REQUESTS_OF_HALF: u32 = 3;

const SUCCESS: &str = r#"{"batchItemFailures":[]}"#;

/// Two accounts, and a batch of the changes of both: an event comes, goes and comes again; two others just come.
struct Case {
    accounts: [Account; 2],
    records: Vec<Value>,
}

impl Case {
    async fn new(bed: &Bed) -> Self {
        let accounts = [bed.account().await, bed.account().await];
        bed.record(&accounts[0], &[event("a", &at(1)), event("b", &at(2))]).await;
        bed.record(&accounts[1], &[event("c", &at(3))]).await;
        let (of_first, of_second) = (bed.event_items(&accounts[0]).await, bed.event_items(&accounts[1]).await);
        let [a, b] = of_first.as_slice() else { panic!("there are two") };
        let records = vec![
            now(insert(1, a)),
            now(insert(2, b)),
            now(remove(3, a)),
            now(insert(4, &of_second[0])),
            now(insert(5, a)),
        ];
        Self { accounts, records }
    }

    fn batch(&self) -> String {
        batch(&self.records)
    }

    fn halves(&self) -> [String; 2] {
        let (first, second) = self.records.split_at(2);
        [batch(first), batch(second)]
    }

    /// What happened is in the logs, each once and behind what happened before it, and both are marked as grown.
    async fn assert_whole(&self, bed: &Bed, what: &str) {
        assert_eq!(
            said(bed, &self.accounts[0]).await,
            ["event/1 a", "event/1 b", "removed/1 a", "event/1 a"],
            "{what}"
        );
        assert_eq!(said(bed, &self.accounts[1]).await, ["event/1 c"], "{what}");
        for account in &self.accounts {
            assert!(marks(bed, account).await > 0, "{what}");
        }
    }
}

/// The same record of a change that was made just now: one that comes late may be left to `log-reconcile`.
fn now(mut record: Value) -> Value {
    record["dynamodb"]["ApproximateCreationDateTime"] = json!(clock::now().epoch_ms() / 1_000);
    record
}

/// The kind of each entry, and the id of its event.
async fn said(bed: &Bed, account: &Account) -> Vec<String> {
    let entries = bed.store().log_entries(&account.id, None, 0, 1_000, &Usage::default()).await.expect("a log");
    assert!(entries.iter().zip(0..).all(|(entry, position)| entry.position == position), "{entries:?}");
    let said = |text: String| {
        let words: Vec<_> = text.split(' ').collect();
        format!("{} {}", words[0], words[2].rsplit('#').next().expect("an id"))
    };
    entries.iter().map(|logged| said(logged.entry.to_string())).collect()
}

#[tokio::test]
async fn a_consumer_that_is_killed_at_any_request_leaves_nothing_twice_and_nothing_out() {
    let bed = Bed::with_own_table().await;
    for cut in Cut::ALL {
        join_all((1..=REQUESTS).map(|at| killed(&bed, cut, at))).await;
    }
}

async fn killed(bed: &Bed, cut: Cut, at: u32) {
    let (case, what) = (Case::new(bed).await, format!("{cut:?} {at}"));
    let line = CutLine::start(bed, at, cut).await;

    let killed = append(&line.app(bed), &case.batch()).await.expect("a batch of the stream");

    assert_eq!(line.is_cut(), at < REQUESTS, "{what}: {killed}");
    let says_so = at == REQUESTS || cut == Cut::LosesAnswer;
    assert_eq!(killed == SUCCESS, says_so, "{what}: {killed}");
    if says_so {
        case.assert_whole(bed, &what).await;
    }
    for again in case.halves() {
        assert_eq!(append(&bed.app, &again).await.as_deref(), Ok(SUCCESS), "{what}");
    }
    case.assert_whole(bed, &what).await;
    assert_eq!(append(&bed.app, &case.batch()).await.as_deref(), Ok(SUCCESS), "{what}");
    case.assert_whole(bed, &what).await;
}

#[tokio::test]
async fn two_consumers_that_are_killed_at_any_two_requests_leave_nothing_twice_and_nothing_out() {
    let bed = Bed::with_own_table().await;
    for one in 1..REQUESTS {
        join_all((1..=REQUESTS_OF_HALF).map(|other| both_killed(&bed, (one, Cut::After), (other, Cut::Before)))).await;
    }
}

async fn both_killed(bed: &Bed, one: (u32, Cut), other: (u32, Cut)) {
    let (case, what) = (Case::new(bed).await, format!("{one:?} and {other:?}"));
    let lines = (CutLine::start(bed, one.0, one.1).await, CutLine::start(bed, other.0, other.1).await);
    let apps = (lines.0.app(bed), lines.1.app(bed));
    let (whole, [first_half, _]) = (case.batch(), case.halves());

    let (killed, cut_short) = join(append(&apps.0, &whole), append(&apps.1, &first_half)).await;
    assert!(killed.is_ok() && cut_short.is_ok(), "{what}");
    let (again, at_once) = join(append(&bed.app, &whole), append(&bed.app, &whole)).await;

    assert_eq!((again.as_deref(), at_once.as_deref()), (Ok(SUCCESS), Ok(SUCCESS)), "{what}");
    case.assert_whole(bed, &what).await;
}

#[tokio::test]
async fn a_mark_that_a_killed_consumer_did_not_make_is_made_by_the_next_one() {
    let bed = Bed::with_own_table().await;
    let case = Case::new(&bed).await;
    let line = CutLine::start(&bed, 5, Cut::Before).await;

    let killed = append(&line.app(&bed), &case.batch()).await;

    assert_eq!(killed.as_deref(), Ok(r#"{"batchItemFailures":[{"itemIdentifier":"1001"}]}"#));
    assert_eq!(said(&bed, &case.accounts[1]).await, ["event/1 c"], "it is in the log");
    assert_eq!(marks(&bed, &case.accounts[1]).await, 0, "and not marked");
    assert_eq!(append(&bed.app, &case.batch()).await.as_deref(), Ok(SUCCESS));
    assert_eq!(marks(&bed, &case.accounts[1]).await, 1);
}
