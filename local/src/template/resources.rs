//! Converts evaluated resources to types, for the resource types that the local stack emulates. Ignores other types.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use super::{
    Cors, Error, Function, HttpApi, Secret, SecretValue, SocketApi, Table, Template,
    evaluate::Evaluator,
    events, names,
    parameters::scalar,
    policies,
    values::{members, texts},
    yaml::join,
};

pub(super) fn read(evaluator: &Evaluator<'_>, globals: &Value) -> Result<Template, Error> {
    let globals = evaluator.value(globals, "Globals.Function")?;
    let mut template = Template {
        functions: Vec::new(),
        table: None,
        secrets: Vec::new(),
        http_api: None,
        socket_api: None,
    };
    for (id, resource) in evaluator.resources {
        let place = join("Resources", id);
        let kind = resource.get("Type").and_then(Value::as_str);
        let kind = kind.ok_or_else(|| Error::at(&place, "has no Type"))?;
        if let Some(condition) = resource.get("Condition").and_then(Value::as_str)
            && !evaluator.condition(condition, &place)?
        {
            continue;
        }
        if !matches!(
            kind,
            "AWS::Serverless::Function"
                | "AWS::DynamoDB::Table"
                | "AWS::SecretsManager::Secret"
                | "AWS::Serverless::HttpApi"
                | "AWS::Serverless::WebSocketApi"
        ) {
            continue;
        }
        let properties_place = join(&place, "Properties");
        let properties = resource.get("Properties").unwrap_or(&Value::Null);
        let properties = evaluator.value(properties, &properties_place)?;
        let only = |present: bool| match present {
            true => Err(Error::at(
                &place,
                format!("a second {kind}; the local stack supports only one"),
            )),
            false => Ok(()),
        };
        match kind {
            "AWS::Serverless::Function" => {
                let metadata = resource.get("Metadata").unwrap_or(&Value::Null);
                let binary = metadata.pointer("/BuildProperties/Binary").and_then(Value::as_str);
                let binary = binary
                    .ok_or_else(|| Error::at(&place, "has no Metadata.BuildProperties.Binary"))?;
                template.functions.push(function(
                    evaluator,
                    id,
                    binary,
                    &globals,
                    &properties,
                    &properties_place,
                )?);
            }
            "AWS::SecretsManager::Secret" => {
                template.secrets.push(secret(id, &properties, &properties_place)?);
            }
            "AWS::DynamoDB::Table" => {
                only(template.table.is_some())?;
                template.table = Some(table(id, &properties, &properties_place)?);
            }
            "AWS::Serverless::HttpApi" => {
                only(template.http_api.is_some())?;
                let cors = cors(properties.get("CorsConfiguration"), &properties_place)?;
                template.http_api = Some(HttpApi { id: names::api_id(id), cors });
            }
            _ => {
                only(template.socket_api.is_some())?;
                template.socket_api =
                    Some(socket_api(id, evaluator, &properties, &properties_place)?);
            }
        }
    }
    Ok(template)
}

fn function(
    evaluator: &Evaluator<'_>,
    id: &str,
    binary: &str,
    globals: &Value,
    properties: &Value,
    place: &str,
) -> Result<Function, Error> {
    let number = |key: &str, default: u64| match properties.get(key).or_else(|| globals.get(key)) {
        None => Ok(default),
        Some(value) => scalar(value)
            .and_then(|text| text.parse::<u64>().ok())
            .ok_or_else(|| Error::at(&join(place, key), "is not a whole number")),
    };
    let mut environment = BTreeMap::new();
    for (level, place) in [(globals, "Globals.Function"), (properties, place)] {
        let place = join(place, "Environment.Variables");
        let Some(variables) = level.pointer("/Environment/Variables") else { continue };
        let variables =
            variables.as_object().ok_or_else(|| Error::at(&place, "is not a mapping"))?;
        for (name, value) in variables {
            let value = scalar(value)
                .ok_or_else(|| Error::at(&join(&place, name), "is not a single string"))?;
            environment.insert(name.clone(), value);
        }
    }
    let events = events::read(evaluator, properties, place)?;
    Ok(Function {
        id: id.to_owned(),
        name: names::name(id),
        binary: binary.to_owned(),
        environment,
        timeout: Duration::from_secs(number("Timeout", 3)?),
        memory: u32::try_from(number("MemorySize", 128)?)
            .map_err(|_| Error::at(&join(place, "MemorySize"), "is too large"))?,
        routes: events.routes,
        streams: events.streams,
        schedules: events.schedules,
        statements: policies::read(evaluator, properties, place)?,
    })
}

fn table(id: &str, properties: &Value, place: &str) -> Result<Table, Error> {
    let name = names::name(id);
    let mut request = json!({ "TableName": name });
    for key in [
        "AttributeDefinitions",
        "KeySchema",
        "BillingMode",
        "ProvisionedThroughput",
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
    ] {
        if let Some(value) = properties.get(key) {
            request[key] = value.clone();
        }
    }
    for key in ["AttributeDefinitions", "KeySchema"] {
        if !request.get(key).is_some_and(Value::is_array) {
            return Err(Error::at(&join(place, key), "is not a list"));
        }
    }
    if let Some(view) = properties.pointer("/StreamSpecification/StreamViewType") {
        request["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": view });
    }
    let expires = properties.get("TimeToLiveSpecification").filter(|ttl| ttl["Enabled"] == true);
    let expires = expires.and_then(|ttl| ttl["AttributeName"].as_str()).map(str::to_owned);
    Ok(Table { name, request, expires })
}

fn secret(id: &str, properties: &Value, place: &str) -> Result<Secret, Error> {
    let value = match (properties.get("SecretString"), properties.get("GenerateSecretString")) {
        (Some(Value::String(text)), None) => SecretValue::Given(text.clone()),
        (None, Some(rule)) => {
            let place = join(place, "GenerateSecretString");
            for key in ["SecretStringTemplate", "GenerateStringKey"] {
                if rule.get(key).is_some() {
                    return Err(Error::at(
                        &place,
                        format!("{key} is not supported by the local stack"),
                    ));
                }
            }
            let length = rule.get("PasswordLength").map_or(Some(32), Value::as_u64);
            let length = length.and_then(|length| usize::try_from(length).ok());
            let length = length.filter(|length| (1..=4096).contains(length));
            let excluded = rule.get("ExcludeCharacters").and_then(Value::as_str).unwrap_or("");
            let without = |key: &str| rule[key] == true;
            let characters: Vec<char> = ('!'..='~')
                .filter(|letter| !(without("ExcludePunctuation") && letter.is_ascii_punctuation()))
                .filter(|letter| !(without("ExcludeNumbers") && letter.is_ascii_digit()))
                .filter(|letter| !(without("ExcludeUppercase") && letter.is_ascii_uppercase()))
                .filter(|letter| !(without("ExcludeLowercase") && letter.is_ascii_lowercase()))
                .filter(|letter| !excluded.contains(*letter))
                .collect();
            if characters.is_empty() {
                return Err(Error::at(&place, "excludes every character"));
            }
            SecretValue::Generated {
                length: length.ok_or_else(|| {
                    Error::at(&place, "PasswordLength must be between 1 and 4096")
                })?,
                characters,
            }
        }
        _ => return Err(Error::at(place, "needs either SecretString or GenerateSecretString")),
    };
    Ok(Secret { name: names::name(id), arn: names::secret_arn(id), value })
}

fn cors(configuration: Option<&Value>, place: &str) -> Result<Option<Cors>, Error> {
    let place = join(place, "CorsConfiguration");
    Ok(match configuration {
        None | Some(Value::Null | Value::Bool(false)) => None,
        Some(Value::Bool(true)) => Some(Cors { origins: vec!["*".to_owned()], ..Cors::default() }),
        Some(rules) => Some(Cors {
            origins: texts(rules, "AllowOrigins", &place)?,
            methods: texts(rules, "AllowMethods", &place)?,
            headers: texts(rules, "AllowHeaders", &place)?,
            exposed: texts(rules, "ExposeHeaders", &place)?,
            max_age: rules.get("MaxAge").and_then(scalar).and_then(|text| text.parse().ok()),
            credentials: rules["AllowCredentials"] == true,
        }),
    })
}

fn socket_api(
    id: &str,
    evaluator: &Evaluator<'_>,
    properties: &Value,
    place: &str,
) -> Result<SocketApi, Error> {
    let stage = properties.get("StageName").and_then(Value::as_str);
    let mut routes = BTreeMap::new();
    for (key, route) in members(properties, "Routes", place)? {
        let place = format!("{place}.Routes.{key}");
        let arn = route.get("FunctionArn").and_then(Value::as_str);
        let function = arn
            .and_then(|arn| evaluator.resources.keys().find(|id| names::function_arn(id) == arn));
        let function = function
            .ok_or_else(|| Error::at(&place, "FunctionArn is not a function in this template"))?;
        if !matches!(key.as_str(), "$connect" | "$default" | "$disconnect") {
            return Err(Error::at(
                &place,
                "the local stack supports only $connect, $default and $disconnect",
            ));
        }
        routes.insert(key.clone(), function.clone());
    }
    Ok(SocketApi { id: names::api_id(id), stage: stage.unwrap_or("default").to_owned(), routes })
}
