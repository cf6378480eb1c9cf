//! What can be asked of the directory: a new user, or a change to one; and which moves of a status are legal.

use crate::event::Role;
use crate::user::{DashboardUser, UserStatus};
use crate::values::email::EmailAddress;
use crate::values::ids::UserId;
use crate::values::timestamp::Timestamp;

/// What a caller says of a user that it wants made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The address, which no other user of the account may have.
    pub email_address: EmailAddress,
    /// The name that people know it by.
    pub name: Option<String>,
    /// Its role.
    pub role: Option<Role>,
}

impl NewUser {
    /// The user as it is made: invited, at that time.
    pub fn invited(self, id: UserId, at: Timestamp) -> DashboardUser {
        let Self { email_address, name, role } = self;
        let (status, changed_at) = (UserStatus::Invited, Some(at));
        DashboardUser { id, created_at: at, email_address, status, name, role, changed_at }
    }
}

/// What a caller wants changed of a user. What is absent stays as it is, so nothing can be taken away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// Another status, which must be one that the present one may move to.
    pub status: Option<UserStatus>,
    /// Another address, or the same in other letters.
    pub email_address: Option<EmailAddress>,
    /// Another name that people know it by.
    pub name: Option<String>,
    /// Another role.
    pub role: Option<Role>,
}

/// The status that is asked for cannot follow the one that the user has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of {} for a user who is {}", names(accepted(*from)), from.as_str())]
pub struct IllegalMove {
    from: UserStatus,
}

fn names(statuses: impl Iterator<Item = UserStatus>) -> String {
    statuses.map(UserStatus::as_str).collect::<Vec<_>>().join(", ")
}

impl UserChange {
    /// The user as the change leaves it, or nothing if it changes nothing.
    ///
    /// The time of the change is `now`, or the first millisecond after the user's last change if that is later: two changes
    /// of one user never share a millisecond, whatever the clocks say, so the order of its events is that of its changes.
    ///
    /// # Errors
    /// [`IllegalMove`] if the status cannot follow the one that the user has.
    pub fn apply(&self, user: &DashboardUser, now: Timestamp) -> Result<Option<DashboardUser>, IllegalMove> {
        let status = self.status.unwrap_or(user.status);
        if !accepted(user.status).any(|accepted| accepted == status) {
            return Err(IllegalMove { from: user.status });
        }
        let changed = DashboardUser {
            status,
            email_address: self.email_address.as_ref().unwrap_or(&user.email_address).clone(),
            name: self.name.as_ref().or(user.name.as_ref()).cloned(),
            role: self.role.or(user.role),
            ..user.clone()
        };
        if changed == *user {
            return Ok(None);
        }
        let after_the_last = user.changed_at.map(|last| last.plus_ms(1).unwrap_or(Timestamp::MAX));
        Ok(Some(DashboardUser { changed_at: after_the_last.max(Some(now)), ..changed }))
    }
}

/// The statuses that can follow one: itself, and where it may move.
fn accepted(from: UserStatus) -> impl Iterator<Item = UserStatus> {
    let may_move = move |to| match (from, to) {
        (UserStatus::Invited | UserStatus::Deactivated, UserStatus::Active)
        | (UserStatus::Invited | UserStatus::Active, UserStatus::Deactivated) => true,
        (UserStatus::Invited | UserStatus::Active | UserStatus::Deactivated, _) => from == to,
    };
    UserStatus::ALL.iter().copied().filter(move |to| may_move(*to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::ids::AccountId;

    fn user(status: &str) -> DashboardUser {
        let line = format!(
            r#"{{"id":"u-1","email_address":"ada@example.com","status":"{status}","created_at":"2020-07-24T03:26:02Z"}}"#
        );
        DashboardUser::parse(&line, &AccountId::parse("acme").expect("an account id")).expect("a user")
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_epoch_ms(ms).expect("a time")
    }

    fn named(name: &str) -> UserChange {
        UserChange { name: Some(name.to_owned()), ..UserChange::default() }
    }

    #[test]
    fn these_moves_are_legal_and_no_others() {
        use UserStatus::{Active, Deactivated, Invited};
        let mut moved = Vec::new();
        for &from in UserStatus::ALL {
            for &to in UserStatus::ALL {
                let change = UserChange { status: Some(to), ..UserChange::default() };
                match change.apply(&user(from.as_str()), at(1)) {
                    Ok(Some(after)) => moved.push((from, after.status)),
                    Ok(None) => assert_eq!(from, to),
                    Err(error) => assert_eq!((error, to), (IllegalMove { from }, Invited)),
                }
            }
        }
        assert_eq!(moved, [(Invited, Active), (Invited, Deactivated), (Active, Deactivated), (Deactivated, Active)]);
        assert_eq!(
            IllegalMove { from: Deactivated }.to_string(),
            "must be one of active, deactivated for a user who is deactivated"
        );
    }

    #[test]
    fn what_is_absent_stays_and_what_changes_nothing_is_no_change() {
        let before = DashboardUser { name: Some("Ada".to_owned()), role: Some(Role::Admin), ..user("active") };
        assert_eq!(UserChange::default().apply(&before, at(1)), Ok(None));
        assert_eq!(named("Ada").apply(&before, at(1)), Ok(None));

        let after = named("Grace").apply(&before, at(1)).expect("a legal change").expect("a change");
        assert_eq!(after, DashboardUser { name: Some("Grace".to_owned()), changed_at: Some(at(1)), ..before });
    }

    #[test]
    fn every_change_is_later_than_the_last_whatever_the_clock_says() {
        let changed_at = |last, now| {
            let before = DashboardUser { changed_at: last, ..user("active") };
            named("x").apply(&before, at(now)).expect("a legal change").expect("a change").changed_at
        };
        assert_eq!(changed_at(None, 7), Some(at(7)));
        assert_eq!(changed_at(Some(at(6)), 7), Some(at(7)));
        assert_eq!(changed_at(Some(at(7)), 7), Some(at(8)));
        assert_eq!(changed_at(Some(at(9)), 7), Some(at(10)));
    }
}
