//! Something that many states share: it is kept and hashed once.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

/// A shared value with its fingerprint.
#[derive(Debug)]
pub struct Printed<T> {
    of: Rc<T>,
    print: u64,
}

impl<T: Hash> Printed<T> {
    /// Shares it.
    pub fn new(of: T) -> Self {
        let print = print(&of);
        Self { of: Rc::new(of), print }
    }

    /// Its fingerprint.
    pub fn print(&self) -> u64 {
        self.print
    }
}

impl<T: Hash + Clone> Printed<T> {
    /// Changes it here, and nowhere else where it is shared.
    pub fn change<R>(&mut self, change: impl FnOnce(&mut T) -> R) -> R {
        let of = Rc::make_mut(&mut self.of);
        let result = change(of);
        self.print = print(of);
        result
    }

    /// Takes it, and leaves another here.
    pub fn replace(&mut self, by: T) -> Self {
        std::mem::replace(self, Self::new(by))
    }
}

/// A fingerprint that is the same in every process.
pub fn print(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

impl<T> Clone for Printed<T> {
    fn clone(&self) -> Self {
        Self { of: Rc::clone(&self.of), print: self.print }
    }
}

impl<T> Deref for Printed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.of
    }
}

impl<T> Hash for Printed<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.print);
    }
}
