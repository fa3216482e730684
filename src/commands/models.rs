//! `claude-lint models`.

use claude_lint::error::Error;
use claude_lint::sdk::date::Date;
use claude_lint::sdk::models::{Model, Status, models};

use super::table::table;
use super::{CLEAN, terminal};
use crate::cli::{ListFormat, ModelsArgs};

/// Prints what is known of every model.
pub(crate) fn run(args: &ModelsArgs) -> Result<u8, Error> {
    let day = args.as_of.unwrap_or_else(Date::today);
    let models = models();
    let text = match args.output_format {
        ListFormat::Text => {
            let head = ["model", "status", "retires", "replacement", "max output", "context", "restrictions"];
            let mut rows = vec![head.map(String::from)];
            rows.extend(models.all().iter().map(|model| row(model, day)));
            format!("{}\nstatus on {day}; data of {}\n", table(&rows), models.as_of)
        }
        ListFormat::Json => {
            let entry = |model: &Model| {
                let mut entry = serde_json::to_value(model).unwrap_or_default();
                entry["status"] = serde_json::json!(model.status_on(day));
                entry
            };
            let list: Vec<serde_json::Value> = models.all().iter().map(entry).collect();
            let list = serde_json::json!({
                "version": 1, "as_of": day, "data_as_of": models.as_of, "models": list,
            });
            format!("{list:#}\n")
        }
    };
    terminal::print(&text)?;
    Ok(CLEAN)
}

fn row(model: &Model, day: Date) -> [String; 7] {
    let status = match model.status_on(day) {
        Status::Active => "active",
        Status::Deprecated => "deprecated",
        Status::Retired => "retired",
    };
    let retires = match (model.retires_on, model.retires_not_before) {
        (Some(end), _) => end.to_string(),
        (None, Some(first)) if first > day => format!("after {first}"),
        _ => "-".to_string(),
    };
    let replacement = model.replacement.clone().unwrap_or_else(|| "-".to_string());
    let number = |n: Option<u64>| n.map_or_else(|| "-".to_string(), |n| n.to_string());
    let max = number(model.max_output_tokens);
    [
        model.id.clone(),
        status.into(),
        retires,
        replacement,
        max,
        number(model.context_window),
        restrictions(model),
    ]
}

/// What requests to a model may not hold.
fn restrictions(model: &Model) -> String {
    if model.max_output_tokens.is_none() {
        return "-".to_string();
    }
    let mut out = Vec::new();
    match model.sampling_params.as_ref().map(|s| &*s.api_2023_06_01) {
        Some("non_default_value_returns_400") => out.push("no sampling parameters"),
        Some("temperature_and_top_p_together_returns_400") => out.push("temperature or top_p, not both"),
        _ => {}
    }
    if model.thinking.enabled_budget_tokens == "rejected" {
        out.push("no budget_tokens");
    }
    if !model.thinking.adaptive {
        out.push("no adaptive thinking");
    }
    if model.thinking.disabled == "rejected" {
        out.push("thinking cannot be disabled");
    }
    if !model.effort.supported {
        out.push("no effort");
    }
    if model.supports_prefill == Some(false) {
        out.push("no prefill");
    }
    if model.forced_tool_choice.as_deref() == Some("rejected") {
        out.push("no forced tool_choice");
    }
    out.join(", ")
}
