//! The template as the stack reads it: the project's template, and small ones.

use super::*;

fn names() -> Names {
    Names {
        http_url: "http://127.0.0.1:3000".to_owned(),
        socket_url: "ws://127.0.0.1:3001".to_owned(),
    }
}

fn parse(text: &str) -> Result<Template, Error> {
    Template::parse(text, &Parameters::default(), &names())
}

/// Evaluates an expression in a function's environment variable `X`, with further sections in the template.
fn evaluated(expression: &str, sections: &str) -> Result<Option<String>, String> {
    let text = format!(
        "{sections}
Resources:
  Table: {{ Type: AWS::DynamoDB::Table, Properties: {{ AttributeDefinitions: [], KeySchema: [] }} }}
  Key: {{ Type: AWS::SecretsManager::Secret, Properties: {{ SecretString: s }} }}
  Sockets: {{ Type: AWS::Serverless::WebSocketApi }}
  R: {{ Type: AWS::IAM::Role }}
  F:
    Type: AWS::Serverless::Function
    Metadata: {{ BuildProperties: {{ Binary: f }} }}
    Properties:
      Environment:
        Variables:
          X: {expression}
"
    );
    let template = parse(&text).map_err(|error| error.to_string())?;
    Ok(template.functions[0].environment.get("X").cloned())
}

fn value(expression: &str) -> String {
    let sections = "
Parameters:
  Name: { Type: String, Default: chat }
  Origins: { Type: CommaDelimitedList, Default: 'http://a,http://b' }
Conditions:
  Chat: !Equals [!Ref Name, chat]
  Other: !Not [!Condition Chat]
  Both: !And [!Condition Chat, !Condition Other]
  Either: !Or [Condition: Chat, Condition: Other]";
    evaluated(expression, sections).unwrap().unwrap_or_else(|| "(none)".to_owned())
}

#[test]
fn the_projects_template_is_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml");
    let template = Template::load(Path::new(path), &Parameters::default(), &names()).unwrap();
    let auth = template.functions.iter().find(|function| function.binary == "auth").unwrap();
    assert_eq!(auth.environment["SOCKET_URL"], "ws://127.0.0.1:3001/live");
    assert_eq!(auth.environment["TABLE_NAME"], "emotechat-Table");
    assert_eq!(auth.timeout, Duration::from_secs(25));
    assert!(auth.routes.iter().any(|route| route.path == "/api/auth/{proxy+}"));
    assert!(auth.statements.iter().any(|statement| {
        statement.resources == ["arn:aws:dynamodb:us-east-1:000000000000:table/emotechat-Table"]
    }));
    let sockets = template.socket_api.unwrap();
    assert_eq!((sockets.stage.as_str(), sockets.routes.len()), ("live", 3));
    assert_eq!(template.table.unwrap().expires.unwrap(), "expires_at");
    assert!(template.http_api.unwrap().cors.is_some());
    let secrets: Vec<&str> = template.secrets.iter().map(|secret| secret.name.as_str()).collect();
    assert_eq!(secrets, ["emotechat-ResetKey", "emotechat-TokenKey"]);
}

/// Options that are off by default change nothing that the stack emulates, except the URL for tickets.
#[test]
fn the_projects_template_is_read_with_all_options_on() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml");
    let given = [
        ("AccessLogs", "all"),
        ("Architecture", "arm64"),
        ("Tracing", "Active"),
        ("Alarms", "false"),
        ("PasswordConcurrency", "10"),
        ("ApiDomain", "api.chat.example.com"),
        ("SocketDomain", "socket.chat.example.com"),
        ("HostedZoneId", "Z1"),
        ("DeletionProtection", "false"),
    ];
    let overrides = given.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let parameters = Parameters { overrides, ..Parameters::default() };
    let template = Template::load(Path::new(path), &parameters, &names()).unwrap();
    let auth = template.functions.iter().find(|function| function.binary == "auth").unwrap();
    assert_eq!(auth.environment["SOCKET_URL"], "wss://socket.chat.example.com");
    for function in &template.functions {
        let may = |action: &str| {
            function
                .statements
                .iter()
                .any(|statement| statement.actions.iter().any(|a| a == action))
        };
        assert!(may("xray:PutTraceSegments") && may("logs:PutLogEvents"), "{}", function.id);
    }
    assert_eq!(template.functions.len(), 7);
}

#[test]
fn references_evaluate_to_local_names() {
    assert_eq!(value("!Ref Name"), "chat");
    assert_eq!(value("{ Ref: Table }"), "emotechat-Table");
    assert_eq!(
        value("!Ref Key"),
        "arn:aws:secretsmanager:us-east-1:000000000000:secret:emotechat-Key-000000"
    );
    assert_eq!(value("!GetAtt Sockets.ApiEndpoint"), "ws://127.0.0.1:3001");
    assert_eq!(
        value("{ 'Fn::GetAtt': [F, Arn] }"),
        "arn:aws:lambda:us-east-1:000000000000:function:emotechat-F"
    );
    assert_eq!(value("!GetAtt R.Arn"), "arn:aws:iam::000000000000:role/emotechat-R");
    assert_eq!(value("!Ref AWS::NoValue"), "(none)");
}

#[test]
fn functions_are_evaluated_in_both_forms() {
    assert_eq!(value("!Sub '${Name}.${AWS::Region}.${!Literal}'"), "chat.us-east-1.${Literal}");
    assert_eq!(value("!Sub ['${A}-${Name}', { A: !Ref Table }]"), "emotechat-Table-chat");
    assert_eq!(value("!Join ['+', !Ref Origins]"), "http://a+http://b");
    assert_eq!(value("!Select [1, !Split ['/', 'a/b/c']]"), "b");
    assert_eq!(value("{ 'Fn::Join': ['', [a, { Ref: Name }]] }"), "achat");
}

#[test]
fn conditions_select_a_branch() {
    assert_eq!(value("!If [Chat, yes, no]"), "yes");
    assert_eq!(value("!If [Other, yes, !Ref AWS::NoValue]"), "(none)");
    assert_eq!(value("!If [Both, yes, no]"), "no");
    assert_eq!(value("!If [Either, yes, no]"), "yes");
}

#[test]
fn an_error_names_its_place() {
    let error = |expression| evaluated(expression, "").unwrap_err();
    let place = "Resources.F.Properties.Environment.Variables.X";
    assert_eq!(error("!Ref Foo"), format!("{place}: no resource or parameter \"Foo\""));
    assert_eq!(error("!Sub '${Foo.Arn}'"), format!("{place}: no resource \"Foo\""));
    assert_eq!(error("!Sub '${Foo'"), format!("{place}: Fn::Sub is missing a \"}}\""));
    assert_eq!(error("!Join [a]"), format!("{place}: Fn::Join is malformed"));
    assert_eq!(
        error("!ImportValue a"),
        format!("{place}: Fn::ImportValue is not supported by the local stack")
    );
    assert_eq!(error("[1]"), format!("{place}: is not a single string"));
    assert_eq!(error("!If [Foo, a, b]"), format!("{place}: no condition \"Foo\""));
    assert!(!parse("a: [").unwrap_err().to_string().contains('\n'));
    assert_eq!(parse("a: b").unwrap_err().to_string(), "no Resources");
}

#[test]
fn conditions_in_a_cycle_are_an_error() {
    let cycle = "Conditions: { A: { Condition: B }, B: { Condition: A } }";
    assert!(evaluated("!If [A, x, y]", cycle).unwrap_err().contains("in a cycle"));
}

/// A function with one event and one further statement, in a template with a table, its stream and a queue.
fn with_event(kind: &str, properties: &str, statement: &str) -> Result<Function, String> {
    let text = format!(
        "
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {{ AttributeDefinitions: [], KeySchema: [], StreamSpecification: {{ StreamViewType: NEW_IMAGE }} }}
  Lost: {{ Type: AWS::SQS::Queue }}
  F:
    Type: AWS::Serverless::Function
    Metadata: {{ BuildProperties: {{ Binary: f }} }}
    Properties:
      Policies: [{{ Statement: [{{ Effect: Allow, Action: 'ses:SendEmail', Resource: '*', {statement} }}] }}]
      Events: {{ E: {{ Type: {kind}, Properties: {{ {properties} }} }} }}
"
    );
    let mut template = parse(&text).map_err(|error| error.to_string())?;
    Ok(template.functions.remove(0))
}

const STREAM: &str = "Stream: !GetAtt Table.StreamArn, StartingPosition: LATEST";

#[test]
fn a_stream_event_is_read_with_its_defaults() {
    let stream = |more: &str| {
        with_event("DynamoDB", &format!("{STREAM}{more}"), "")
            .map(|mut read| read.streams.remove(0))
    };
    let plain = stream("").unwrap();
    assert_eq!((plain.name.as_str(), plain.start, plain.batch), ("E", Start::Latest, 100));
    assert_eq!((plain.window, plain.retries, plain.age), (Duration::ZERO, None, None));
    assert!(!plain.bisect && !plain.item_failures && plain.on_failure.is_none());
    let full = stream(
        ", BatchSize: 10, MaximumBatchingWindowInSeconds: 1, BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 3, MaximumRecordAgeInSeconds: 3600, ParallelizationFactor: 10,
        FunctionResponseTypes: [ReportBatchItemFailures],
        DestinationConfig: { OnFailure: { Destination: !GetAtt Lost.Arn } },
        FilterCriteria: { Filters: [{ Pattern: '{\"eventName\":[\"INSERT\"]}' }] }",
    );
    let full = full.unwrap();
    assert_eq!((full.batch, full.window, full.retries), (10, Duration::from_secs(1), Some(3)));
    assert_eq!(full.age, Some(Duration::from_secs(3600)));
    assert!(full.bisect && full.item_failures);
    let queue = "arn:aws:sqs:us-east-1:000000000000:emotechat-Lost";
    assert_eq!(full.on_failure.as_deref(), Some(queue));
    assert!(full.filters[0].matches(&serde_json::json!({ "eventName": "INSERT" })));
    let off = with_event("DynamoDB", &format!("{STREAM}, Enabled: false"), "").unwrap();
    assert!(off.streams.is_empty());
}

#[test]
fn an_unsupported_stream_event_is_an_error() {
    let error = |properties: &str| with_event("DynamoDB", properties, "").unwrap_err();
    let place = "Resources.F.Properties.Events.E.Properties";
    let with = |more: &str| error(&format!("{STREAM}, {more}"));
    assert_eq!(
        with("TumblingWindowInSeconds: 1"),
        format!("{place}.TumblingWindowInSeconds: is not supported by the local stack")
    );
    assert_eq!(
        error("Stream: !GetAtt Table.Arn, StartingPosition: LATEST"),
        format!("{place}.Stream: is not the stream of a table in this template")
    );
    assert_eq!(with("BatchSize: 0"), format!("{place}.BatchSize: must be between 1 and 10000"));
    assert_eq!(
        with("DestinationConfig: { OnFailure: { Destination: 'arn:x' } }"),
        format!(
            "{place}.DestinationConfig.OnFailure.Destination: is not an AWS::SQS::Queue in this template"
        )
    );
    assert_eq!(
        with("FilterCriteria: { Filters: [{ Pattern: '{\"a\":1}' }] }"),
        format!("{place}.FilterCriteria.Filters.0.Pattern: a: must be an object or a list")
    );
}

/// The statements of a function, from its own properties and those of the role `R`.
fn rights(own: &str, role: &str) -> Result<Vec<Statement>, String> {
    let text = format!(
        "
Parameters: {{ Traced: {{ Type: String, Default: 'no' }} }}
Conditions: {{ Traced: !Equals [!Ref Traced, 'yes'] }}
Resources:
  Logs: {{ Type: AWS::Logs::LogGroup }}
  R: {{ Type: AWS::IAM::Role, Properties: {{ {role} }} }}
  F:
    Type: AWS::Serverless::Function
    Metadata: {{ BuildProperties: {{ Binary: f }} }}
    Properties: {{ {own} }}
"
    );
    let mut template = parse(&text).map_err(|error| error.to_string())?;
    Ok(template.functions.remove(0).statements)
}

#[test]
fn a_function_has_the_rights_of_its_role() {
    let role = "Policies: [
        { PolicyName: a, PolicyDocument: { Statement: [
            { Effect: Allow, Action: [logs:CreateLogStream], Resource: !GetAtt Logs.Arn },
            !If [Traced, { Effect: Allow, Action: 'xray:*', Resource: '*' }, !Ref AWS::NoValue]] } },
        { PolicyName: b, PolicyDocument: { Statement: { Effect: Deny, Action: 's3:*', Resource: '*' } } }]";
    let read = rights("Role: !GetAtt R.Arn", role).unwrap();
    assert_eq!(read.len(), 2, "the statement of NoValue is omitted");
    assert_eq!(read[0].actions, ["logs:CreateLogStream"]);
    let logs = "arn:aws:logs:us-east-1:000000000000:log-group:emotechat-Logs:*";
    assert_eq!((read[0].allow, &*read[0].resources[0]), (true, logs));
    assert_eq!((read[1].allow, &*read[1].actions[0]), (false, "s3:*"));
}

#[test]
fn an_unsupported_role_is_an_error() {
    let error = |own, role| rights(own, role).unwrap_err();
    assert_eq!(
        error("Role: 'arn:aws:iam::000000000000:role/x'", ""),
        "Resources.F.Properties.Role: is not a role in this template"
    );
    assert_eq!(
        error("Role: !GetAtt R.Arn, Policies: []", ""),
        "Resources.F.Properties.Policies: SAM ignores policies of a function with a Role"
    );
    let place = "Resources.R.Properties";
    assert_eq!(
        error("Role: !GetAtt R.Arn", "ManagedPolicyArns: ['arn:x']"),
        format!("{place}.ManagedPolicyArns: is not supported by the local stack")
    );
    assert_eq!(
        error("Role: !GetAtt R.Arn", "Policies: [{ PolicyName: a }]"),
        format!("{place}.Policies.0: the local stack supports only policies with statements")
    );
}

#[test]
fn a_schedule_is_a_rate() {
    let every = |rate: &str| {
        with_event("Schedule", &format!("Schedule: {rate}"), "")
            .map(|read| read.schedules[0].every.as_secs())
    };
    assert_eq!(every("rate(1 minute)"), Ok(60));
    assert_eq!(every("rate(6 hours)"), Ok(6 * 3600));
    assert_eq!(every("rate(2 days)"), Ok(2 * 24 * 3600));
    let cron = every("cron(0 12 * * ? *)").unwrap_err();
    let place = "Resources.F.Properties.Events.E.Properties.Schedule";
    assert_eq!(
        cron,
        format!(
            "{place}: \"cron(0 12 * * ? *)\" is not supported by the local stack: only rate(…) is"
        )
    );
    assert!(every("rate(0 minutes)").is_err());
}

#[test]
fn the_only_supported_condition_is_the_senders_address() {
    let read = |condition: &str| {
        with_event("Schedule", "Schedule: rate(1 day)", &format!("Condition: {condition}"))
    };
    let function = read("{ StringEquals: { 'ses:FromAddress': a@b.example } }").unwrap();
    let statement = &function.statements[0];
    assert_eq!(statement.equals["ses:FromAddress"], ["a@b.example"]);
    let place = "Resources.F.Properties.Policies.0.Statement.0.Condition";
    assert_eq!(
        read("{ StringLike: { 'ses:FromAddress': '*' } }").unwrap_err(),
        format!("{place}.StringLike: is not supported by the local stack")
    );
    assert_eq!(
        read("{ StringEquals: { 'aws:SourceIp': x } }").unwrap_err(),
        format!("{place}.StringEquals.aws:SourceIp: is not supported by the local stack")
    );
}
