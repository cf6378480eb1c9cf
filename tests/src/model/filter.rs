//! What is asked for, and whether an event of the model is it.

use super::row::Row;
use crate::account::Account;
use crate::call::Call;

/// A bound of a range of time.
#[derive(Debug, Clone)]
pub struct Bound {
    /// As it is written in the request.
    pub given: String,
    /// The same in fixed width, UTC, to the microsecond: `2024-01-01T00:00:00.000500`.
    pub instant: String,
}

/// What is asked of the trail.
#[derive(Debug, Clone, Default)]
pub struct TrailFilter {
    /// `event_type`
    pub event_type: Option<&'static str>,
    /// `user_email`
    pub user_email: Option<&'static str>,
    /// `start_date`, not in the range.
    pub start_date: Option<Bound>,
    /// `end_date`, not in the range.
    pub end_date: Option<Bound>,
}

/// What is asked of the network audit.
#[derive(Debug, Clone)]
pub struct NetworkFilter {
    /// `users` or `userAccess`
    pub category: &'static str,
    /// The user in the path.
    pub user: Option<&'static str>,
    /// `fromDate`, in the range.
    pub from: Bound,
    /// `toDate`, not in the range.
    pub to: Bound,
}

/// When it happened, as wide as the instant of a [`Bound`].
fn instant(row: &Row) -> String {
    format!("{}000", row.place().0.trim_end_matches('Z'))
}

impl TrailFilter {
    /// Whether the event is asked for.
    pub fn matches(&self, row: &Row) -> bool {
        let at = instant(row);
        let email = row.text("/principal/email").map(str::to_lowercase);
        self.event_type.is_none_or(|wanted| row.text("/event_type") == Some(wanted))
            && self.user_email.is_none_or(|wanted| email == Some(wanted.to_lowercase()))
            && self.start_date.as_ref().is_none_or(|start| at > start.instant)
            && self.end_date.as_ref().is_none_or(|end| at < end.instant)
    }

    /// The call that asks.
    pub fn call(&self, account: &Account, category: Option<&str>) -> Call {
        let call = category.map_or_else(|| Call::trail(account), |category| Call::trail_of(account, category));
        let given = |bound: &'_ Option<Bound>| bound.as_ref().map(|bound| bound.given.clone());
        let parameters = [
            ("event_type", self.event_type.map(ToOwned::to_owned)),
            ("user_email", self.user_email.map(ToOwned::to_owned)),
            ("start_date", given(&self.start_date)),
            ("end_date", given(&self.end_date)),
        ];
        let given = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        given.fold(call, |call, (name, value)| call.query(name, &value))
    }

    /// Filters that say one thing other than this one, whether it has it or not. What they leave out, they do not deny.
    pub fn others(&self) -> [Self; 4] {
        let bound = |text: &str| Some(Bound { given: text.to_owned(), instant: String::new() });
        [
            Self { event_type: Some("NEVER_HAPPENED"), ..Self::default() },
            Self { user_email: Some("nobody@example.com"), ..self.clone() },
            Self { start_date: bound("1999-12-31"), ..self.clone() },
            Self { end_date: bound("2099-01-02"), ..Self::default() },
        ]
    }
}

impl NetworkFilter {
    /// Whether the event is asked for.
    pub fn matches(&self, row: &Row) -> bool {
        let at = instant(row);
        row.text("/subject/category") == Some(self.category)
            && self.user.is_none_or(|wanted| row.text("/subject/user_id") == Some(wanted))
            && at >= self.from.instant
            && at < self.to.instant
    }

    /// The call that asks.
    pub fn call(&self, account: &Account) -> Call {
        let call = match self.category {
            "users" => Call::users_audit(account, self.user),
            _ => Call::user_access_audit(account, self.user), // there are two
        };
        call.query_instead("fromDate", &self.from.given).query_instead("toDate", &self.to.given)
    }

    /// Filters of other endpoints and about other users.
    pub fn others(&self) -> [Self; 2] {
        let category = if self.category == "users" { "userAccess" } else { "users" };
        let user = if self.user.is_none() { Some("u-1") } else { None };
        [Self { category, ..self.clone() }, Self { user, ..self.clone() }]
    }
}
