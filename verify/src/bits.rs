//! A bit for each position of a log: ten million take a little over a megabyte.

/// The positions of which something is true.
#[derive(Debug, Default)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub(crate) fn set(&mut self, position: u64) {
        let word = (position / 64) as usize;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (position % 64);
        }
    }

    pub(crate) fn has(&self, position: u64) -> bool {
        self.0.get((position / 64) as usize).is_some_and(|word| word >> (position % 64) & 1 == 1)
    }

    /// The positions that are set here and not there, the first so many, and how many there are.
    pub(crate) fn without(&self, other: &Self, most: usize) -> (Vec<u64>, u64) {
        let left = |(at, word): (usize, &u64)| word & !other.0.get(at).copied().unwrap_or_default();
        let count = self.0.iter().enumerate().map(|pair| u64::from(left(pair).count_ones())).sum();
        let words = self.0.iter().enumerate().filter(|pair| left(*pair) != 0);
        let positions = words.flat_map(|pair| {
            let word = left(pair);
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| pair.0 as u64 * 64 + bit)
        });
        (positions.take(most).collect(), count)
    }

    /// How many are set.
    pub(crate) fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_kept_by_position() {
        let (mut bits, mut other) = (Bits::default(), Bits::default());
        [0, 63, 64, 200].into_iter().for_each(|position| bits.set(position));
        other.set(63);
        assert_eq!((bits.has(63), bits.has(62), bits.has(1_000), bits.count()), (true, false, false, 4));
        assert_eq!((bits.has(199), bits.has(200), bits.has(201)), (false, true, false));
        assert_eq!(bits.without(&other, 2), (vec![0, 64], 3));
        assert_eq!(bits.without(&other, 3), (vec![0, 64, 200], 3));
    }
}
