//! The network audit, in Vbrick Rev's shape: pages of CSV, oldest first, each naming where the next begins.

mod call;
mod chain;
mod csv;
mod error;

pub use chain::{LATE_PAGE_SIZE, PAGE_SIZE};
pub use csv::{HEADER, Line, PrincipalCell, render, render_lines};
pub use error::NetworkError;

use crate::event::filter::EventFilter;
use crate::http::exchange::{Answer, Exchange};
use crate::values::category::Category;
use call::{NetworkCall, authenticate, check_path, user_id};
use lambda_http::Request;

/// Answers with a page of one half of the audit, all users.
///
/// # Errors
/// [`NetworkError`], by variant.
pub async fn audit(exchange: &Exchange<'_>, request: &Request, category: Category) -> Result<Answer, NetworkError> {
    let account = authenticate(exchange, request).await?;
    check_path(request)?;
    NetworkCall::read(exchange, request, account, EventFilter::Category(category))?.answer(exchange).await
}

/// Answers with a page of one half of the audit, the user in the path.
///
/// # Errors
/// [`NetworkError`], by variant.
pub async fn audit_of_user(
    exchange: &Exchange<'_>,
    request: &Request,
    category: Category,
) -> Result<Answer, NetworkError> {
    let account = authenticate(exchange, request).await?;
    let filter = EventFilter::Subject(category, user_id(request)?);
    check_path(request)?;
    NetworkCall::read(exchange, request, account, filter)?.answer(exchange).await
}
