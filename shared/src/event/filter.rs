//! Which events of an account a reader asks for.

use crate::values::category::Category;
use crate::values::email::EmailAddress;
use crate::values::ids::{EventType, UserId};

/// What a reader asks for: each variant is answered by one partition of the table or of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventFilter {
    /// Every event of the account.
    All,
    /// Events of one type.
    Type(EventType),
    /// Events whose principal had one e-mail address, however it is spelled.
    Email(EmailAddress),
    /// Events that have both the address and the type.
    EmailAndType(EmailAddress, EventType),
    /// Events of one half of the network audit.
    Category(Category),
    /// Events of one half of the network audit that concern one user.
    Subject(Category, UserId),
}
