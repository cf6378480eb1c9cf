//! The imports between the files of a crate, read from its source: which module uses which, tests left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::visit::Visit;
use syn::{Attribute, Item, ItemUse, UseTree, Visibility};

/// A module by its path in the crate, such as `["store", "events"]`; the root is empty.
pub type Module = Vec<String>;

/// The modules of a crate and what each uses, by the file in which a thing is defined and not the one that exports it again.
#[derive(Debug)]
pub struct Imports {
    files: BTreeMap<Module, File>,
}

#[derive(Debug, Default)]
struct File {
    /// What the file names, as paths from the crate's root.
    named: BTreeSet<Module>,
    /// What the file exports of its own children, by name.
    exported: BTreeMap<String, Module>,
}

impl Imports {
    /// Reads all files below a crate's `src`.
    pub fn read(src: &Path) -> Self {
        let sources = sources(src, src);
        let modules: BTreeSet<Module> = sources.iter().map(|(module, _)| module.clone()).collect();
        let read = |(module, path): (Module, PathBuf)| {
            let text = std::fs::read_to_string(&path).expect("a source file can be read");
            let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let mut reader = Reader { modules: &modules, module: module.clone(), file: File::default() };
            reader.visit_file(&parsed);
            (module, reader.file)
        };
        Self { files: sources.into_iter().map(read).collect() }
    }

    /// Each use of one module by another, as both of their paths.
    pub fn uses(&self) -> BTreeSet<(Module, Module)> {
        let of_file = |(user, file): (&Module, &File)| {
            let used = file.named.iter().filter_map(|path| self.defined_in(path));
            used.filter(|used| used != user).map(|used| (user.clone(), used)).collect::<Vec<_>>()
        };
        self.files.iter().flat_map(of_file).collect()
    }

    /// A circle of modules, if there is one: each uses the next, and the last the first.
    pub fn circle(&self) -> Option<Vec<String>> {
        let mut uses: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for (user, used) in self.uses() {
            uses.entry(user).or_default().insert(used);
        }
        // What uses nothing that is left cannot be in a circle.
        loop {
            let left: BTreeSet<Module> = uses.keys().cloned().collect();
            uses.values_mut().for_each(|used| used.retain(|module| left.contains(module)));
            let before = uses.len();
            uses.retain(|_, used| !used.is_empty());
            if uses.len() == before {
                break;
            }
        }
        let mut module = uses.keys().next()?.clone();
        let mut walked = Vec::new();
        while !walked.contains(&module) {
            walked.push(module.clone());
            module = uses.get(&module)?.first()?.clone();
        }
        let circle = walked.into_iter().skip_while(|walked| *walked != module);
        Some(circle.map(|module| module.join("::")).collect())
    }

    /// The module in which a thing is defined: exports are followed to where it comes from.
    fn defined_in(&self, path: &[String]) -> Option<Module> {
        let module = (0..=path.len())
            .rev()
            .filter_map(|length| path.get(..length))
            .find(|prefix| self.files.contains_key(*prefix))?;
        let name = path.get(module.len());
        match name.and_then(|name| self.files.get(module)?.exported.get(name)) {
            Some(exported) => self.defined_in(exported),
            None => Some(module.to_vec()),
        }
    }
}

/// All source files below a folder, but those of tests, by their module.
fn sources(src: &Path, folder: &Path) -> Vec<(Module, PathBuf)> {
    let entries = std::fs::read_dir(folder).expect("a folder of sources");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let below = |path: PathBuf| {
        if path.is_dir() {
            return sources(src, &path);
        }
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        let below = path.strip_prefix(src).expect("below src").with_extension("");
        let mut module: Module = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if matches!(module.last().map(String::as_str), Some("lib" | "main")) && module.len() == 1 {
            module.clear();
        }
        let is_test = module.last().is_some_and(|name| name == "tests");
        if is_source && !is_test { vec![(module, path)] } else { Vec::new() }
    };
    paths.into_iter().flat_map(below).collect()
}

/// Gathers what a file names.
struct Reader<'a> {
    modules: &'a BTreeSet<Module>,
    module: Module,
    file: File,
}

impl Reader<'_> {
    /// A path as it is written, from the crate's root; `None` if it leads out of the crate.
    fn absolute(&self, written: &[String]) -> Option<Module> {
        let (first, rest) = written.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([&self.module, rest].concat()),
            "super" => {
                let supers = written.iter().take_while(|part| *part == "super").count();
                let parent = self.module.get(..self.module.len().checked_sub(supers)?)?;
                Some([parent, written.get(supers..)?].concat())
            }
            child => {
                let child = [self.module.as_slice(), &[child.to_owned()]].concat();
                self.modules.contains(&child).then(|| [child.as_slice(), rest].concat())
            }
        }
    }

    fn name(&mut self, written: &[String]) {
        self.file.named.extend(self.absolute(written));
    }

    fn import(&mut self, written: &[String], name: String, is_exported: bool) {
        let Some(path) = self.absolute(written) else { return };
        let is_own = path.len() > self.module.len() && path.starts_with(&self.module);
        if is_exported && is_own {
            self.file.exported.insert(name, path);
        } else {
            self.file.named.insert(path);
        }
    }

    fn walk(&mut self, tree: &UseTree, mut written: Vec<String>, is_exported: bool) {
        match tree {
            UseTree::Path(path) => {
                written.push(path.ident.to_string());
                self.walk(&path.tree, written, is_exported);
            }
            UseTree::Name(name) if name.ident == "self" => {
                let name = written.last().cloned().unwrap_or_default();
                self.import(&written, name, is_exported);
            }
            UseTree::Name(name) => {
                written.push(name.ident.to_string());
                self.import(&written, name.ident.to_string(), is_exported);
            }
            UseTree::Rename(rename) => {
                written.push(rename.ident.to_string());
                self.import(&written, rename.rename.to_string(), is_exported);
            }
            UseTree::Glob(_) => self.name(&written),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.walk(tree, written.clone(), is_exported)),
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => &Vec::new(), // no other item of ours is for tests alone
        };
        if !attributes.iter().any(is_for_tests) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.walk(&item.tree, Vec::new(), !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let written: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if written.len() > 1 {
            self.name(&written);
        }
        syn::visit::visit_path(self, path);
    }
}

fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
}
