//! Which texts are addresses, and which addresses are one.

use super::*;

fn folded(text: &str) -> String {
    EmailAddress::parse(text).map_or_else(|error| error.to_string(), |address| address.folded())
}

#[test]
fn an_address_needs_something_on_both_sides() {
    let longest = format!("{}@example.com", "a".repeat(242));
    for good in ["a@b", "ada+audit@example.com", "\"a@b\"@example.com", "żółć@例え.jp", "a#b%c@example.com", &longest]
    {
        assert_eq!(EmailAddress::parse(good).map(|address| address.to_string()), Ok(good.to_owned()));
    }
    let too_long = format!("{}@example.com", "a".repeat(243));
    for bad in ["", "a", "@", "a@", "@b", "a b@c", "a@b\n", "a\u{0}@b", "a\u{a0}@b", "a＠b", &too_long] {
        assert_eq!(EmailAddress::parse(bad), Err(EmailError::NotAddress), "{bad:?}");
    }
}

#[test]
fn an_address_is_shown_as_given_and_compared_without_case() {
    let address = EmailAddress::parse("Ada.ŻÓŁĆ@Example.COM").expect("an address");
    assert_eq!(address.as_str(), "Ada.ŻÓŁĆ@Example.COM");
    assert_eq!(address.folded(), "ada.żółć@example.com");
}

#[test]
fn one_address_in_other_letters_other_bytes_or_another_spelling_of_its_domain_is_one_address() {
    for (one, form) in [
        (["ada@bücher.example", "ADA@BÜCHER.example"], "ada@xn--bcher-kva.example"),
        (["ａｄａ@xn--bcher-kva.example", "ada@XN--Bcher-KVA.example"], "ada@xn--bcher-kva.example"),
        (["ada@bu\u{308}cher.example", "ada@bücher。example"], "ada@xn--bcher-kva.example"),
        (["żółć@example.com", "z\u{307}o\u{301}łc\u{301}@example.com"], "żółć@example.com"),
        (["straße@example.com", "STRASSE@example.com"], "strasse@example.com"),
        (["ΣΊΣΥΦΟΣ@example.com", "σίσυφος@example.com"], "σίσυφοσ@example.com"),
        (["\u{212a}@example.com", "k@example.com"], "k@example.com"),
        (["ﬁ\u{2460}@example.com", "FI1@example.com"], "fi1@example.com"),
        (["a@faß.de", "a@XN--FA-HIA.de"], "a@xn--fa-hia.de"),
        (["a@Build_Host", "A@build_host"], "a@build_host"),
        (["root@[192.0.2.1]", "ROOT@[192.0.2.1]"], "root@[192.0.2.1]"),
        (["xn--@example.com", "XN--@example.com"], "xn--@example.com"),
    ] {
        assert_eq!(one.map(folded), [form, form], "{one:?}");
    }
    let apart =
        ["ı@a.b", "i@a.b", "a.b@c.d", "ab@c.d", "a+b@c.d", "strase@c.d", "ada@bucher.example", "ada@example.org"];
    let distinct: std::collections::HashSet<_> = apart.map(folded).into_iter().collect();
    assert_eq!(distinct.len(), apart.len());
}

#[test]
fn an_address_has_no_invisible_characters_and_no_marks_of_direction() {
    for odd in [
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{115f}',
        '\u{180e}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{200e}',
        '\u{200f}',
        '\u{202a}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{2069}',
        '\u{3164}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{fff9}',
        '\u{e0041}',
        '\u{e0100}',
    ] {
        for text in [format!("a{odd}da@example.com"), format!("ada@exam{odd}ple.com")] {
            assert_eq!(EmailAddress::parse(&text), Err(EmailError::Invisible), "{text:?}");
        }
    }
    for good in ["עדה@example.com", "آدا@example.com", "😀@example.com", "e\u{301}@example.com"] {
        assert!(EmailAddress::parse(good).is_ok(), "{good:?} was refused");
    }
}

#[test]
fn a_domain_that_idna_does_not_know_is_refused() {
    for bad in ["a@xn--zzzzzzzzz99.example", "a@ü\u{ffff}.example", "a@\u{301}.example", "a@xn--a.example"] {
        assert_eq!(EmailAddress::parse(bad), Err(EmailError::NotDomain), "{bad:?}");
    }
}

#[test]
fn a_folded_address_is_no_longer_than_an_address() {
    let long = |count: usize| format!("{}@b.c", "\u{fdfa}".repeat(count)); // 3 bytes, which stand for 33
    assert!(EmailAddress::parse(&long(7)).is_ok());
    assert_eq!(EmailAddress::parse(&long(8)), Err(EmailError::NotAddress));
}

#[test]
fn every_character_folds_to_what_folds_to_itself() {
    for c in (char::MIN..=char::MAX).filter(|c| !c.is_control()) {
        let once = folded_text(&c.to_string());
        assert_eq!(folded_text(&once), once, "U+{:04X}", u32::from(c));
    }
}

#[test]
fn what_was_an_address_once_is_read_back_from_the_store() {
    for stored in ["ada@example.com", "a\u{200b}da@example.com", "a@xn--zzzzzzzzz99.example"] {
        let address = EmailAddress::from_stored(stored.to_owned()).expect("an address");
        assert_eq!((address.as_str(), address.folded().is_empty()), (stored, false));
    }
    assert_eq!(EmailAddress::from_stored("ada".to_owned()), None);
}
