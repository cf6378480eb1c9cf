//! Where an event stands in the log of its account, and how far that is proved.

use crate::text::foreign;
use crate::when;
use maud::{Markup, html};
use shared::dialect::log::Standing;

/// The section, given the URL of the event's page.
pub(super) fn section(url: &str, standing: Option<&Standing>, is_redacted: bool) -> Markup {
    html! {
        section {
            h2 { "In the log" }
            @match standing {
                None => p.seal.waiting { "It has no position yet: an event gets one within seconds of being recorded." },
                Some(standing) => {
                    (seal(standing, is_redacted))
                    (place(url, standing))
                },
            }
        }
    }
}

fn seal(standing: &Standing, is_redacted: bool) -> Markup {
    let is_it = if is_redacted {
        "What is left, with the hashes of what is gone, is what the log took in"
    } else {
        "It is what the log took in"
    };
    html! {
        @if !standing.is_as_recorded {
            p.seal.broken role="alert" { "What stands here is not what the log took in: the event was altered after it was recorded." }
        } @else if standing.proof.is_some() {
            p.seal.good { (is_it) ", and the log up to here is sealed." @if is_redacted { " The proof holds as before." } }
        } @else {
            p.seal.waiting { (is_it) ". No checkpoint seals it yet; one is signed every few minutes." }
        }
    }
}

fn place(url: &str, Standing { logged, proof, .. }: &Standing) -> Markup {
    html! {
        dl.facts {
            dt { "Position" } dd { (when::number(logged.position)) }
            dt { "Appended" } dd { (when::time(logged.appended_at)) }
            @if let Some(proof) = proof {
                dt { "Sealed" } dd { (when::time(proof.head.round.sealed_at)) }
                dt { "Checkpoint" } dd { (checkpoint(&proof.head.checkpoint)) }
                dt { "Proof" }
                dd { a href=(format!("{url}/proof")) download { "Download the proof file" }
                    " " span.muted { "(check it with " code { "audit verify" } ")" } }
            }
        }
    }
}

/// The name of the log and its size, which are the first two lines of a checkpoint.
fn checkpoint(note: &str) -> Markup {
    let mut lines = note.lines();
    let (origin, size) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    html! { code { (foreign(origin)) } ", round " (foreign(size)) }
}
