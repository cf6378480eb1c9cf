//! Whether a role is what its function needs: not one permission too few, not one too many.

use crate::access::Access;
use crate::role::Role;
use std::collections::BTreeSet;

/// What is wrong with a role, given everything that its function was seen to ask for; nothing if it is right.
pub fn violations(role: &Role, seen: &BTreeSet<Access>) -> BTreeSet<String> {
    let name = &role.name;
    let allowed = |role: &Role| seen.iter().filter(|access| role.allows(access)).count();
    let too_few = seen.iter().filter(|access| !role.allows(access)).map(|access| format!("{name} lacks {access}"));
    let without_effect = role.with_one_less().into_iter().filter(|(_, lesser)| allowed(lesser) == allowed(role));
    let too_many = without_effect.map(|(permission, _)| format!("{name} does not need {permission}"));
    too_few.chain(too_many).collect()
}
