//! Lines on their way to the table together.

use crate::given_event::imported_event;
use futures_util::future::join_all;
use shared::event::AuditEvent;
use shared::process::clock;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::store::{Put, StoreError, TRANSACTION_ITEMS_MAX};
use shared::user::DashboardUser;
use shared::values::ids::AccountId;

/// What became of the lines of a batch, by number. Where one could not be written, the rest were not tried.
pub(super) type Settled = Vec<(u64, Result<Put, StoreError>)>;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Kind {
    /// `{"id"?, "email_address", "status", "created_at", "name"?, "role"?}`
    Users,
    /// `{"id"?, "created_at", "event_type", "event_description", "principal", "subject"?, "message"?, ...}`
    Events,
}

/// What a line asks for.
pub(super) enum Record {
    User(Box<DashboardUser>),
    Event(Box<AuditEvent>),
}

impl Record {
    /// Parses a line.
    pub(super) fn parse(text: &str, kind: Kind, account: &AccountId) -> Result<Self, String> {
        let record = match kind {
            Kind::Users => DashboardUser::parse(text, account).map(|user| Self::User(Box::new(user))),
            Kind::Events => imported_event(text, account, clock::now()).map(|event| Self::Event(Box::new(event))),
        };
        record.map_err(|faults| faults.to_string())
    }
}

/// Most lines in a batch: its events go in one transaction, with an item for each day that they are of. Lines in order are of
/// one day, or of two where it ends.
const LINES_MAX: usize = TRANSACTION_ITEMS_MAX - 2;

/// Bytes of lines after which a batch is full: a transaction takes 4 MB, with the keys of the indexes.
const BYTES_MAX: u64 = 2 * 1024 * 1024;

/// Lines of one kind.
#[derive(Default)]
pub(super) struct Chunk {
    users: Vec<(u64, DashboardUser)>,
    numbers: Vec<u64>,
    events: Vec<AuditEvent>,
    bytes: u64,
}

impl Chunk {
    /// Adds a line. If it does not fit, the batch so far, which leaves an empty one with that line in its place. Two lines
    /// with the same event or user do not fit together: a transaction takes an item once.
    pub(super) fn add(&mut self, number: u64, bytes: u64, record: Record) -> Option<Self> {
        let full = self.users.len() + self.events.len() == LINES_MAX || self.bytes + bytes > BYTES_MAX;
        let done = (full || self.has_same(&record)).then(|| std::mem::take(self));
        self.bytes += bytes;
        match record {
            Record::User(user) => self.users.push((number, *user)),
            Record::Event(event) => {
                self.numbers.push(number);
                self.events.push(*event);
            }
        }
        done
    }

    fn has_same(&self, record: &Record) -> bool {
        match record {
            Record::Event(event) => {
                self.events.iter().any(|other| (other.created_at, &other.id) == (event.created_at, &event.id))
            }
            Record::User(user) => self
                .users
                .iter()
                .any(|(_, other)| other.id == user.id || other.email_address.folded() == user.email_address.folded()),
        }
    }

    /// Writes what is not there yet: events in one transaction, each user in one with the guard of its address.
    pub(super) async fn put(self, store: &AuditStore, account: &AccountId) -> Settled {
        let usage = Usage::default();
        let users =
            self.users.iter().map(async |(number, user)| (*number, store.put_user(account, user, &usage).await));
        let users = join_all(users).await;
        match store.put_each(account, &self.events, &usage).await {
            Ok(puts) => users.into_iter().chain(self.numbers.into_iter().zip(puts.into_iter().map(Ok))).collect(),
            Err(error) => users.into_iter().chain(self.numbers.first().map(|number| (*number, Err(error)))).collect(),
        }
    }
}
