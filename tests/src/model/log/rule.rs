//! The rules of appending, each of which a run may leave out.

use shared::log::append::{Change, LogItem, Walk};
use shared::log::entry::{Entry, SequenceNumber};
use shared::values::timestamp::Timestamp;

/// A rule of appending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// An item's `newest` is that of its own changes and of everything below it. Without: of its own alone.
    NewestOfAllBelow,
    /// A walk goes on while `newest` is not below the oldest change of the batch. Without: it ends where they are equal.
    BelowTheOldest,
    /// A walk goes by `newest`, which no consumer's clock made. Without: by `appended_at`, with [`APPENDED_AT_SLACK_S`] to spare.
    NoClockOfConsumers,
    /// A change without a time makes a walk go back for 25 hours. Without: no further than to the end.
    UntimedGoesFarBack,
    /// Whoever finds its place taken begins again with the walk. Without: it takes the next place.
    BeginsAgain,
    /// An item is put if nothing stands at its place. Without: whatever stands there.
    IfAbsent,
    /// An item is put with one write. Without: in halves, side by side, of which the second may come first.
    OneWrite,
    /// An item beyond what can be, which a hand has put there, is not followed. Without: the next item is put behind it.
    NotFollowed,
    /// An event that comes is a repeat only behind the last deletion. Without: also of what came before it was deleted.
    BehindTheLastRemoval,
    /// Of deletions, only those count that were made before the event came. Without: all.
    MadeBefore,
    /// A change is known by its number in the stream. Without: by its digests.
    ChangesByNumber,
    /// The accounts of a batch are all marked as grown. Without: those to whose logs it put something.
    MarksAll,
    /// The minute of a mark is that of its put. Without: that in which the batch began.
    MinuteOfThePut,
    /// What the reconciler puts counts as made in a minute. Without: now.
    AheadOfNow,
    /// The reconciler leaves events alone that were recorded in the last quarter of an hour. Without: none.
    Patience,
    /// What the log has said of an event since the reconciler looked keeps it from putting that event. Without: only its coming
    /// since it went the last time.
    SaidSince,
    /// The reconciler marks the accounts whose logs have grown. Without: only consumers do.
    ReconcilerMarks,
}

/// How far a walk by `appended_at` goes back behind the oldest change, in seconds.
pub const APPENDED_AT_SLACK_S: u64 = 60;

/// The rules that are kept: all but two, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    without: [Option<Rule>; 2],
}

impl Rules {
    /// All rules but that one.
    pub fn without(rule: Rule) -> Self {
        Self::default().and_without(rule)
    }

    /// These rules but that one.
    #[must_use]
    pub fn and_without(self, rule: Rule) -> Self {
        Self { without: [self.without[1], Some(rule)] }
    }

    /// Whether the rule is kept.
    pub fn keep(self, rule: Rule) -> bool {
        !self.without.contains(&Some(rule))
    }

    /// The changes as a consumer takes them from its batch. Which of them are repeats, the shipped code decides by their numbers:
    /// with others, it decides as it would without the rule.
    pub fn read(self, mut change: Change) -> Change {
        match &mut change.entry {
            Entry::Event(..) if !self.keep(Rule::BehindTheLastRemoval) => change.number = Some(number(0)),
            Entry::Event(..) if !self.keep(Rule::MadeBefore) => change.number = Some(number(u64::MAX)),
            Entry::Changed(.., by) if !self.keep(Rule::ChangesByNumber) => *by = number(0),
            Entry::Event(..) | Entry::Changed(..) | Entry::Removed(..) | Entry::BackfillBegin | Entry::BackfillEnd => {}
        }
        change
    }

    /// The walk that a consumer begins for its changes. A rule about its reach is left out by naming the position that it would
    /// reach without the rule.
    pub fn walk(self, items: &[LogItem], changes: &[Change], now: Timestamp) -> Walk {
        let oldest = changes.iter().filter_map(|change| change.created_at_s).min();
        let is_timed = changes.iter().all(|change| change.created_at_s.is_some());
        let down_to = |is_below: &dyn Fn(&LogItem) -> bool| {
            Walk::down_to(items.iter().rev().find(|item| is_below(item)).map_or(0, |item| item.first))
        };
        match oldest {
            _ if !is_timed && !self.keep(Rule::UntimedGoesFarBack) => Walk::down_to(u64::MAX),
            Some(oldest) if is_timed && !self.keep(Rule::BelowTheOldest) => down_to(&|item| item.newest_s <= oldest),
            Some(oldest) if is_timed && !self.keep(Rule::NoClockOfConsumers) => {
                let back = second(oldest.saturating_sub(APPENDED_AT_SLACK_S));
                down_to(&|item| item.appended_at < back)
            }
            Some(_) | None => Walk::for_changes(changes, now),
        }
    }

    /// The item as it is put.
    pub fn item(self, mut item: LogItem, changes: &[Change]) -> LogItem {
        if !self.keep(Rule::NewestOfAllBelow) {
            let own = changes.iter().filter(|change| item.entries.contains(&change.entry));
            item.newest_s = own.filter_map(|change| change.created_at_s).max().unwrap_or_default();
        }
        item
    }
}

/// A sequence number.
pub fn number(number: u64) -> SequenceNumber {
    SequenceNumber::parse(&number.to_string()).expect("digits")
}

/// A whole second.
pub fn second(second: u64) -> Timestamp {
    Timestamp::from_epoch_ms(second.cast_signed() * 1_000).expect("a time of this era")
}
