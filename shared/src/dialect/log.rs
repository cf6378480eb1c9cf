//! What proves the log, read over HTTP: checkpoint and tiles of the log of rounds for everybody, and for an account the head of its
//! log, its tiles, proofs of its entries, and the events themselves as they are stored.
//!
//! ```text
//! GET /log/checkpoint                                  signed note, the newest there is
//! GET /log/tile/<level>/<index>[.p/<width>]            hashes of the log of rounds; entries/<index>… for its entries
//! GET /log/account/head[?size=<size of the log of rounds>]
//! GET /log/account/tile/…                              as above, of the account's log up to its newest signed head
//! GET /log/account/proof?position=… or ?created_at=…&id=…[&item=true]
//! GET /log/account/items?from=<position>
//! ```
//!
//! Paths, tiles and checkpoint are those of C2SP's tlog-tiles; heads and proofs are the files of [`proof::file`](crate::proof::file).

mod account;
mod error;
mod found;
mod items;
mod public;
mod query;
mod standing;

pub use error::LogError;
pub use items::LINES_MAX;
pub use standing::{REDACTION_LOOKED_FOR, Standing, redacted_at, standing};

use crate::credential::Scope;
use crate::dialect::log::query::{AccountQuery, Asked};
use crate::dialect::trail;
use crate::http::exchange::{Answer, Exchange};
use lambda_http::Request;

/// Answers one request for any of the paths. Those of an account ask for the scope `audit:read` before they look at parameters.
///
/// # Errors
/// [`LogError`], by variant.
pub async fn read(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, LogError> {
    let asked = match Asked::of(request)? {
        Asked::Checkpoint => {
            query::without_parameters(request)?;
            return public::checkpoint(exchange).await;
        }
        Asked::Tile => return public::tile(exchange, query::tile(request)?).await,
        Asked::OfAccount(asked) => asked,
    };
    let account = trail::authenticate(exchange, request, Scope::AuditRead).await?.account;
    match AccountQuery::read(asked, request)? {
        AccountQuery::Head { size } => account::head(exchange, &account, size).await,
        AccountQuery::Tile(tile) => account::tile(exchange, &account, tile).await,
        AccountQuery::Proof { of, with_item } => account::proof(exchange, &account, &of, with_item).await,
        AccountQuery::Items { from } => items::items(exchange, &account, from).await,
    }
}
