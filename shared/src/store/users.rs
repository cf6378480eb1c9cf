//! Dashboard users: read, imported, and changed together with their audit event.

mod directory;
mod read;

pub use directory::DirectoryError;
pub use read::UserPage;
