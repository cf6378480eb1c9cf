//! Work that is shared out among the processor's cores.

use std::num::NonZero;
use std::thread;

/// How many threads work at once.
pub(crate) fn count() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// The results of the jobs, in their order.
pub(crate) fn map<T: Sync, R: Send>(jobs: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let share = jobs.len().div_ceil(count()).max(1);
    if jobs.len() <= share {
        return jobs.iter().map(work).collect();
    }
    let work = &work;
    thread::scope(|scope| {
        let shares = jobs.chunks(share).map(|jobs| scope.spawn(move || jobs.iter().map(work).collect::<Vec<R>>()));
        let threads: Vec<_> = shares.collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no job panics")).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_jobs() {
        for length in 0..20 {
            let jobs: Vec<usize> = (0..length).collect();
            assert_eq!(map(&jobs, |job| job * 2), (0..length).map(|job| job * 2).collect::<Vec<_>>());
        }
    }
}
