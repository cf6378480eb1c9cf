//! Text that somebody else wrote, shown so that it is inert: characters that cannot be seen or that turn the order of others
//! round are shown as what they are, and what is left cannot reach beyond its own element.

use maud::{Markup, PreEscaped, html};

/// The text in an element of its own, whose direction is that of the text.
pub(crate) fn foreign(text: &str) -> Markup {
    html! { bdi { (inert(text)) } }
}

/// The text with each hidden character as an escape, `U+202E`.
fn inert(text: &str) -> Markup {
    if !text.chars().any(is_hidden) {
        return html! { (text) };
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((at, hidden)) = rest.char_indices().find(|(_, c)| is_hidden(*c)) {
        let (before, behind) = rest.split_at(at);
        parts.push(html! { (before) span.escape { "U+" (format!("{:04X}", u32::from(hidden))) } });
        rest = behind.get(hidden.len_utf8()..).unwrap_or_default();
    }
    parts.push(html! { (rest) });
    PreEscaped(parts.into_iter().map(PreEscaped::into_string).collect())
}

/// Whether a character is shown as an escape: controls but the line feed, what turns the direction of writing, what has no width but
/// joins no letters, invisible fillers and tags.
fn is_hidden(c: char) -> bool {
    match c {
        '\n' => false,
        '\u{200c}' | '\u{200d}' => false, // Persian and emoji need them
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{3164}' => true,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        let shown = foreign("<script>alert('&')</script>\"").into_string();
        assert_eq!(shown, "<bdi>&lt;script&gt;alert('&amp;')&lt;/script&gt;&quot;</bdi>");
    }

    #[test]
    fn what_turns_the_text_round_is_shown_and_does_nothing() {
        assert_eq!(
            foreign("exe.\u{202e}gpj\u{0}<").into_string(),
            "<bdi>exe.<span class=\"escape\">U+202E</span>gpj<span class=\"escape\">U+0000</span>&lt;</bdi>"
        );
        for hidden in
            ['\u{7}', '\u{1b}', '\u{85}', '\u{200b}', '\u{2066}', '\u{2028}', '\u{feff}', '\u{e0041}', '\t', '\r']
        {
            let shown = foreign(&format!("a{hidden}b")).into_string();
            let expected = format!("<bdi>a<span class=\"escape\">U+{:04X}</span>b</bdi>", u32::from(hidden));
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn what_people_write_is_shown_as_they_wrote_it() {
        for plain in ["", "Zoë", "می\u{200c}خواهم", "👩\u{200d}💻", "two\nlines", "אבג abc"] {
            assert_eq!(foreign(plain).into_string(), format!("<bdi>{plain}</bdi>"));
        }
    }
}
