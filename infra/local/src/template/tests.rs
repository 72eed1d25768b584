//! What the template says, as the stack understands it: the project's own, and small ones.

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

/// A function whose environment holds one expression, `X`, beside further sections.
fn evaluated(expression: &str, sections: &str) -> Result<Option<String>, String> {
    let text = format!(
        "{sections}
Resources:
  Table: {{ Type: AWS::DynamoDB::Table, Properties: {{ AttributeDefinitions: [], KeySchema: [] }} }}
  Key: {{ Type: AWS::SecretsManager::Secret, Properties: {{ SecretString: s }} }}
  Sockets: {{ Type: AWS::Serverless::WebSocketApi }}
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
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
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
    assert_eq!(template.secrets.len(), 1);
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
fn conditions_choose() {
    assert_eq!(value("!If [Chat, yes, no]"), "yes");
    assert_eq!(value("!If [Other, yes, !Ref AWS::NoValue]"), "(none)");
    assert_eq!(value("!If [Both, yes, no]"), "no");
    assert_eq!(value("!If [Either, yes, no]"), "yes");
}

#[test]
fn an_error_names_its_place() {
    let refused = |expression| evaluated(expression, "").unwrap_err();
    let place = "Resources.F.Properties.Environment.Variables.X";
    assert_eq!(refused("!Ref Foo"), format!("{place}: no resource or parameter \"Foo\""));
    assert_eq!(refused("!Sub '${Foo.Arn}'"), format!("{place}: no resource \"Foo\""));
    assert_eq!(refused("!Sub '${Foo'"), format!("{place}: Fn::Sub lacks a \"}}\""));
    assert_eq!(refused("!Join [a]"), format!("{place}: Fn::Join has the wrong form"));
    assert_eq!(
        refused("!ImportValue a"),
        format!("{place}: Fn::ImportValue is not known to the local stack")
    );
    assert_eq!(refused("[1]"), format!("{place}: is not one string"));
    assert_eq!(refused("!If [Foo, a, b]"), format!("{place}: no condition \"Foo\""));
    assert!(!parse("a: [").unwrap_err().to_string().contains('\n'));
    assert_eq!(parse("a: b").unwrap_err().to_string(), "no Resources");
}

#[test]
fn conditions_in_a_circle_are_an_error() {
    let circle = "Conditions: { A: { Condition: B }, B: { Condition: A } }";
    assert!(evaluated("!If [A, x, y]", circle).unwrap_err().contains("in a circle"));
}
