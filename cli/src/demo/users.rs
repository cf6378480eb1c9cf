//! The users of the demo.

use super::shape::{USERS, hour};
use shared::input::faults::Faults;
use shared::user::{DashboardUser, UserStatus};
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

/// Names that test a reader: other alphabets, accents, apostrophes, commas and quotes.
const NAMES: [&str; 10] = [
    "Ada Lovelace",
    "Zoë Müller",
    "Łukasz Żółć",
    "Åse Ødegård",
    "O'Brien, Siobhán",
    "Γιώργος Παπαδόπουλος",
    "王小明",
    "محمد علي",
    "José \"Pepe\" Núñez",
    "Çağla Öztürk",
];

const ROLES: [&str; 4] = ["ADMIN", "DEVELOPER", "MEMBER", "SUPPORT"];

/// Id of the user with that number.
pub(super) fn id(number: usize) -> String {
    format!("usr_demo_{number:02}")
}

/// Address of the user with that number.
pub(super) fn email(number: usize) -> String {
    format!("user{number:02}@example.com")
}

/// Name of the user with that number.
pub(super) fn name(number: usize) -> &'static str {
    turn(&NAMES, number)
}

/// Role of the user with that number.
pub(super) fn role(number: usize) -> &'static str {
    turn(&ROLES, number)
}

/// The item at that number of an endlessly repeated list.
pub(super) fn turn<T: Copy>(items: &[T], number: usize) -> T {
    *items.iter().cycle().nth(number % items.len()).expect("a list that is not empty has a next item")
}

/// Every user of the demo. Each status has its turn, and the users were created over the year before now.
pub(super) fn users(account: &AccountId, now: Timestamp) -> Result<Vec<DashboardUser>, Faults> {
    let user = |number: usize| {
        let status = turn(UserStatus::ALL, number).as_str();
        let days_ago = 365 - number as i64 * 9;
        let created_at = Timestamp::from_epoch_ms(hour(now) - days_ago * 86_400_000).unwrap_or(Timestamp::MIN);
        let line = serde_json::json!({
            "id": id(number), "email_address": email(number), "status": status, "created_at": created_at.to_string(),
            "name": name(number), "role": role(number),
        });
        DashboardUser::parse(&line.to_string(), account)
    };
    (0..USERS).map(user).collect()
}
