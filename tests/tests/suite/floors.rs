//! The floors of `shared`: each uses only those below it. And no crate's modules go round.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tests::imports::{Imports, Module};

/// The floors, the highest first. Those of one line stand side by side, each using only those to its right.
const FLOORS: [&[&str]; 10] = [
    &["dialect"],
    &["http"],
    &["process"],
    &["store"],
    &["table"],
    &["proof"],
    &["log"],
    &["viewer", "user", "destination", "event", "credential"],
    &["input"],
    &["values"],
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn floor(module: &Module) -> usize {
    let name = module.first().map_or("lib.rs", String::as_str);
    let floor = FLOORS.concat().iter().position(|floor| *floor == name);
    floor.unwrap_or_else(|| panic!("{name} is on no floor: give it one here, and a line in shared/src/lib.rs"))
}

#[test]
fn every_floor_of_shared_uses_only_those_below_it() {
    let uses = Imports::read(&root().join("shared/src")).uses();

    let upwards = uses.iter().filter(|(user, used)| floor(user) > floor(used));
    let upwards: Vec<_> = upwards.map(|(user, used)| format!("{} uses {}", user.join("::"), used.join("::"))).collect();
    assert_eq!(upwards, Vec::<String>::new(), "imports that go up");

    let downwards = uses.iter().filter(|(user, used)| floor(user) < floor(used));
    let floors: BTreeSet<_> = downwards.map(|(user, _)| floor(user)).collect();
    assert_eq!(floors.len(), FLOORS.concat().len() - 2, "every floor but the two lowest uses another: all were read");
}

#[test]
fn no_crates_modules_go_round() {
    let mut crates: Vec<_> = ["shared", "verify", "cli", "tests"].map(|name| root().join(name)).into();
    for folder in ["bench", "functions"] {
        let entries = std::fs::read_dir(root().join(folder)).expect("a folder");
        crates.extend(
            entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.join("Cargo.toml").exists()),
        );
    }
    assert!(crates.len() > 15, "{crates:?}");
    for path in crates {
        assert_eq!(Imports::read(&path.join("src")).circle(), None, "{}", path.display());
    }
}

#[test]
fn an_import_is_followed_to_where_the_thing_is_defined() {
    let source = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(source.path().join(name), text).expect("a file");
    std::fs::create_dir(source.path().join("a")).expect("a folder");
    write("lib.rs", "mod a;\nmod b;\n");
    write("a.rs", "mod c;\npub use c::C;\n");
    write("a/c.rs", "pub struct C(crate::b::B);\n#[cfg(test)]\nmod tests { use crate::d::D; }\n");
    write("b.rs", "use super::a::C;\npub struct B(Box<C>);\n");

    let imports = Imports::read(source.path());

    let named = |text: &str| text.split("::").map(ToOwned::to_owned).collect::<Module>();
    assert_eq!(imports.uses(), BTreeSet::from([(named("a::c"), named("b")), (named("b"), named("a::c"))]));
    assert_eq!(imports.circle(), Some(vec!["a::c".to_owned(), "b".to_owned()]));
}
