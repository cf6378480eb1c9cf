//! Keys of destinations, and of the list of all of them.

use super::Key;
use crate::values::destination_id::DestinationId;
use crate::values::ids::AccountId;

/// `destinations#<account>`
pub fn destinations(account: &AccountId) -> String {
    format!("destinations#{account}")
}

/// `destinations#<account>` / `<destination id>`
pub fn destination(account: &AccountId, id: &DestinationId) -> Key {
    Key { pk: destinations(account), sk: id.to_string() }
}

/// `destination-list#all`: of a kind of its own, since an account may be called `all`.
pub fn destination_list() -> String {
    "destination-list#all".to_owned()
}

/// `destination-list#all` / `<account>#<destination id>`
pub fn listed_destination(account: &AccountId, id: &DestinationId) -> Key {
    Key { pk: destination_list(), sk: format!("{account}#{id}") }
}

/// The account and the id, from the sort key that [`listed_destination`] made.
pub(crate) fn listed_destination_parts(sk: &str) -> Option<(AccountId, DestinationId)> {
    let (account, id) = sk.split_once('#')?;
    Some((AccountId::parse(account).ok()?, DestinationId::parse(id).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_destinations_are_these() {
        let account = AccountId::parse("acme").expect("an account");
        let id = DestinationId::parse("dst_0123456789abcdef").expect("an id");
        assert_eq!(destination(&account, &id).to_string(), "destinations#acme / dst_0123456789abcdef");
        let listed = listed_destination(&account, &id);
        assert_eq!(listed.to_string(), "destination-list#all / acme#dst_0123456789abcdef");
        assert_eq!(listed_destination_parts(&listed.sk), Some((account, id)));
        for bad in ["", "acme", "acme#", "#dst_0123456789abcdef", "acme#dst_x", "acme#dst_0123456789abcdef#x"] {
            assert_eq!(listed_destination_parts(bad), None, "{bad:?} was read");
        }
    }
}
