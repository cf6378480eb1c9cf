//! Paths of routes.

use std::str::FromStr;

/// A path whose segments are literal or parameters, such as `/{category}/v1/audit-trail` or `/log/tile/{tile+}`; `/` has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathPattern {
    text: String,
    segments: Vec<Segment>,
}

/// One segment of a [`PathPattern`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// The segment itself.
    Literal(String),
    /// Any one segment that is not empty, under this name.
    Parameter(String),
    /// One segment or more at the end of the path, none of them empty, under this name.
    Greedy(String),
}

impl PathPattern {
    /// Reads a path; `Err` says what is wrong with it.
    ///
    /// # Errors
    /// It does not begin with `/`, ends with one behind a segment, has an empty segment, a greedy one (`{proxy+}`) that is not its last, or uses a name twice.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix('/').ok_or_else(|| format!("`{text}` does not begin with `/`"))?;
        if rest.is_empty() {
            return Ok(Self { text: text.to_owned(), segments: Vec::new() });
        }
        let segments = rest.split('/').map(Segment::parse).collect::<Result<Vec<_>, _>>()?;
        for (index, segment) in segments.iter().enumerate() {
            let behind = || segments.iter().skip(index + 1);
            if matches!(segment, Segment::Greedy(_)) && behind().next().is_some() {
                return Err(format!("`{text}` goes on behind its greedy segment"));
            }
            if segment.name().is_some_and(|name| behind().any(|other| other.name() == Some(name))) {
                return Err(format!("`{text}` uses the same name twice"));
            }
        }
        Ok(Self { text: text.to_owned(), segments })
    }

    /// The path as the template writes it: the `resource` of an event.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its segments, in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether two patterns match exactly the same paths: the names of parameters do not count.
    pub(super) fn is_the_same_as(&self, other: &Self) -> bool {
        let same = |(a, b): (&Segment, &Segment)| match (a, b) {
            (Segment::Literal(a), Segment::Literal(b)) => a == b,
            (Segment::Parameter(_), Segment::Parameter(_)) | (Segment::Greedy(_), Segment::Greedy(_)) => true,
            (Segment::Literal(_) | Segment::Parameter(_) | Segment::Greedy(_), _) => false,
        };
        self.segments.len() == other.segments.len() && self.segments.iter().zip(&other.segments).all(same)
    }
}

impl Segment {
    /// The name of a parameter.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Literal(_) => None,
            Self::Parameter(name) | Self::Greedy(name) => Some(name),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let name = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        match name {
            _ if text.is_empty() => Err("a path segment is empty".to_owned()),
            Some(name) if is_name(name) => Ok(Self::Parameter(name.to_owned())),
            Some(name) if name.strip_suffix('+').is_some_and(is_name) => {
                Ok(Self::Greedy(name.trim_end_matches('+').to_owned()))
            }
            None if !text.contains(['{', '}']) => Ok(Self::Literal(text.to_owned())),
            _ => Err(format!("the path segment `{text}` is not understood")),
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

impl FromStr for PathPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}
