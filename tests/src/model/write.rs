//! What is written, before a walk and meanwhile.

use super::row::Row;
use crate::records::{at, large};
use serde_json::json;

/// Event types of the events, and of the filters.
pub const EVENT_TYPES: [&str; 5] = ["INVITED_USER", "INVITED", "INVITED_USER_2", "A", "RESET_PASSWORD"];
/// Addresses of the events, and of the filters: in other letters, with a separator, and what that one is escaped as.
pub const EMAILS: [&str; 6] =
    ["ada@example.com", "Ada@Example.COM", "a#b@example.com", "a%23b@example.com", "żółć@例え.jp", "ŻÓŁĆ@例え.jp"];
/// Users that events are about, and of the filters. One is the beginning of another.
pub const USERS: [&str; 5] = ["u-1", "u-10", "u-1.x", "users", "u"];

/// When days are counted: those of the pools are closed then, but not that on which messages were sent.
pub const COUNTED_UNTIL: &str = "2024-01-05T01:30:00.000Z";

/// Many plain events, said in a few numbers, so that a failure soon shrinks to few.
#[derive(Debug, Clone)]
pub struct Crowd {
    /// How many.
    pub count: usize,
    /// How many of them share a time.
    pub tied: usize,
    /// When the first of them happened, in seconds of 2024.
    pub from_second: usize,
    /// What their ids begin with.
    pub letter: char,
    /// Their half of the network audit.
    pub category: &'static str,
    /// Whether they are nearly as large as events can be, so that 22 of them fill a page.
    pub are_large: bool,
}

impl Crowd {
    /// The events.
    pub fn rows(&self) -> Vec<Row> {
        let of = |pool: &[&'static str], number: usize| pool.get(number % pool.len()).copied().unwrap_or_default();
        let row = |number: usize| {
            let row = json!({
                "id": format!("{}-{number:03}", self.letter), "created_at": at(self.from_second + number / self.tied),
                "event_type": of(&EVENT_TYPES, number / 2 % 2), "event_description": "one of a crowd",
                "principal": {"email": of(&EMAILS, number % 2), "role": "MEMBER", "ip_address": "192.0.2.7"},
                "subject": {"category": self.category, "entity_key": "Network:Team", "entity_id": number.to_string(),
                    "user_id": of(&USERS, number % 4 / 3)},
            });
            Row(if self.are_large { large(row) } else { row })
        };
        (0..self.count).map(row).collect()
    }
}

/// What an account has before anybody walks.
#[derive(Debug, Clone)]
pub struct Past {
    /// Many plain events.
    pub crowd: Crowd,
    /// Events of every kind.
    pub rows: Vec<Row>,
    /// Plain users, `usr_000` on.
    pub users: usize,
    /// Users by id.
    pub user_ids: Vec<String>,
}

/// One write.
#[derive(Debug, Clone)]
pub struct Write {
    /// The account, by number.
    pub account: usize,
    /// What.
    pub what: What,
}

/// What is written, and through which function.
#[derive(Debug, Clone)]
pub enum What {
    /// `events-record`
    Record(Vec<Row>),
    /// `events-record`, which gives them ids and the time.
    RecordNow(Vec<Row>),
    /// `events-consume`
    Consume(Vec<Row>),
    /// `events-consume`, which gives them the message's id and time.
    ConsumeSent(Vec<Row>),
    /// Many, as `audit import events` puts them.
    Import(Crowd),
    /// The counts of the days before [`COUNTED_UNTIL`], as `counts-roll` writes them: nothing that a reader could see.
    CountDays,
    /// Users of those ids, as `audit import users` puts them.
    ImportUsers(Vec<String>),
    /// `dashboard-user-create`
    Create(Option<String>),
    /// `dashboard-user-update` of a user, by number.
    Update(usize, Change),
}

/// What is changed about a user.
#[derive(Debug, Clone)]
pub enum Change {
    /// The status.
    Status(&'static str),
    /// The name.
    Name(String),
}
