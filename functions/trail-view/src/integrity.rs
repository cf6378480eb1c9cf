//! How far the account's log is sealed, and what its reader needs to check that without us.

use crate::error::Why;
use crate::guest::Guest;
use crate::layout::{self, Shown};
use crate::route::Place;
use crate::text::foreign;
use crate::visit::Visit;
use crate::when;
use lambda_http::http::StatusCode;
use maud::{Markup, html};
use shared::http::exchange::{Answer, Exchange};
use shared::process::sealed_rounds::Sealing;
use shared::proof::file::HeadProof;
use shared::values::timestamp::Timestamp;

const MS_PER_MINUTE: i64 = 60_000;

/// The page: the last checkpoint, its age, the size of the log, the key, and the commands.
///
/// # Errors
/// [`Why::NoPage`] in the session of a link; the others by variant.
pub(crate) async fn page(exchange: &Exchange<'_>, visit: &Visit, guest: &Guest) -> Result<Answer, Why> {
    if guest.place != Place::SignedIn {
        return Err(Why::NoPage);
    }
    let (store, usage, account) = (exchange.store(), &exchange.usage, &guest.session.account);
    let (sealing, logs, end) = tokio::try_join!(
        exchange.sealed_rounds().at(store, None, usage),
        store.logs_of_rounds(usage),
        store.log_end(account, usage),
    )?;
    let key = logs.last().map(|log| log.key.to_string());
    let body = html! {
        h1 { "Integrity" }
        @match sealing {
            Sealing::Round(round) => (sealed(&round.head(account), end.position, exchange.now)),
            Sealing::NoCheckpoint | Sealing::NoHeads | Sealing::NoSuchCheckpoint => {
                p.seal.waiting { "No checkpoint has been signed yet. The first one comes within minutes." }
            }
        }
        @if let Some(key) = key { (how_to_check(visit, &key)) }
    };
    let shown = Shown { title: "Integrity", place: Some(&guest.layout()), body, items: 1 };
    Ok(layout::answer(StatusCode::OK, &visit.site, shown))
}

fn sealed(head: &HeadProof, end: u64, now: Timestamp) -> Markup {
    let size = head.claim.head().map_or(0, |head| head.size);
    let minutes = (now.epoch_ms() - head.round.sealed_at.epoch_ms()).max(0) / MS_PER_MINUTE;
    let age = match minutes {
        0 => "less than a minute ago".to_owned(),
        1 => "a minute ago".to_owned(),
        minutes => format!("{} minutes ago", when::number(minutes.unsigned_abs())),
    };
    html! {
        section {
            h2 { "Last checkpoint" }
            dl.facts {
                dt { "Signed" } dd { (when::time(head.round.sealed_at)) " " span.muted { "(" (age) ")" } }
                dt { "Sealed entries" } dd { (when::number(size)) " of " (when::number(end)) }
                dt { "Round" } dd { (when::number(head.index)) }
            }
            details {
                summary { "The checkpoint, as it was signed" }
                pre { code { (foreign(&head.checkpoint)) } }
            }
        }
    }
}

fn how_to_check(visit: &Visit, key: &str) -> Markup {
    let url = visit.site.url("").unwrap_or_else(|| "https://…".to_owned());
    html! {
        section {
            h2 { "Check it yourself" }
            p { "The verifier key, for comparison: it proves something only if you have it from elsewhere too, such as by telephone." }
            pre { code { (foreign(key)) } }
            p { "Export the history with its proofs, then check it. The second command needs neither network nor credential." }
            pre { code { "audit export trail --proofs --url " (foreign(&url)) "\naudit verify trail --key log.key" } }
            p { "Keep " code { "trail/account/head" } ": next time, " code { "--checkpoint" } " shows that nothing below it was rewritten since." }
        }
    }
}
