//! Work on many files at once, with results in the order of the work.

use std::sync::OnceLock;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Bytes of a worker's stack: as many as the main thread has, so that a nested template is read on both alike.
const STACK: usize = 8 * 1024 * 1024;

/// What `work` makes of each of `items`, in their order. A single item costs no thread.
pub(super) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    if items.len() > 1
        && let Some(pool) = pool()
    {
        return pool.install(|| items.into_par_iter().with_max_len(1).map(work).collect());
    }
    items.into_iter().map(work).collect()
}

/// The threads of this process, as many as there are processors or `RAYON_NUM_THREADS` says; `None` where there can be
/// none.
fn pool() -> Option<&'static ThreadPool> {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    POOL.get_or_init(|| ThreadPoolBuilder::new().stack_size(STACK).build().ok()).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_work() {
        let doubled: Vec<usize> = (0..1000).map(|it| it * 2).collect();
        assert_eq!(map((0..1000).collect(), |it: usize| it * 2), doubled);
    }
}
