//! Paths of routes.

use std::str::FromStr;

/// A path whose segments are literal or parameters, such as `/{category}/v1/audit-trail`.
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
}

impl PathPattern {
    /// Reads a path; `Err` says what is wrong with it.
    ///
    /// # Errors
    /// It does not begin with `/`, ends with one, has an empty segment, is greedy (`{proxy+}`), or uses a name twice.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix('/').ok_or_else(|| format!("`{text}` does not begin with `/`"))?;
        let segments = rest.split('/').map(Segment::parse).collect::<Result<Vec<_>, _>>()?;
        for (index, segment) in segments.iter().enumerate() {
            if matches!(segment, Segment::Parameter(_)) && segments.iter().skip(index + 1).any(|other| other == segment)
            {
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
            (Segment::Parameter(_), Segment::Parameter(_)) => true,
            (Segment::Literal(_), Segment::Parameter(_)) | (Segment::Parameter(_), Segment::Literal(_)) => false,
        };
        self.segments.len() == other.segments.len() && self.segments.iter().zip(&other.segments).all(same)
    }
}

impl Segment {
    fn parse(text: &str) -> Result<Self, String> {
        let name = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        match name {
            _ if text.is_empty() => Err("a path segment is empty".to_owned()),
            Some(name) if name.ends_with('+') => Err(format!("the greedy segment `{text}` is not understood")),
            Some(name) if !name.is_empty() && name.bytes().all(is_name_byte) => Ok(Self::Parameter(name.to_owned())),
            None if !text.contains(['{', '}']) => Ok(Self::Literal(text.to_owned())),
            _ => Err(format!("the path segment `{text}` is not understood")),
        }
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-".contains(&byte)
}

impl FromStr for PathPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}
