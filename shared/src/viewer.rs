//! Who looks at the trail in a browser: sessions, the links that make one for somebody else, and what each of them shows.

pub mod bounds;
pub mod frame_origin;
pub mod link;
pub mod session;
