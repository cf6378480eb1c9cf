//! What the official clients' two stop rules ask of a chain of pages.
//!
//! A client stops when there is no token, or when the rows it has read reach `totalRecords`; one vendor client keeps the
//! total of the first page, the other takes that of the latest. So a chain is a snapshot: it is of what was recorded by the
//! moment that it began, its total is counted once, and whatever is recorded later is passed over.
//!
//! What remains are the writes that are under way at that moment: recorded before it, and there after it. If their rows land
//! in the range, the rows would reach the total before the end:
//!
//! ```text
//! t0  60 records are recorded, and not there yet
//! t1  page 1 of a range of 250: 100 rows, totalRecords 250
//! t2  the 60 records are there, in the rest of the range
//! t3  page 2: 100 rows, 200 in all
//! t4  page 3: 100 rows would make 300, the client would stop, and 10 of the first 250 would be lost
//! ```
//!
//! So a page that is not the last keeps its rows below the total: page 3 sends 49 rows, and page 4 the 61 that are left.
//! Where more are left than a page has, page 4 is longer than others, because no page before it could have had one more.

/// Most records in a page, but for one that brings records late (see [`LATE_PAGE_SIZE`]).
pub const PAGE_SIZE: usize = 100;

/// Most records in the page that follows one whose rows were held back. It has more than [`PAGE_SIZE`] only where more than
/// that were under way when the chain began: at most 20 requests with 50 events each.
pub const LATE_PAGE_SIZE: usize = 1_000;

/// What a page of a chain may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowance {
    /// Rows.
    pub(super) rows: usize,
    /// `totalRecords`.
    pub(super) total: u64,
}

/// The most rows of a page after `sent` rows of a chain of `total`.
pub(super) fn page_size(sent: u64, total: u64) -> usize {
    if sent + 1 < total { PAGE_SIZE } else { LATE_PAGE_SIZE }
}

/// Decides for a page with that many rows at hand, after `sent` rows of a chain of `total`.
///
/// Where not even one row can be sent below the total, because more than [`LATE_PAGE_SIZE`] records were under way when the
/// chain began, all are sent and the total is raised, which keeps at least the clients that take the latest total.
pub(super) fn allow(rows: usize, more: bool, sent: u64, total: u64) -> Allowance {
    let after = sent + rows as u64;
    if !more || after < total {
        return Allowance { rows, total };
    }
    let below_total = total.saturating_sub(sent + 1);
    match usize::try_from(below_total) {
        Ok(rows @ 1..) => Allowance { rows, total },
        Ok(0) | Err(_) => Allowance { rows, total: after + 1 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_that_nothing_disturbs_sends_full_pages() {
        assert_eq!(allow(100, true, 0, 250), Allowance { rows: 100, total: 250 });
        assert_eq!(allow(100, true, 100, 250), Allowance { rows: 100, total: 250 });
        assert_eq!(allow(50, false, 200, 250), Allowance { rows: 50, total: 250 });
        assert_eq!(allow(100, false, 0, 100), Allowance { rows: 100, total: 100 });
        assert_eq!([page_size(0, 250), page_size(200, 250), page_size(100, 102)], [100; 3]);
    }

    #[test]
    fn rows_are_held_back_so_that_only_the_last_page_reaches_the_total() {
        assert_eq!(allow(100, true, 200, 250), Allowance { rows: 49, total: 250 });
        assert_eq!(allow(61, false, 249, 250), Allowance { rows: 61, total: 250 });
    }

    #[test]
    fn the_page_after_one_that_was_held_back_takes_what_is_left() {
        assert_eq!(page_size(249, 250), 1_000);
        assert_eq!(allow(811, false, 249, 250), Allowance { rows: 811, total: 250 });
    }

    #[test]
    fn where_no_row_fits_below_the_total_the_total_is_raised() {
        assert_eq!(allow(1_000, true, 249, 250), Allowance { rows: 1_000, total: 1_250 });
        assert_eq!(page_size(1_249, 1_250), 1_000);
    }
}
