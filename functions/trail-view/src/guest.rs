//! Who looks at a page: the session that its path asks for, and what of the trail it shows.

use crate::cookies::Cookie;
use crate::error::Why;
use crate::layout;
use crate::route::Place;
use crate::visit::Visit;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lambda_http::Request;
use sha2::{Digest, Sha256};
use shared::credential::{Scope, Secret};
use shared::http::exchange::Exchange;
use shared::process::auth::AuthError;
use shared::process::secret::secret;
use shared::viewer::bounds::EventBounds;
use shared::viewer::session::{Access, Session, form_token};

/// Characters of a handle: 72 bits, so that no two sessions of a browser have the same.
const HANDLE_LENGTH: usize = 12;

/// A session that is good, and what its pages are made with.
pub(crate) struct Guest {
    /// By the path.
    pub(crate) place: Place,
    /// The session.
    pub(crate) session: Session,
    /// What it shows: all, or what its link is bound to.
    pub(crate) bounds: EventBounds,
    form_token: String,
}

impl Guest {
    /// What stands around its pages.
    pub(crate) fn layout(&self) -> layout::Session<'_> {
        layout::Session { place: &self.place, account: &self.session.account, form_token: &self.form_token }
    }
}

/// The session that the browser holds for a place, if it is open. Whose frames may show it is noted even if it is over.
///
/// # Errors
/// [`Why`], by variant.
pub(crate) async fn guest(
    exchange: &Exchange<'_>,
    request: &Request,
    visit: &Visit,
    place: Place,
) -> Result<Option<Guest>, Why> {
    let cookie = match &place {
        Place::SignedIn => Cookie::Session,
        Place::Linked(handle) => Cookie::Linked(handle),
    };
    let Some(token) = cookie.read(&visit.site, request) else { return Ok(None) };
    let Some(session) = exchange.store().session(token.hash(), &exchange.usage).await? else { return Ok(None) };
    let bounds = match (&session.access, &place) {
        (Access::SignedIn, Place::SignedIn) => EventBounds::default(),
        (Access::Linked { bounds, .. }, Place::Linked(given)) if *given == handle(&token) => bounds.clone(),
        (Access::SignedIn | Access::Linked { .. }, _) => return Ok(None), // it is of the other place
    };
    visit.frame_in(session.origins());
    if !session.is_open(exchange.now) {
        return Ok(None);
    }
    match exchange.let_in(&session.account, &session.client_id, Scope::AuditRead).await {
        Ok(()) => Ok(Some(Guest { place, bounds, form_token: form_token(&token), session })),
        Err(AuthError::Refused(_) | AuthError::ScopeMissing) => Ok(None),
        Err(AuthError::Store(error)) => Err(error.into()),
    }
}

/// Writes a new session, and gives the token that opens it.
///
/// # Errors
/// [`Why`], by variant.
pub(crate) async fn seal(exchange: &Exchange<'_>, session: &Session) -> Result<Secret, Why> {
    let token = secret()?;
    match exchange.store().put_session(token.hash(), session, &exchange.usage).await? {
        true => Ok(token),
        false => Err(Why::NoRandomness), // nobody has seen 256 random bits twice
    }
}

/// What tells the sessions of several links in one browser apart. It stands in URLs, and tells nothing of the token.
pub(crate) fn handle(token: &Secret) -> String {
    let hash = Sha256::new().chain_update("audit-trail/handle/v1\n").chain_update(token.reveal());
    URL_SAFE_NO_PAD.encode(hash.finalize()).chars().take(HANDLE_LENGTH).collect()
}
