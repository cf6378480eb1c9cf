//! Style, script and icon: files of ours, named by what is in them, so that a browser may keep each for ever.

use crate::site::Site;
use lambda_http::http::StatusCode;
use lambda_http::http::header::CACHE_CONTROL;
use sha2::{Digest, Sha256};
use shared::http::exchange::Answer;
use std::sync::OnceLock;

/// How long a file may be kept: for a year, the longest there is. Other contents have another name (RFC 8246 for `immutable`).
const CACHED: &str = "public, max-age=31536000, immutable";

/// Bytes of the hash that a name has.
const HASH_BYTES: usize = 8;

/// One of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asset {
    /// How pages look.
    Style,
    /// What works better with a script.
    Script,
    /// What stands beside the title.
    Icon,
}

impl Asset {
    const ALL: [Self; 3] = [Self::Style, Self::Script, Self::Icon];

    fn text(self) -> &'static str {
        match self {
            Self::Style => include_str!("../assets/view.css"),
            Self::Script => include_str!("../assets/view.js"),
            Self::Icon => include_str!("../assets/icon.svg"),
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Style => "text/css; charset=utf-8",
            Self::Script => "text/javascript; charset=utf-8",
            Self::Icon => "image/svg+xml",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Style => "css",
            Self::Script => "js",
            Self::Icon => "svg",
        }
    }

    /// `<hash>.css`
    fn name(self) -> &'static str {
        static NAMES: OnceLock<[String; 3]> = OnceLock::new();
        let name = |asset: Self| {
            let hash = Sha256::digest(asset.text());
            let hex: String = hash.iter().take(HASH_BYTES).map(|byte| format!("{byte:02x}")).collect();
            format!("{hex}.{}", asset.ending())
        };
        let [style, script, icon] = NAMES.get_or_init(|| Self::ALL.map(name));
        match self {
            Self::Style => style,
            Self::Script => script,
            Self::Icon => icon,
        }
    }

    /// Its path on the site.
    pub(crate) fn path(self, site: &Site) -> String {
        site.path(&format!("/view/assets/{}", self.name()))
    }
}

/// The file of that name, if there is one.
pub(crate) fn answer(name: &str) -> Option<Answer> {
    let asset = Asset::ALL.into_iter().find(|asset| asset.name() == name)?;
    let answer = Answer { content_type: asset.content_type(), ..Answer::json(StatusCode::OK, asset.text().to_owned()) };
    Some(answer.with_header(CACHE_CONTROL, CACHED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_what_is_in_it_and_found_by_that_alone() {
        for asset in Asset::ALL {
            let path = asset.path(&Site::at("https://a.example", "/v1"));
            let name = path.strip_prefix("/v1/view/assets/").expect("its folder");
            assert_eq!(name.split_once('.').map(|(hash, ending)| (hash.len(), ending)), Some((16, asset.ending())));
            assert_eq!(answer(name).map(|answer| answer.content_type), Some(asset.content_type()));
        }
        assert!(answer("0000000000000000.css").is_none());
        assert!(answer("").is_none());
    }

    #[test]
    fn nothing_in_them_comes_from_elsewhere() {
        for asset in Asset::ALL {
            let text = asset.text().replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains("://") && !text.contains("@import"), "{asset:?}");
        }
    }
}
