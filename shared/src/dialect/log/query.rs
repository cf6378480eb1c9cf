//! How a request for what proves the log is read: which path it is, and its parameters.

use super::LogError;
use crate::dialect::feed::POSITION_DIGITS_MAX;
use crate::http::request::{Parameters, path_parameter, resource_path};
use crate::input::faults::Faults;
use crate::proof::tile::Tile;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::EventId;
use crate::values::timestamp::{Moment, Timestamp};
use lambda_http::{Request, RequestExt as _};

/// What the tiles of the log of rounds stand below, and those of an account.
const TILES: &str = "/log/tile/";
const ACCOUNT_TILES: &str = "/log/account/tile/";

/// Which path is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Checkpoint,
    Tile,
    OfAccount(AccountPath),
}

/// Which of the paths that need a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccountPath {
    Head,
    Tile,
    Proof,
    Items,
}

/// What is asked of an account's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AccountQuery {
    /// The head, at the checkpoint of a size or at the newest.
    Head { size: Option<u64> },
    /// A tile.
    Tile(Tile),
    /// A proof of an entry, perhaps with the event's item.
    Proof { of: Wanted, with_item: bool },
    /// The items of the events from a position on.
    Items { from: u64 },
}

/// Which entry is to be proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// That at a position.
    Position(u64),
    /// That which brought an event.
    Event(EventSortKey),
}

impl Asked {
    /// Reads the path.
    ///
    /// # Errors
    /// [`LogError::UnknownPath`], which no route of the function leads to.
    pub(super) fn of(request: &Request) -> Result<Self, LogError> {
        match resource_path(request) {
            "/log/checkpoint" => Ok(Self::Checkpoint),
            "/log/account/head" => Ok(Self::OfAccount(AccountPath::Head)),
            "/log/account/proof" => Ok(Self::OfAccount(AccountPath::Proof)),
            "/log/account/items" => Ok(Self::OfAccount(AccountPath::Items)),
            path if path.starts_with(TILES) => Ok(Self::Tile),
            path if path.starts_with(ACCOUNT_TILES) => Ok(Self::OfAccount(AccountPath::Tile)),
            _ => Err(LogError::UnknownPath), // whatever else it is
        }
    }
}

impl AccountQuery {
    /// Reads the parameters of that path.
    ///
    /// # Errors
    /// [`LogError`]: every parameter that is wrong, or a path that no tile has.
    pub(super) fn read(asked: AccountPath, request: &Request) -> Result<Self, LogError> {
        match asked {
            AccountPath::Tile => tile(request).map(Self::Tile),
            AccountPath::Proof => proof(&Parameters::read(request, &["position", "created_at", "id", "item"])?),
            AccountPath::Head => {
                let parameters = Parameters::read(request, &["size"])?;
                let mut faults = Faults::default();
                let size = parameters.optional("size", &mut faults, size);
                Ok(faults.or(Some(Self::Head { size }))?)
            }
            AccountPath::Items => {
                let parameters = Parameters::read(request, &["from"])?;
                let mut faults = Faults::default();
                let from = parameters.required("from", &mut faults, position);
                Ok(faults.or(from.map(|from| Self::Items { from }))?)
            }
        }
    }
}

/// Refuses every parameter.
///
/// # Errors
/// [`LogError`] that names them.
pub(super) fn without_parameters(request: &Request) -> Result<(), LogError> {
    Ok(Parameters::read(request, &[]).map(drop)?)
}

/// The tile of the path. Its slashes may stand percent-encoded, as generated clients send them.
///
/// # Errors
/// [`LogError::NotATile`], or parameters, of which there are none.
pub(super) fn tile(request: &Request) -> Result<Tile, LogError> {
    without_parameters(request)?;
    let path = request.raw_http_path();
    let below = || path.strip_prefix(TILES).or_else(|| path.strip_prefix(ACCOUNT_TILES)).map(ToOwned::to_owned);
    let text = path_parameter(request, "tile").or_else(below).unwrap_or_default();
    Tile::parse(&format!("tile/{text}")).ok_or(LogError::NotATile)
}

fn proof(parameters: &Parameters) -> Result<AccountQuery, LogError> {
    let mut faults = Faults::default();
    let by_event = parameters.get("created_at").is_some() || parameters.get("id").is_some();
    let with_item = parameters.optional("item", &mut faults, is_true).unwrap_or(false);
    let of = if by_event {
        if parameters.get("position").is_some() {
            faults.push("position", "must not be given besides created_at and id");
        }
        let created_at = parameters.required("created_at", &mut faults, to_the_millisecond);
        let id = parameters.required("id", &mut faults, EventId::parse);
        created_at.zip(id).map(|(created_at, id)| Wanted::Event(EventSortKey { created_at, id }))
    } else {
        if parameters.get("position").is_none() {
            faults.push("position", "is required, or created_at and id");
        }
        parameters.optional("position", &mut faults, position).map(Wanted::Position)
    };
    Ok(faults.or(of.map(|of| AccountQuery::Proof { of, with_item }))?)
}

fn position(text: &str) -> Result<u64, &'static str> {
    number(text).ok_or("must be a position, a whole number")
}

fn size(text: &str) -> Result<u64, &'static str> {
    number(text).filter(|size| *size > 0).ok_or("must be the size of a checkpoint, a whole number from 1")
}

fn number(text: &str) -> Option<u64> {
    let are_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| are_digits && text.len() <= POSITION_DIGITS_MAX)
}

fn is_true(text: &str) -> Result<bool, &'static str> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("must be true or false"), // neither
    }
}

/// A time as an event has it: what is finer is no event's.
fn to_the_millisecond(text: &str) -> Result<Timestamp, String> {
    let moment = Moment::parse_zoned(text).map_err(|error| error.to_string())?;
    let at = moment.floor();
    let is_whole = moment == Moment::from(at);
    if is_whole { Ok(at) } else { Err("must be the created_at of an event, which has milliseconds".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::Body;
    use std::collections::HashMap;

    fn read(asked: AccountPath, query: &[(&str, &str)]) -> Result<AccountQuery, String> {
        let given = query.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]));
        let request = Request::new(Body::Empty).with_query_string_parameters(given.collect::<HashMap<_, _>>());
        AccountQuery::read(asked, &request).map_err(|error| format!("{error:?}"))
    }

    #[test]
    fn a_proof_is_of_a_position_or_of_an_event() {
        let at_17 = AccountQuery::Proof { of: Wanted::Position(17), with_item: false };
        assert_eq!(read(AccountPath::Proof, &[("position", "17")]), Ok(at_17.clone()));
        assert_eq!(read(AccountPath::Proof, &[("position", "17"), ("item", "false")]), Ok(at_17));
        let sk = EventSortKey::parse("2020-07-24T03:26:02.000Z#e-1").expect("a sort key");
        let of_event = AccountQuery::Proof { of: Wanted::Event(sk), with_item: true };
        for created_at in ["2020-07-24T03:26:02.000Z", "2020-07-24T05:26:02+02:00", "2020-07-24T03:26:02.0000Z"] {
            let given = [("created_at", created_at), ("id", "e-1"), ("item", "true")];
            assert_eq!(read(AccountPath::Proof, &given), Ok(of_event.clone()));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let proof = |query: &[(&str, &str)]| read(AccountPath::Proof, query).expect_err("a bad query");
        assert!(proof(&[]).contains("is required, or created_at and id"));
        assert!(proof(&[("id", "e-1")]).contains("created_at"));
        assert!(proof(&[("created_at", "2020-07-24T03:26:02.0001Z"), ("id", "e-1")]).contains("has milliseconds"));
        let both = [("position", "1"), ("created_at", "2020-07-24T03:26:02Z"), ("id", "e-1")];
        assert!(proof(&both).contains("must not be given besides"));
        assert!(proof(&[("position", "1"), ("item", "yes")]).contains("must be true or false"));
        for bad in ["", "-1", "+1", "1.0", "x", "\u{661}", "10000000000000000"] {
            assert!(proof(&[("position", bad)]).contains("a whole number"), "{bad:?}");
            assert!(read(AccountPath::Items, &[("from", bad)]).is_err(), "{bad:?}");
            assert!(read(AccountPath::Head, &[("size", bad)]).is_err(), "{bad:?}");
        }
        assert!(read(AccountPath::Head, &[("size", "0")]).is_err());
        assert!(read(AccountPath::Items, &[]).expect_err("none").contains("is required"));
        for asked in [AccountPath::Tile, AccountPath::Head, AccountPath::Proof, AccountPath::Items] {
            assert!(read(asked, &[("sise", "1")]).expect_err("unknown").contains("is not a parameter"), "{asked:?}");
        }
    }

    #[test]
    fn a_position_has_at_most_16_digits() {
        assert_eq!(read(AccountPath::Items, &[("from", "0")]), Ok(AccountQuery::Items { from: 0 }));
        let last = AccountQuery::Items { from: 9_999_999_999_999_999 };
        assert_eq!(read(AccountPath::Items, &[("from", "9999999999999999")]), Ok(last));
        assert_eq!(read(AccountPath::Head, &[("size", "7")]), Ok(AccountQuery::Head { size: Some(7) }));
        assert_eq!(read(AccountPath::Head, &[]), Ok(AccountQuery::Head { size: None }));
    }
}
