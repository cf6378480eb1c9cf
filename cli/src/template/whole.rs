//! The template as a whole.

use std::path::Path;

use serde::Deserialize;

use super::document::Document;
use super::error::TemplateError;
use super::gateway_responses::GatewayResponses;
use super::plain::{plain, plain_if_given};
use super::routes::{self, Route};
use super::table::TableDefinition;

/// The template as it stood when this binary was built.
pub const BUILT_IN: &str = include_str!("../../../template.yaml");

/// Stage of the API that SAM makes when a template has none of its own.
const IMPLICIT_STAGE: &str = "Prod";

/// What `audit serve` needs of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Name of the API's stage; it is in every event and never in a local URL.
    pub stage: String,
    /// Every route, in the template's order; no two of them claim the same request.
    pub routes: Vec<Route>,
    /// The one table.
    pub table: TableDefinition,
    /// What the gateway answers on its own.
    pub gateway_responses: GatewayResponses,
    /// Bytes from which on an answer is compressed for a caller that takes it; `None` compresses none.
    pub compressed_bytes_min: Option<usize>,
    /// Media types whose bodies the API passes on as bytes; `*/*` is all of them.
    pub binary_media_types: Vec<String>,
}

/// The API's properties that `audit serve` acts upon.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a map")]
struct Api {
    #[serde(deserialize_with = "plain")]
    stage_name: String,
    #[serde(default)]
    gateway_responses: GatewayResponses,
    #[serde(default, deserialize_with = "plain_if_given")]
    minimum_compression_size: Option<usize>,
    #[serde(default)]
    binary_media_types: Vec<String>,
}

impl Template {
    /// The template that this binary was built with.
    ///
    /// # Errors
    /// As [`Template::parse`]; a test makes sure that the shipped one has none.
    pub fn built_in() -> Result<Self, TemplateError> {
        Self::parse(BUILT_IN)
    }

    /// The template in a file.
    ///
    /// # Errors
    /// The file cannot be read, or as [`Template::parse`].
    pub fn read(file: &Path) -> Result<Self, TemplateError> {
        let place = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .map_err(|error| TemplateError::new(&place, format!("cannot be read: {error}")))?;
        Self::parse(&text).map_err(|error| error.within(&place))
    }

    /// Reads a template's text.
    ///
    /// # Errors
    /// Names the resource and property that is missing, contradicts another, or is not understood.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let document = Document::parse(text)?;
        let (name, api) = match document.at_most_one::<Api>("AWS::Serverless::Api")? {
            Some(api) => (Some(api.name), api.properties),
            None => (None, Api::implicit()),
        };
        Ok(Self {
            stage: api.stage_name,
            routes: routes::parse(&document, name.as_deref())?,
            table: TableDefinition::parse(&document)?,
            gateway_responses: api.gateway_responses,
            compressed_bytes_min: api.minimum_compression_size,
            // SAM has them with `~1` in place of `/`, too.
            binary_media_types: api.binary_media_types.iter().map(|text| text.replace("~1", "/")).collect(),
        })
    }
}

impl Api {
    /// What SAM makes of a template without an API.
    fn implicit() -> Self {
        Self {
            stage_name: IMPLICIT_STAGE.to_owned(),
            gateway_responses: GatewayResponses::default(),
            minimum_compression_size: None,
            binary_media_types: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
";

    #[test]
    fn the_shipped_template_is_understood() {
        let template = Template::built_in().unwrap();

        assert_eq!(template.stage, "v1");
        assert_eq!(template.routes.len(), 2 * 26); // each with HEAD beside it
        assert_eq!(template.table.indexes.len(), 4);
        assert_eq!(template.compressed_bytes_min, Some(1024));
        assert_eq!(template.binary_media_types, ["*/*"]);
    }

    #[test]
    fn other_resources_and_other_events_are_passed_over() {
        let text = format!(
            "Resources:{TABLE}  Queue: {{Type: AWS::SQS::Queue}}
  Consume:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/events-consume
      Events:
        Queue: {{Type: SQS, Properties: {{Queue: !GetAtt Queue.Arn}}}}
"
        );

        let template = Template::parse(&text).unwrap();

        assert_eq!(template.routes, []);
        assert_eq!(template.stage, "Prod");
    }

    #[test]
    fn what_is_not_a_template_is_refused() {
        let message = |text: &str| Template::parse(text).unwrap_err().to_string();

        assert_eq!(message("[]"), "template: invalid type: sequence, expected a map");
        assert_eq!(message("{}"), "Resources: missing");
        assert_eq!(message("Resources: {}"), "Resources: no AWS::DynamoDB::Table");
        assert!(message("Resources: [").starts_with("not YAML: "), "{}", message("Resources: ["));
        assert_eq!(message("Resources: {Table: {Properties: {}}}"), "Table.Type: missing");
    }

    #[test]
    fn two_apis_are_refused() {
        let text =
            format!("Resources:{TABLE}  A: {{Type: AWS::Serverless::Api}}\n  B: {{Type: AWS::Serverless::Api}}\n");

        let error = Template::parse(&text).unwrap_err();

        assert_eq!(error.to_string(), "B: only one AWS::Serverless::Api is understood, and A is one");
    }

    #[test]
    fn a_parameter_stands_for_its_default() {
        let text = |stage: &str| {
            format!(
                "Parameters: {{Stage: {{Type: String, Default: v2}}, Bare: {{Type: String}}}}\nResources:{TABLE}  \
                 Api: {{Type: AWS::Serverless::Api, Properties: {{StageName: {stage}}}}}\n"
            )
        };

        assert_eq!(Template::parse(&text("!Ref Stage")).unwrap().stage, "v2");
        assert_eq!(
            Template::parse(&text("!Ref Bare")).unwrap_err().to_string(),
            "Api.StageName: `!Ref Bare` has no default to stand for it"
        );
        assert_eq!(
            Template::parse(&text("!Sub x")).unwrap_err().to_string(),
            "Api.StageName: a plain value is needed, not !Sub"
        );
    }

    #[test]
    fn an_unreadable_file_is_named() {
        let error = Template::read(Path::new("/nowhere/template.yaml")).unwrap_err();

        assert!(error.to_string().starts_with("/nowhere/template.yaml: cannot be read: "), "{error}");
    }
}
