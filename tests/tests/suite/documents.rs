//! The documents: their links lead somewhere, their tables name what there is, and the way in stays short.

use audit_cli::template::Template;
use lambda_http::http::Method;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold what others wrote, or what a build made.
const NOT_OURS: [&str; 8] = ["target", "node_modules", "dist", "made", ".git", ".tools", ".aws-sam", ".pytest_cache"];

/// Lines of the README at most.
const README_LINES_MAX: usize = 150;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository")
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The Markdown files of a folder and of those in it.
fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("UTF-8");
        // Pytest's is there for a moment, under a name of its own, where a suite begins beside this one.
        let is_ours = !NOT_OURS.contains(&name) && !name.starts_with("pytest-cache-files-");
        if path.is_dir() && !path.is_symlink() && is_ours {
            documents(&path, found);
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
}

/// What is not in a fenced block, a line each.
fn prose(text: &str) -> Vec<&str> {
    let mut in_block = false;
    let line = |line: &&str| {
        let fence = line.trim_start().starts_with("```");
        in_block ^= fence;
        !fence && !in_block
    };
    text.lines().filter(line).collect()
}

/// The targets of `[text](target)`, but for those elsewhere in the world.
fn links(text: &str) -> Vec<&str> {
    let parts = prose(text).into_iter().flat_map(|line| line.split("](").skip(1));
    let targets = parts.filter_map(|part| part.split([')', ' ']).next());
    targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:")).collect()
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    let heading = |line: &str| line.starts_with('#').then(|| anchor(line.trim_start_matches('#')));
    prose(text).into_iter().filter_map(heading).collect()
}

#[test]
fn every_link_leads_to_a_file_and_to_a_heading_in_it() {
    let mut found = Vec::new();
    documents(&root(), &mut found);
    let mut astray = Vec::new();
    for document in &found {
        let text = fs::read_to_string(document).unwrap();
        for link in links(&text) {
            let (path, wanted) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { document.clone() } else { document.with_file_name(path) };
            let is_there = target.exists()
                && (wanted.is_empty() || anchors(&fs::read_to_string(&target).unwrap()).contains(wanted));
            if !is_there {
                astray.push(format!("{}: {link}", document.strip_prefix(root()).unwrap().display()));
            }
        }
    }

    assert!(found.len() >= 15, "{found:?}");
    assert_eq!(astray, Vec::<String>::new());
}

/// What is named in a link to source, such as ``[`AuditStore::page`](shared/src/store/events/page.rs)``: the last part of the name,
/// and the file.
fn names_in_source(text: &str) -> Vec<(&str, &str)> {
    let parts = prose(text).into_iter().flat_map(|line| line.split("[`").skip(1));
    let links = parts
        .filter_map(|part| part.split_once("`]("))
        .filter_map(|(name, rest)| Some((name, rest.split_once(')')?.0)));
    let of_source = links.filter(|(name, file)| file.ends_with(".rs") && !name.contains(['/', '.', ' ', '-']));
    of_source.map(|(name, file)| (name.rsplit("::").next().unwrap_or(name), file)).collect()
}

#[test]
fn what_the_architecture_names_stands_in_the_file_that_it_names() {
    let text_of_page = text("ARCHITECTURE.md");
    let names = names_in_source(&text_of_page);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let missing: Vec<_> =
        names.iter().filter(|(name, file)| !text(file).split(|c| !is_word(c)).any(|word| word == *name)).collect();

    assert!(names.len() >= 15, "{names:?}");
    assert_eq!(missing, Vec::<&(&str, &str)>::new());
}

#[test]
fn the_readme_is_short_and_has_a_row_for_every_route() {
    let readme = text("README.md");
    assert!(readme.lines().count() <= README_LINES_MAX, "{} lines", readme.lines().count());
    // HEAD stands beside every route, and is a 405.
    let routes = Template::built_in().unwrap().routes.into_iter().filter(|route| route.method != Method::HEAD);
    for route in routes {
        let row = |line: &&str| line.contains(&format!("`{}`", route.function));
        let row = readme.lines().find(row).unwrap_or_else(|| panic!("no row for {}", route.function));
        assert!(row.contains(&format!("`{} {}`", route.method, route.path.as_str())), "{row}");
    }
}

#[test]
fn the_index_names_every_page_of_the_documentation() {
    let index = text("docs/README.md");
    let linked: BTreeSet<_> =
        links(&index).into_iter().map(|link| link.split('#').next().unwrap_or_default()).collect();
    let pages = fs::read_dir(root().join("docs")).unwrap();
    let pages = pages.map(|page| page.unwrap().file_name().into_string().unwrap());
    let missing: Vec<_> =
        pages.filter(|page| page.ends_with(".md") && page != "README.md" && !linked.contains(page.as_str())).collect();
    assert_eq!(missing, Vec::<String>::new());
}
