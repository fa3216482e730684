//! The JSON Schema of configuration files, for editors.

use serde_json::{Value, json};

use super::Document;
use crate::rules::{self, Category};

/// The schema, with the names of rules and categories.
pub fn json_schema() -> Value {
    let mut schema = schemars::schema_for!(Document).to_value();
    let names: Vec<&str> = Category::ALL
        .iter()
        .map(|category| category.name())
        .chain(rules::ALL.iter().map(|rule| rule.id))
        .collect();
    // Custom rules have names that only their project knows.
    let custom = "^[a-z0-9]+(-[a-z0-9]+)*$";
    schema["$defs"]["RuleOrCategory"] =
        json!({ "anyOf": [{ "type": "string", "enum": names }, { "type": "string", "pattern": custom }] });
    schema["title"] = "claude-lint".into();
    for list in ["select", "ignore"] {
        schema["properties"][list]["items"] = json!({ "$ref": "#/$defs/RuleOrCategory" });
        schema["$defs"]["OverrideTable"]["properties"][list]["items"] =
            json!({ "$ref": "#/$defs/RuleOrCategory" });
    }
    let by_rule = || -> Value {
        rules::ALL
            .iter()
            .map(|rule| {
                (rule.id.to_string(), json!({ "$ref": "#/$defs/RuleTable", "description": rule.summary }))
            })
            .collect::<serde_json::Map<String, Value>>()
            .into()
    };
    for table in ["/properties/rules", "/$defs/OverrideTable/properties/rules"] {
        if let Some(Value::Object(rules)) = schema.pointer_mut(table) {
            rules.insert("properties".into(), by_rule());
            rules.insert("patternProperties".into(), json!({ custom: { "$ref": "#/$defs/RuleTable" } }));
            rules.insert("additionalProperties".into(), false.into());
        }
    }
    schema
}
