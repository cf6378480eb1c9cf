//! Which events of an account a reader asks for.

use crate::values::category::Category;
use crate::values::email::EmailAddress;
use crate::values::ids::{EventType, UserId};

/// Which events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventFilter {
    /// All of the account.
    All,
    /// Of one type.
    Type(EventType),
    /// By the principal with one e-mail address.
    Email(EmailAddress),
    /// Both.
    EmailAndType(EmailAddress, EventType),
    /// Of one half of the network audit.
    Category(Category),
    /// Of one half of the network audit, about one user.
    Subject(Category, UserId),
}
