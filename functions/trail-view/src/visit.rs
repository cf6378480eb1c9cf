//! One request of a browser: the site that it is on, and whose frames may show the answer.

use crate::site::Site;
use lambda_http::Request;
use shared::viewer::frame_origin::FrameOrigin;
use std::sync::{Arc, OnceLock};

/// What every answer to one request is made with.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// The site.
    pub(crate) site: Site,
    framed_by: Arc<OnceLock<Vec<FrameOrigin>>>,
}

impl Visit {
    /// The visit of a request, before it is known whose frames may show the answer.
    pub(crate) fn of(request: &Request) -> Self {
        Self { site: Site::of(request), framed_by: Arc::default() }
    }

    /// The visit that a request belongs to.
    pub(crate) fn in_request(request: &Request) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_else(|| Self::of(request))
    }

    /// Notes whose frames may show the answer, whatever it will be; what is noted first holds.
    pub(crate) fn frame_in(&self, origins: &[FrameOrigin]) {
        self.framed_by.get_or_init(|| origins.to_vec());
    }

    /// The origins whose frames may show the answer.
    pub(crate) fn framed_by(&self) -> &[FrameOrigin] {
        self.framed_by.get().map_or(&[], Vec::as_slice)
    }
}
