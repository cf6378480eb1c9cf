//! `docs/ocsf.md` against the code: the table of event types, and the words of a mapping.

use shared::dialect::ocsf::{About, KNOWN, Known, OCSF_VERSION};
use shared::process::ocsf_mapping::OcsfMapping;
use shared::values::ocsf::{Activity, Class, Severity, Status};
use std::path::Path;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ocsf.md");
    std::fs::read_to_string(path).expect("docs/ocsf.md")
}

fn row(known: &Known) -> String {
    let activity = known.meaning.activity;
    let class = activity.class();
    let about = match known.about {
        About::Own => "the subject's user, or the principal",
        About::Another => "the subject's user",
        About::Thing(kind) => kind,
        About::Organization => "the organisation",
        About::Subject => "the subject",
    };
    let (name, uid) = (class.caption(), class.uid());
    format!("| `{}` | {name} ({uid}) | {} ({}) | {about} |", known.event_type, activity.caption(), activity.id())
}

#[test]
fn the_page_has_each_known_type_with_its_class_and_activity() {
    let page = page();

    let documented: Vec<_> = page.lines().filter(|line| line.starts_with("| `") && line.contains(" (300")).collect();

    assert_eq!(documented, KNOWN.iter().map(row).collect::<Vec<_>>());
    assert_eq!(documented.len(), 43 + 3 + 2);
    assert!(page.contains(&format!("`{OCSF_VERSION}`")));
    for known in KNOWN {
        assert_eq!((known.meaning.status, known.meaning.severity), (Status::Success, Severity::Informational));
    }
}

#[test]
fn the_page_has_every_word_of_a_mapping_and_its_example_is_one() {
    let page = page().replace("\n ", "");
    let own = page.split("## Your own event types").nth(1).expect("the section");
    let own = own.split("\n## ").next().expect("the section");
    for class in Class::ALL {
        let names = class.activities().map(Activity::name);
        let names: Vec<_> = names.map(|name| name.split('.').map(ToOwned::to_owned).collect::<Vec<_>>()).collect();
        let [class, _] = names[0].as_slice() else { panic!("{names:?}") };
        let words: Vec<_> = names.iter().map(|name| format!("`{}`", name[1])).collect();
        let listed = format!("of `{class}` {}", words.join(", "));
        assert!(own.replace("  ", " ").contains(&listed), "{listed}");
    }
    for word in Status::ALL.iter().map(|status| status.as_str()).chain(Severity::ALL.iter().map(|one| one.as_str())) {
        assert!(own.contains(&format!("`{word}`")), "{word}");
    }
    let example = own.split("```json").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    OcsfMapping::parse(example).expect("the example is a mapping");
}
