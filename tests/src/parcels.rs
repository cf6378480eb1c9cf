//! Parcels of events for the senders of `events-deliver`, and the senders as the suites have them.

use crate::webhook_receiver::{HOST, Receiver};
use events_deliver::send::https::endpoint::{Endpoint, Reach};
use events_deliver::send::https::headers::ExtraHeaders;
use events_deliver::send::https::{Https, HttpsTarget, Resolver};
use events_deliver::send::signature::Secrets;
use events_deliver::send::{Line, Outcome, Parcel};
use shared::destination::secret::WebhookSecret;
use shared::log::hash::Hash;
use shared::values::destination_id::DestinationId;
use shared::values::format::Format;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// How long the senders of the suites wait for an answer that is to come: machines may be busy.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How long they wait for one that is not to come.
pub const IMPATIENCE: Duration = Duration::from_secs(2);

/// The secret of the Standard Webhooks libraries' own example.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The time at which parcels of the suites are sent.
pub fn now() -> Timestamp {
    Timestamp::parse_fixed("2026-05-01T09:30:00.500Z").expect("a time")
}

/// The lines of the positions from one to another.
pub fn lines(first: u64, last: u64) -> Vec<Line> {
    (first..=last).map(line).collect()
}

/// A line of that position.
pub fn line(position: u64) -> Line {
    let at = |text| Timestamp::parse_fixed(text).expect("a time");
    Line {
        position,
        appended_at: at("2026-05-01T09:29:00.000Z"),
        leaf: Hash::of_leaf(format!("entry {position}").as_bytes()),
        created_at: Some(at("2026-05-01T09:28:00.000Z")),
        kind: "INVITED_USER".to_owned(),
        text: format!(r#"{{"position":{position},"message":{{"n":12345678901234567890}}}}"#),
    }
}

/// What parcels of the suites belong to.
#[derive(Debug)]
pub struct Sender {
    /// The destination: `dst_0123456789abcdef`.
    pub destination: DestinationId,
    /// The account: `acc_demo`.
    pub account: AccountId,
}

impl Default for Sender {
    fn default() -> Self {
        Self {
            destination: DestinationId::parse("dst_0123456789abcdef").expect("an id"),
            account: AccountId::parse("acc_demo").expect("an id"),
        }
    }
}

impl Sender {
    /// The parcel of lines.
    pub fn parcel<'a>(&'a self, format: Format, lines: &'a [Line]) -> Parcel<'a> {
        Parcel { destination: &self.destination, account: &self.account, format, lines }
    }

    /// Sends the positions 7 and 8.
    pub async fn send(&self, https: &Https, target: &HttpsTarget) -> Outcome {
        https.send(target, &self.parcel(Format::Audit, &lines(7, 8)), now()).await
    }
}

/// A target of that URL that may have any address.
pub fn target(url: &str) -> HttpsTarget {
    HttpsTarget {
        endpoint: Endpoint::parse(url, Reach::Loopback).expect("a URL"),
        secrets: Secrets { current: WebhookSecret::parse(SECRET).expect("a secret"), previous: None },
        headers: ExtraHeaders::default(),
        is_private_allowed: true,
    }
}

/// What sends to a receiver, whose name has the address of this machine.
pub fn https(receiver: &Receiver) -> Https {
    https_by(receiver, vec![Ipv4Addr::LOCALHOST.into()])
}

/// The same, for a receiver that does not answer.
pub fn impatient(receiver: &Receiver) -> Https {
    let resolver = Resolver::of(|_| Box::pin(std::future::ready(Ok(vec![Ipv4Addr::LOCALHOST.into()]))));
    Https::new(Reach::Loopback).with(receiver.trust(), resolver, IMPATIENCE)
}

/// What sends to a receiver, whose name has these addresses.
pub fn https_by(receiver: &Receiver, addresses: Vec<IpAddr>) -> Https {
    let resolver = Resolver::of(move |name| {
        let addresses = if name == HOST { addresses.clone() } else { Vec::new() };
        Box::pin(std::future::ready(Ok(addresses)))
    });
    Https::new(Reach::Loopback).with(receiver.trust(), resolver, PATIENCE)
}
