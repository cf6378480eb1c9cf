//! One thing that is measured, and how it is made ready.

/// Work that is ready to be done once.
pub type Work = Box<dyn FnOnce()>;

/// One thing that is measured.
pub struct Step {
    /// The page it belongs to.
    pub page: &'static str,
    /// What it is.
    pub name: &'static str,
    prepare: Box<dyn Fn() -> Work>,
}

impl Step {
    /// A step of a page that is made ready by that function.
    pub(crate) fn new<W: FnOnce() + 'static>(
        page: &'static str,
        name: &'static str,
        prepare: impl Fn() -> W + 'static,
    ) -> Self {
        Self { page, name, prepare: Box::new(move || Box::new(prepare())) }
    }

    /// Makes ready what it needs, which is not measured. What the work makes it also drops.
    pub fn prepare(&self) -> Work {
        (self.prepare)()
    }
}
