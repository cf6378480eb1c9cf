//! Redaction by hand, as `docs/log.md` defines it: attributes vanish, their hashes stay, and what the hashes of the rest are made with
//! takes the salt's place.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use shared::log::hash::Hash;
use shared::table::item::Item;
use std::collections::HashMap;

/// The item of an event without these attributes, all of which are strings, and without the index keys given.
pub fn redacted(mut item: Item, names: &[&str], index_keys: &[&str]) -> Item {
    let salt = item.remove("salt").expect("a salt");
    let salt = salt.as_b().expect("bytes").as_ref().to_vec();
    let key = |name: &str| {
        let hash = Hash::of(&[b"audit-trail/salt/v1\n", &salt, name.as_bytes()]);
        hash.as_bytes().iter().take(16).copied().collect::<Vec<_>>()
    };
    let blob = |bytes: &[u8]| AttributeValue::B(Blob::new(bytes));
    let mut gone = HashMap::new();
    for name in names {
        let taken = item.remove(*name).expect("an attribute to redact");
        let hash = Hash::of(&[&key(name), b"S:", taken.as_s().expect("a text").as_bytes()]);
        gone.insert((*name).to_owned(), blob(hash.as_bytes()));
    }
    for index_key in index_keys {
        item.remove(*index_key).expect("an index key to remove");
    }
    let left = item.keys().filter(|name| !name.ends_with("_pk"));
    let salts = left.map(|name| (name.clone(), blob(&key(name)))).collect();
    item.insert("salts".to_owned(), AttributeValue::M(salts));
    item.insert("redacted".to_owned(), AttributeValue::M(gone));
    item
}
