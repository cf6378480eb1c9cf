//! Lines read ahead of what is sent, so that the log is not asked for each parcel.

use crate::send::Line;
use shared::dialect::outgoing::Source;
use shared::store::StoreError;

/// The next lines of a destination.
#[derive(Debug)]
pub(crate) struct Ahead {
    lines: Vec<Line>,
    bytes: usize,
    /// The position from which the next reading goes on.
    next: u64,
    item_first: Option<u64>,
    /// Whether the log had nothing more at the last reading.
    is_whole: bool,
}

impl Ahead {
    /// Nothing yet, from that position on.
    pub(crate) fn at(position: u64) -> Self {
        Self { lines: Vec::new(), bytes: 0, next: position, item_first: None, is_whole: false }
    }

    /// The lines at hand, by position.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The lines at hand below a position.
    pub(crate) fn below(&self, end: u64) -> &[Line] {
        let count = self.lines.partition_point(|line| line.position < end);
        self.lines.get(..count).unwrap_or_default()
    }

    /// Whether it has as many bytes as that, or all there were.
    pub(crate) fn has(&self, bytes: usize) -> bool {
        self.is_whole || self.bytes >= bytes
    }

    /// Reads on, until there are as many bytes, or nothing more.
    pub(crate) async fn fill(&mut self, source: &Source<'_>, bytes: usize) -> Result<(), StoreError> {
        self.is_whole = false;
        while !self.has(bytes) {
            self.read(source, u64::MAX).await?;
        }
        Ok(())
    }

    /// Reads on up to a position, which the log had reached before.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] if the log ends before it: a table that was restored to an earlier state.
    pub(crate) async fn fill_to(&mut self, source: &Source<'_>, end: u64) -> Result<(), StoreError> {
        while self.next < end {
            self.read(source, end).await?;
            if self.is_whole && self.next < end {
                let ends =
                    format!("the log ends at {}, before the range that is being sent, which ends at {end}", self.next);
                return Err(StoreError::Rejected(ends.into()));
            }
        }
        Ok(())
    }

    /// Drops the lines below a position.
    pub(crate) fn drop_below(&mut self, position: u64) {
        let count = self.below(position).len();
        self.bytes -= self.lines.drain(..count).map(|line| line.text.len()).sum::<usize>();
    }

    async fn read(&mut self, source: &Source<'_>, to: u64) -> Result<(), StoreError> {
        let read = source.read(self.item_first, self.next, to).await?;
        self.bytes += read.rows.iter().map(|row| row.text.len()).sum::<usize>();
        self.lines.extend(read.rows);
        (self.next, self.item_first, self.is_whole) = (read.end, read.item_first, read.is_whole);
        Ok(())
    }
}
