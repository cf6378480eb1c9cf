//! Items of the logs of rounds, to the letter, and read back.

use super::*;
use crate::proof::key::Origin;
use crate::proof::map::PAD_BYTES;
use crate::proof::round::Round;

const AT: &str = "2020-07-24T03:26:02.000Z";
const RUN: &str = "01737edb-358b-7000-8000-000000000001";

fn at() -> Timestamp {
    Timestamp::parse_fixed(AT).expect("a time")
}

fn run() -> Run {
    Run::parse(RUN).expect("a run")
}

fn round() -> RoundItem {
    let entry = RoundEntry::Round(Round { sealed_at: at(), map_root: Hash::of(&[b"x"]), run: run() });
    let sealed = Sealed { pad: Pad::new([7; PAD_BYTES]), snapshot: run(), parts: 2, dirty_from: at() };
    RoundItem { index: 17, entry, sealed: Some(sealed) }
}

fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item[name].as_s().expect("a string")
}

#[test]
fn a_round_has_these_attributes_and_reads_back() {
    let item = encode_round(Generation::FIRST, &round());
    assert_eq!((text(&item, "pk"), text(&item, "sk")), ("rounds#0001", "e#0000000000000017"));
    let entry = format!("round/1 {AT} LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE= {RUN}\n");
    let expected = [&[0, entry.len() as u8], entry.as_bytes()].concat();
    assert_eq!(item["entries"].as_b().expect("bytes").as_ref(), expected);
    assert_eq!(item["pad"].as_b().expect("bytes").as_ref(), [7; 32]);
    assert_eq!((text(&item, "snapshot"), text(&item, "dirty_from")), (RUN, AT));
    assert_eq!(item["parts"], AttributeValue::N("2".to_owned()));
    let read = decode_round(item).expect("a round");
    assert_eq!((read.index, read.entry), (17, round().entry));
    assert!(read.sealed.is_some());
}

#[test]
fn a_round_without_its_pad_is_an_error() {
    let mut item = encode_round(Generation::FIRST, &round());
    item.remove("pad");
    assert_eq!(decode_round(item).expect_err("no pad").attribute, "pad");
}

#[test]
fn heads_have_these_bytes_and_read_back() {
    let account = AccountId::parse("acme").expect("an account id");
    let head = Head { size: 258, root: Hash::of(&[b"x"]) };
    let part = HeadsPart {
        run: run(),
        part: 3,
        is_whole: true,
        heads: vec![(account.clone(), head), (account.clone(), head)],
    };
    let item = encode_heads_part(Generation::FIRST, &part);
    assert_eq!(text(&item, "sk"), format!("p#{RUN}#0003"));
    let heads = item["heads"].as_b().expect("bytes").as_ref();
    let one = [b"\x04acme\0\0\0\0\0\0\x01\x02".as_slice(), head.root.as_bytes()].concat();
    assert_eq!(heads, [one.clone(), one.clone()].concat());
    assert_eq!(head_bytes(&account), one.len());
    assert_eq!(item["whole"], AttributeValue::Bool(true));
    let mut cut = item.clone();
    cut.insert("heads".to_owned(), bytes(&heads[1..]));
    assert_eq!(decode_heads_part(item), Ok(part));
    assert_eq!(decode_heads_part(cut).expect_err("cut").attribute, "heads");
}

#[test]
fn nodes_and_checkpoints_read_back() {
    let account = AccountId::parse("acme").expect("an account id");
    let item = encode_node(Tree::Account(&account), 1, 17, &Hash::of(&[b"x"]));
    assert_eq!((text(&item, "pk"), text(&item, "sk")), ("log#acme", "n1#0000000000000017"));
    assert_eq!(decode_node(item), Ok(("n1#0000000000000017".to_owned(), Hash::of(&[b"x"]))));
    let item = encode_checkpoint(Generation::FIRST, 17, "a note");
    assert_eq!(text(&item, "checkpoint"), "a note");
    assert_eq!(decode_checkpoint(item), Ok((17, "a note".to_owned())));
}

#[test]
fn a_log_of_rounds_reads_back() {
    let key = VerifierKey::new(Origin::parse("example.com/log").expect("a name"), [7; 32]);
    let log = LogOfRounds { generation: Generation::FIRST, key: key.clone(), created_at: at(), continues: None };
    let item = encode_log_of_rounds(&log);
    assert_eq!((text(&item, "pk"), text(&item, "sk")), ("rounds#all", "log#0001"));
    assert_eq!((text(&item, "origin"), text(&item, "verifier_key")), ("example.com/log", key.to_string().as_str()));
    assert_eq!(decode_log_of_rounds(item), Ok(log.clone()));
    let next = LogOfRounds { continues: Some("a note".to_owned()), ..log };
    assert_eq!(decode_log_of_rounds(encode_log_of_rounds(&next)), Ok(next));
}
