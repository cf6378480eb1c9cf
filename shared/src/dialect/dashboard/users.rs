//! Users as the dashboard dialect shows them, and the cursors of their list.

use super::DashboardError;
use crate::http::cursor::{Cursor, Listing};
use crate::http::exchange::{Answer, Exchange};
use crate::store::UserPage;
use crate::user::DashboardUser;
use crate::values::ids::{AccountId, UserId};
use crate::values::timestamp::Timestamp;
use lambda_http::http::StatusCode;
use serde::Serialize;

/// Users in a page.
pub const PAGE_SIZE: usize = 100;

#[derive(Serialize)]
struct User<'a> {
    id: &'a str,
    created_at: Timestamp,
    email_address: &'a str,
    status: &'static str,
}

#[derive(Serialize)]
struct OneUser<'a> {
    #[serde(flatten)]
    user: User<'a>,
    request_id: &'a str,
}

#[derive(Serialize)]
struct Users<'a> {
    dashboard_users: Vec<User<'a>>,
    next_cursor: Option<String>,
    request_id: &'a str,
}

impl<'a> From<&'a DashboardUser> for User<'a> {
    fn from(user: &'a DashboardUser) -> Self {
        Self {
            id: user.id.as_str(),
            created_at: user.created_at,
            email_address: user.email_address.as_str(),
            status: user.status.as_str(),
        }
    }
}

/// The answer with one user: `{id, created_at, email_address, status, request_id}`.
pub fn one(exchange: &Exchange<'_>, user: &DashboardUser) -> Answer {
    let body = OneUser { user: user.into(), request_id: exchange.request_id.as_str() };
    let body = serde_json::to_string(&body).expect("an object of strings serialises");
    Answer { items: 1, ..Answer::json(StatusCode::OK, body) }
}

/// The answer with a page of users: `{dashboard_users, next_cursor, request_id}`.
pub fn page(exchange: &Exchange<'_>, page: &UserPage, next_cursor: Option<String>) -> Answer {
    let body = Users {
        dashboard_users: page.users.iter().map(User::from).collect(),
        next_cursor,
        request_id: exchange.request_id.as_str(),
    };
    let body = serde_json::to_string(&body).expect("an object of strings serialises");
    Answer { items: page.users.len(), ..Answer::json(StatusCode::OK, body) }
}

fn listing(exchange: &Exchange<'_>, account: &AccountId) -> Listing {
    Listing::new(exchange.endpoint, account)
}

/// The user behind whom a cursor stands.
///
/// # Errors
/// [`DashboardError::InvalidField`] if it is not a cursor of this list.
pub fn position(exchange: &Exchange<'_>, account: &AccountId, cursor: &str) -> Result<UserId, DashboardError> {
    match Cursor::decode(cursor, &listing(exchange, account)) {
        Ok(Cursor::Users(id)) => Ok(id),
        _ => {
            let accepted = "cursor must be the next_cursor of an earlier page, or null for the first";
            Err(DashboardError::InvalidField(accepted.to_owned()))
        }
    }
}

/// The cursor behind the last user of a page, if there are more.
pub fn cursor_after(exchange: &Exchange<'_>, account: &AccountId, page: &UserPage) -> Option<String> {
    let last = page.users.last().filter(|_| page.more)?;
    Some(Cursor::Users(last.id.clone()).encode(&listing(exchange, account)))
}
