//! What a log says of the events of a day, as a number and a sum: cheap to keep up, and enough to see whether the table says the same.

use crate::log::entry::{Entry, EventRef};
use crate::log::hash::Hash;

/// The events of a day as they stand after the log: how many, and the sum of their [`fingerprint`]s modulo 2^256. The sum does not
/// depend on the order, and each event can be taken out of it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DaySum {
    /// Events. It is below zero only of a log that tells of more deletions than events.
    pub count: i64,
    /// The sum, big-endian.
    pub sum: [u8; 32],
}

/// How far a log is folded into days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReconciledCursor {
    /// The position of the next entry to fold.
    pub position: u64,
    /// Whether the table has never been compared whole: there may be events from before there was a log.
    pub is_first: bool,
}

/// A day of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReconciledDay {
    /// What the log says of it.
    pub sum: DaySum,
    /// Whether it has grown since it was compared with the table.
    pub is_pending: bool,
}

/// What an event contributes to the sum of its day: a hash of its place and its digest.
pub fn fingerprint(event: &EventRef, digest: &Hash) -> Hash {
    Hash::of(&[event.shard.as_bytes(), b" ", event.sk.as_bytes(), b"\n", digest.as_bytes()])
}

impl DaySum {
    /// Takes in an event.
    pub fn add(&mut self, event: &EventRef, digest: &Hash) {
        self.count += 1;
        self.sum = sum(&self.sum, fingerprint(event, digest).as_bytes());
    }

    /// Takes an event out again.
    pub fn subtract(&mut self, event: &EventRef, digest: &Hash) {
        self.count -= 1;
        self.sum = sum(&self.sum, &negative(fingerprint(event, digest).as_bytes()));
    }

    /// Takes in an entry of the log.
    pub fn fold(&mut self, entry: &Entry) {
        match entry {
            Entry::Event(event, digest) => self.add(event, digest),
            Entry::Changed(event, before, after, _) => {
                self.subtract(event, before);
                self.add(event, after);
            }
            Entry::Removed(event, before, _) => self.subtract(event, before),
            Entry::BackfillBegin | Entry::BackfillEnd => {} // of no event
        }
    }
}

/// The sum of two numbers modulo 2^256.
fn sum(one: &[u8; 32], other: &[u8; 32]) -> [u8; 32] {
    let mut sum = [0; 32];
    let mut carry = false;
    for ((place, one), other) in sum.iter_mut().zip(one).zip(other).rev() {
        (*place, carry) = one.carrying_add(*other, carry);
    }
    sum
}

/// The number that gives 0 with that one.
fn negative(number: &[u8; 32]) -> [u8; 32] {
    let mut one = [0; 32];
    one[31] = 1;
    sum(&number.map(|digit| !digit), &one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::entry::SequenceNumber;

    fn event(sk: &str) -> EventRef {
        EventRef::new("00", sk, None)
    }

    #[test]
    fn a_sum_carries_and_what_is_taken_out_is_gone() {
        let mut most = [255; 32];
        let mut one = [0; 32];
        one[31] = 1;
        assert_eq!(sum(&most, &one), [0; 32]);
        most[31] = 0;
        assert_eq!(negative(&one), [255; 32]);
        assert_eq!(sum(&negative(&most), &most), [0; 32]);
    }

    #[test]
    fn the_order_does_not_count_and_a_deletion_undoes_an_event() {
        let (a, b, digest) = (event("a"), event("b"), Hash::of(&[b"x"]));
        let number = SequenceNumber::parse("1").expect("a number");
        let fold = |entries: &[Entry]| {
            let mut sum = DaySum::default();
            entries.iter().for_each(|entry| sum.fold(entry));
            sum
        };
        let (came_a, came_b) = (Entry::Event(a, digest), Entry::Event(b.clone(), digest));
        let both = fold(&[came_a.clone(), came_b.clone()]);
        assert_eq!((both.count, both), (2, fold(&[came_b.clone(), came_a.clone()])));
        let changed = Entry::Changed(b.clone(), digest, Hash::of(&[]), number.clone());
        let gone = Entry::Removed(b, Hash::of(&[]), number);
        assert_eq!(fold(&[came_b, changed, came_a.clone(), gone]), fold(&[came_a]));
    }
}
