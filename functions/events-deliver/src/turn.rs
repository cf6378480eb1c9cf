//! One destination in one call: what is read, held, sent and noted, parcel by parcel.

use crate::ahead::Ahead;
use crate::run::{Run, TIME_OF_A_PARCEL};
use crate::send::{Outcome, Parcel, Plan, Target, Why};
use crate::target::target;
use shared::destination::Destination;
use shared::destination::change::Deed;
use shared::destination::progress::Lease;
use shared::event::recorder::Recorder;
use shared::event::{Principal, Role};
use shared::process::event_ids::event_ids;
use shared::process::log;
use shared::process::request_id::RequestId;
use shared::store::{DestinationError, Held, Sent, StoreError};
use shared::values::timestamp::Timestamp;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

/// How long others keep away from a destination, from the last write on: longer than a parcel and its writes take.
pub const HELD_FOR: Duration = Duration::from_secs(60);

/// Bytes of text that are read ahead of a bucket: an object, and the line behind it.
const AHEAD_OF_OBJECTS: usize = crate::send::s3::OBJECT_BYTES + 1;

/// Bytes of text that are read ahead of everything else: a dozen webhooks.
const AHEAD_OF_OTHERS: usize = 256 * 1024;

/// What became of a destination in a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Turned {
    pub(crate) events: u64,
    pub(crate) parcels: u64,
    /// It did not take what it was sent.
    pub(crate) is_refusing: bool,
    /// Its last try failed.
    pub(crate) is_failing: bool,
    /// Something of ours kept it from getting anything.
    pub(crate) is_ours_to_mend: bool,
    pub(crate) lag: Lag,
}

/// How far a destination is behind what is due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lag {
    pub(crate) events: u64,
    pub(crate) ms: u64,
}

impl Lag {
    /// The lag of a destination that is not worked on.
    pub(crate) async fn of(run: &Run<'_>, destination: &Destination) -> Result<Self, StoreError> {
        let (account, position) = (&destination.account, destination.progress.position);
        let entries = run.store.log_entries(account, None, position, position.saturating_add(1), &run.usage).await?;
        match entries.first() {
            Some(first) => Self::since(run, destination, first.appended_at).await,
            None => Ok(Self::default()),
        }
    }

    async fn since(run: &Run<'_>, destination: &Destination, oldest: Timestamp) -> Result<Self, StoreError> {
        let end = run.store.log_end(&destination.account, &run.usage).await?.position;
        let ms = run.now().epoch_ms().saturating_sub(oldest.epoch_ms()).max(0).unsigned_abs();
        Ok(Self { events: end.saturating_sub(destination.progress.position), ms })
    }
}

/// A destination that is worked on.
pub(crate) struct Turn<'a> {
    run: &'a Run<'a>,
    /// As it was last read or written.
    destination: Destination,
    holder: String,
    is_held: bool,
    ahead: Ahead,
    turned: Turned,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(run: &'a Run<'a>, destination: Destination) -> Self {
        let ahead = Ahead::at(destination.progress.position);
        let is_failing = destination.progress.failing.is_some();
        let turned = Turned { is_failing, ..Turned::default() };
        Self { run, destination, holder: RequestId::random().to_string(), is_held: false, ahead, turned }
    }

    /// Sends what is due, until there is nothing more, or no time, or the destination does not take it.
    ///
    /// Once it has let go of a destination it looks again: whoever came meanwhile found it held, and went.
    pub(crate) async fn take(mut self) -> Result<Turned, StoreError> {
        let made = target(&self.destination.target, self.run.reach);
        let _room = match &made {
            Ok(Target::S3(_)) => self.run.room.acquire().await.ok(), // it is never closed
            Ok(Target::Https(_) | Target::EventBridge(_)) | Err(_) => None,
        };
        let waits = loop {
            let target = made.as_ref().ok();
            let range_end = match self.next_range(target).await? {
                Next::Range(range_end) => range_end,
                Next::Nothing { waits } => break waits,
            };
            if !self.is_held && !self.hold(range_end).await? {
                break true; // another call works on it
            }
            let (sent, took_ms) = self.send(target, range_end).await;
            let goes_on = match sent {
                Outcome::Stored { next } => self.advance(target, next, range_end, took_ms).await?,
                Outcome::Refused { wait, why } => self.fail(wait, &why).await?,
                Outcome::Gone { why } => self.pause(&why).await?,
            };
            if !goes_on {
                break !self.destination.is_active();
            }
        };
        if let Some(oldest) = self.ahead.lines().first().map(|line| line.appended_at)
            && !waits
        {
            self.turned.lag = Lag::since(self.run, &self.destination, oldest).await?;
        }
        Ok(self.turned)
    }

    /// The position behind what is sent next. A range that is fixed is sent whatever else there is.
    async fn next_range(&mut self, target: Option<&Target>) -> Result<Next, StoreError> {
        let source = self.run.source(&self.destination);
        if let Some(end) = self.destination.progress.range_end {
            self.ahead.fill_to(&source, end).await?;
            let has_time = self.is_held || self.run.has_time();
            return Ok(if has_time { Next::Range(end) } else { Next::Nothing { waits: false } });
        }
        self.ahead.fill(&source, ahead_of(target)).await?;
        if !self.run.has_time() {
            return Ok(Next::Nothing { waits: false });
        }
        Ok(match self.plan(target) {
            Some(Plan::Send { last }) => Next::Range(last + 1),
            Some(Plan::Wait { .. }) | None => Next::Nothing { waits: true },
        })
    }

    /// What the senders would send of the lines at hand. One event, where the destination is none that they know: it is told why.
    fn plan(&self, target: Option<&Target>) -> Option<Plan> {
        let (account, lines) = (&self.destination.account, self.ahead.lines());
        match target {
            Some(target) => target.plan(account, lines, self.run.now()),
            None => lines.first().map(|line| Plan::Send { last: line.position }),
        }
    }

    fn held_until(&self) -> Timestamp {
        let ms = i64::try_from(HELD_FOR.as_millis()).expect("a minute has fewer milliseconds");
        self.run.now().plus_ms(ms).unwrap_or(Timestamp::MAX)
    }

    async fn hold(&mut self, range_end: u64) -> Result<bool, StoreError> {
        let lease = Lease { holder: self.holder.clone(), until: self.held_until() };
        let (store, usage, now) = (self.run.store, &self.run.usage, self.run.now());
        let held = store.hold_destination(&self.destination, &lease, range_end, now, usage).await?;
        self.is_held = held == Held::Ours;
        self.destination.progress.range_end = Some(range_end);
        self.destination.progress.lease = Some(lease);
        Ok(self.is_held)
    }

    async fn send(&self, target: Option<&Target>, range_end: u64) -> (Outcome, u64) {
        let Some(target) = target else {
            return (Outcome::Refused { wait: None, why: Why::NotATarget }, 0);
        };
        let Destination { id, account, format, .. } = &self.destination;
        let parcel = Parcel { destination: id, account, format: *format, lines: self.ahead.below(range_end) };
        if parcel.lines.is_empty() {
            return (Outcome::Stored { next: range_end }, 0);
        }
        let started = Instant::now();
        let sent = self.run.means.send(target, &parcel, self.run.now());
        let sent = tokio::time::timeout(TIME_OF_A_PARCEL, sent).await;
        let outcome = sent.unwrap_or(Outcome::Refused { wait: None, why: Why::Timeout });
        (outcome, u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// Moves the position, and fixes the next range if it is known. Returns whether there is more to do.
    async fn advance(
        &mut self,
        target: Option<&Target>,
        next: u64,
        range_end: u64,
        took_ms: u64,
    ) -> Result<bool, StoreError> {
        let next = next.min(range_end);
        self.turned.events += self.ahead.below(next).len() as u64;
        self.turned.parcels += 1;
        self.ahead.drop_below(next);
        // A range that only a reading could make as large as it may be is not fixed yet.
        let is_known = self.run.has_time() && self.ahead.has(ahead_of(target));
        let following = match self.plan(target) {
            _ if next < range_end => Some(range_end),
            Some(Plan::Send { last }) if is_known => Some(last + 1),
            Some(Plan::Send { .. } | Plan::Wait { .. }) | None => None,
        };
        let goes_on = following.map(|end| (end, self.held_until()));
        let sent = Sent { next, goes_on, at: self.run.now(), took_ms };
        let (store, usage) = (self.run.store, &self.run.usage);
        let is_ours = store.advance_destination(&self.destination, &self.holder, &sent, usage).await?;
        let progress = &mut self.destination.progress;
        (progress.position, progress.range_end, progress.failing) = (next, following, None);
        (self.is_held, self.turned.is_failing) = (following.is_some(), false);
        Ok(is_ours)
    }

    /// Notes that the destination did not take it. It is not tried again in this call.
    async fn fail(&mut self, wait: Option<Duration>, why: &Why) -> Result<bool, StoreError> {
        let failing = self.destination.progress.failed(why.to_string(), wait, self.run.now());
        let (store, usage) = (self.run.store, &self.run.usage);
        if store.note_failed_delivery(&self.destination, &self.holder, &failing, usage).await? {
            let next_try_at = failing.next_try_at.to_string();
            log::delivery_refused(&self.run.of(&self.destination), &failing.why, failing.failures, &next_try_at);
            (self.turned.is_refusing, self.turned.is_failing) = (true, true);
        }
        Ok(false)
    }

    /// Pauses the destination, with the event that tells of it. Somebody who changed it meanwhile knows better.
    async fn pause(&mut self, why: &Why) -> Result<bool, StoreError> {
        let (run, now) = (self.run, self.run.now());
        let deed = Deed {
            principal: Principal {
                id: None,
                name: Some(env!("CARGO_PKG_NAME").to_owned()),
                email: None,
                role: Role::System,
                ip_address: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            },
            recorder: Recorder::DestinationDelivery,
            event_id: event_ids(now)(),
            now,
        };
        let (seen, why) = (&self.destination, why.to_string());
        match run.store.pause_held_destination(seen, &self.holder, why.clone(), &deed, &run.usage).await {
            Ok(paused) => {
                log::destination_paused(&run.of(seen), &why);
                self.destination = paused;
                (self.turned.is_refusing, self.turned.is_failing) = (true, false);
                Ok(false)
            }
            Err(DestinationError::Store(error)) => Err(error),
            Err(DestinationError::Illegal(_) | DestinationError::Changed | DestinationError::TooMany) => Ok(false),
        }
    }
}

/// What is to be done next.
enum Next {
    /// To send what is below that position.
    Range(u64),
    /// Nothing: there is no time, or nothing is due yet.
    Nothing { waits: bool },
}

fn ahead_of(target: Option<&Target>) -> usize {
    match target {
        Some(Target::S3(_)) => AHEAD_OF_OBJECTS,
        Some(Target::Https(_) | Target::EventBridge(_)) | None => AHEAD_OF_OTHERS,
    }
}
