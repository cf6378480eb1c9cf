//! The template as JSON: `!GetAtt Table.Arn` is `{"Fn::GetAtt": "Table.Arn"}`, its long form.

use audit_cli::template::BUILT_IN;
use serde_json::{Map, Value, json};
use serde_yaml_ng::Value as Yaml;
use std::sync::LazyLock;

/// The shipped template, which is read once and copied for whoever asks.
pub fn template() -> Value {
    static READ: LazyLock<Value> =
        LazyLock::new(|| to_json(serde_yaml_ng::from_str(BUILT_IN).expect("the shipped template is YAML")));
    READ.clone()
}

fn to_json(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Sequence(values) => values.into_iter().map(to_json).collect(),
        Yaml::Mapping(fields) => {
            let field =
                |(name, value): (Yaml, Yaml)| (name.as_str().expect("names are text").to_owned(), to_json(value));
            Value::Object(fields.into_iter().map(field).collect::<Map<_, _>>())
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let function = match tag.trim_start_matches('!') {
                "Ref" => "Ref".to_owned(),
                "Condition" => "Condition".to_owned(),
                function => format!("Fn::{function}"),
            };
            json!({ function: to_json(tagged.value) })
        }
        plain => serde_json::to_value(plain).expect("what is left is plain"),
    }
}
