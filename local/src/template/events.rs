//! A function's events of the types that the local stack delivers. Ignores other types.

use std::time::Duration;

use serde_json::Value;

use super::{
    Error, HttpRoute, Pattern, Schedule, Start, StreamSource,
    evaluate::Evaluator,
    parameters::scalar,
    values::{items, members, texts},
    yaml::join,
};

/// A function's events, by type.
pub(super) struct Events {
    pub(super) routes: Vec<HttpRoute>,
    pub(super) streams: Vec<StreamSource>,
    pub(super) schedules: Vec<Schedule>,
}

pub(super) fn read(
    evaluator: &Evaluator<'_>,
    properties: &Value,
    place: &str,
) -> Result<Events, Error> {
    let mut events = Events { routes: Vec::new(), streams: Vec::new(), schedules: Vec::new() };
    for (name, event) in members(properties, "Events", place)? {
        let properties = event.get("Properties").unwrap_or(&Value::Null);
        let event_place = format!("{place}.Events.{name}");
        let properties = Properties { place: join(&event_place, "Properties"), values: properties };
        match event.get("Type").and_then(Value::as_str) {
            Some("HttpApi") => events.routes.push(route(&properties)?),
            Some("DynamoDB") => {
                let source = stream(evaluator, name, &properties)?;
                events.streams.extend(properties.enabled()?.then_some(source));
            }
            Some("Schedule") => {
                let schedule = schedule(name, &properties)?;
                events.schedules.extend(properties.enabled()?.then_some(schedule));
            }
            _ => {}
        }
    }
    Ok(events)
}

/// The properties of one event, and their place in the template.
struct Properties<'a> {
    place: String,
    values: &'a Value,
}

impl Properties<'_> {
    fn error(&self, key: &str, what: impl std::fmt::Display) -> Error {
        Error::at(&join(&self.place, key), what)
    }

    /// Rejects unknown properties. If they were ignored, the local stack would silently differ from the deployment.
    fn only(&self, known: &[&str]) -> Result<(), Error> {
        let mut keys = self.values.as_object().into_iter().flat_map(serde_json::Map::keys);
        match keys.find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(self.error(key, "is not supported by the local stack")),
            None => Ok(()),
        }
    }

    fn text(&self, key: &str) -> Result<Option<String>, Error> {
        match self.values.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.error(key, "is not a string")),
        }
    }

    fn number(&self, key: &str, default: i64) -> Result<i64, Error> {
        let Some(value) = self.values.get(key) else { return Ok(default) };
        let number = scalar(value).and_then(|text| text.parse().ok());
        number.ok_or_else(|| self.error(key, "is not a whole number"))
    }

    /// A limit. The number -1 means no limit.
    fn limit(&self, key: &str, range: std::ops::RangeInclusive<i64>) -> Result<Option<u64>, Error> {
        let number = self.number(key, -1)?;
        if number != -1 && !range.contains(&number) {
            return Err(self.error(key, format!("{number} is out of range")));
        }
        Ok(u64::try_from(number).ok())
    }

    fn flag(&self, key: &str, default: bool) -> Result<bool, Error> {
        match self.values.get(key).map(scalar) {
            None => Ok(default),
            Some(Some(text)) if text == "true" => Ok(true),
            Some(Some(text)) if text == "false" => Ok(false),
            Some(_) => Err(self.error(key, "must be true or false")),
        }
    }

    fn enabled(&self) -> Result<bool, Error> {
        self.flag("Enabled", true)
    }
}

fn route(properties: &Properties<'_>) -> Result<HttpRoute, Error> {
    let method =
        properties.text("Method")?.unwrap_or_else(|| "ANY".to_owned()).to_ascii_uppercase();
    let method = match method.as_str() {
        "*" | "X-AMAZON-APIGATEWAY-ANY-METHOD" => "ANY".to_owned(),
        _ => method,
    };
    let path = properties.text("Path")?.unwrap_or_else(|| "$default".to_owned());
    Ok(HttpRoute { method, path })
}

fn stream(
    evaluator: &Evaluator<'_>,
    name: &str,
    properties: &Properties<'_>,
) -> Result<StreamSource, Error> {
    // ParallelizationFactor only promises the order per item, and one batch at a time satisfies that.
    properties.only(&[
        "Stream",
        "StartingPosition",
        "BatchSize",
        "MaximumBatchingWindowInSeconds",
        "BisectBatchOnFunctionError",
        "MaximumRetryAttempts",
        "MaximumRecordAgeInSeconds",
        "FunctionResponseTypes",
        "DestinationConfig",
        "FilterCriteria",
        "ParallelizationFactor",
        "Enabled",
    ])?;
    let stream = properties.text("Stream")?;
    if !stream.is_some_and(|arn| is_stream(evaluator, &arn)) {
        return Err(properties.error("Stream", "is not the stream of a table in this template"));
    }
    let start = match properties.text("StartingPosition")?.as_deref() {
        Some("TRIM_HORIZON") => Start::Horizon,
        Some("LATEST") => Start::Latest,
        _ => {
            return Err(properties.error("StartingPosition", "must be TRIM_HORIZON or LATEST"));
        }
    };
    let batch = properties.number("BatchSize", 100)?;
    let batch = usize::try_from(batch).ok().filter(|size| (1..=10_000).contains(size));
    let batch =
        batch.ok_or_else(|| properties.error("BatchSize", "must be between 1 and 10000"))?;
    let window = properties.limit("MaximumBatchingWindowInSeconds", 0..=300)?.unwrap_or(0);
    let types = texts(properties.values, "FunctionResponseTypes", &properties.place)?;
    if let Some(unknown) = types.iter().find(|kind| *kind != "ReportBatchItemFailures") {
        let what = format!("{unknown} is not supported by the local stack");
        return Err(properties.error("FunctionResponseTypes", what));
    }
    Ok(StreamSource {
        name: name.to_owned(),
        start,
        batch,
        window: Duration::from_secs(window),
        bisect: properties.flag("BisectBatchOnFunctionError", false)?,
        retries: properties.limit("MaximumRetryAttempts", 0..=10_000)?,
        age: properties.limit("MaximumRecordAgeInSeconds", 60..=604_800)?.map(Duration::from_secs),
        item_failures: !types.is_empty(),
        on_failure: destination(evaluator, properties)?,
        filters: filters(properties)?,
    })
}

fn is_stream(evaluator: &Evaluator<'_>, arn: &str) -> bool {
    evaluator.resources.iter().any(|(id, resource)| {
        let kind = "AWS::DynamoDB::Table";
        resource["Type"] == kind
            && resource.pointer("/Properties/StreamSpecification").is_some()
            && evaluator.names.attribute(id, kind, "StreamArn").as_deref() == Some(arn)
    })
}

fn destination(
    evaluator: &Evaluator<'_>,
    properties: &Properties<'_>,
) -> Result<Option<String>, Error> {
    let Some(configuration) = properties.values.get("DestinationConfig") else { return Ok(None) };
    let place = "DestinationConfig.OnFailure.Destination";
    let wrong = || properties.error(place, "is not an AWS::SQS::Queue in this template");
    let arn = configuration.pointer("/OnFailure/Destination").and_then(Value::as_str);
    let arn = arn.ok_or_else(wrong)?;
    let kind = "AWS::SQS::Queue";
    let known = evaluator.resources.iter().any(|(id, resource)| {
        resource["Type"] == kind
            && evaluator.names.attribute(id, kind, "Arn").as_deref() == Some(arn)
    });
    if known { Ok(Some(arn.to_owned())) } else { Err(wrong()) }
}

fn filters(properties: &Properties<'_>) -> Result<Vec<Pattern>, Error> {
    let Some(criteria) = properties.values.get("FilterCriteria") else { return Ok(Vec::new()) };
    let filters = items(criteria.get("Filters")).iter().enumerate();
    filters
        .map(|(index, filter)| {
            let place = format!("FilterCriteria.Filters.{index}.Pattern");
            let text = filter.get("Pattern").and_then(Value::as_str);
            let text = text.ok_or_else(|| properties.error(&place, "is not a string"))?;
            Pattern::parse(text).map_err(|what| properties.error(&place, what))
        })
        .collect()
}

fn schedule(name: &str, properties: &Properties<'_>) -> Result<Schedule, Error> {
    properties.only(&["Schedule", "Name", "Description", "Enabled"])?;
    let text = properties.text("Schedule")?.unwrap_or_default();
    let every = rate(&text).ok_or_else(|| {
        let what = format!("\"{text}\" is not supported by the local stack: only rate(…) is");
        properties.error("Schedule", what)
    })?;
    Ok(Schedule { name: name.to_owned(), every })
}

/// `rate(5 minutes)`
fn rate(text: &str) -> Option<Duration> {
    let inner = text.strip_prefix("rate(")?.strip_suffix(')')?;
    let (value, unit) = inner.trim().split_once(' ')?;
    let value = value.parse::<u64>().ok().filter(|value| *value > 0)?;
    let minutes = match unit.trim() {
        "minute" | "minutes" => 1,
        "hour" | "hours" => 60,
        "day" | "days" => 24 * 60,
        _ => return None,
    };
    Some(Duration::from_secs(value.checked_mul(minutes * 60)?))
}
