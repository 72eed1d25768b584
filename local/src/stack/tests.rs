//! The whole stack, with stub functions that return their event and their environment.

use futures::{FutureExt, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::json;
use tokio_tungstenite::{connect_async, tungstenite::Message};

use std::path::PathBuf;

use super::*;
use crate::{Data, Invoke, host::random};

fn stub() -> BTreeMap<&'static str, Builder> {
    let builder: Builder = |variables, clock| {
        async move {
            let invoke: Invoke = Arc::new(move |event: Value| {
                let body = json!({ "event": event, "variables": *variables, "now": clock.now() });
                async move { Ok(json!({ "statusCode": 200, "body": body.to_string() })) }.boxed()
            });
            Ok(invoke)
        }
        .boxed()
    };
    ["auth", "conversations", "mailer", "password", "profile", "realtime", "repair"]
        .map(|binary| (binary, builder))
        .into()
}

async fn get(url: &str) -> (u16, Value) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<bytes::Bytes>>();
    let (parts, body) = client.get(url.parse().unwrap()).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), serde_json::from_slice(&body).unwrap())
}

fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("emotechat-{}", random::access_key()))
}

#[tokio::test]
async fn a_stack_runs_what_the_template_declares() {
    let stack = Stack::start_with(Options::default(), stub()).await.unwrap();
    let (status, body) = get(&format!("{}/api/auth/login", stack.http_url())).await;
    assert_eq!((status, &body["event"]["routeKey"]), (200, &json!("ANY /api/auth/{proxy+}")));
    let variables = &body["variables"];
    assert_eq!(variables["SOCKET_URL"], format!("{}/live", stack.socket_url()));
    assert_eq!(variables["AWS_LAMBDA_FUNCTION_NAME"], "emotechat-AuthFunction");
    assert_eq!(variables["AWS_REGION"], "us-east-1");
    let management = variables["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"].as_str().unwrap();
    assert_eq!(management, format!("{}/live", stack.socket_url().replace("ws", "http")));
    let (_, other) = get(&format!("{}/api/conversations", stack.http_url())).await;
    assert_ne!(other["variables"]["AWS_ACCESS_KEY_ID"], variables["AWS_ACCESS_KEY_ID"]);
    let origins = stack.environment("RealtimeFunction").unwrap()["ALLOWED_ORIGINS"].clone();
    assert!(origins.split(',').any(|origin| origin == stack.http_url()), "{origins}");
    assert_eq!(get(&format!("{}/other", stack.http_url())).await.0, 404);
    stack.stop().await;
}

#[tokio::test]
async fn time_passes_for_functions_and_sockets() {
    let stack = Stack::start_with(Options::default(), stub()).await.unwrap();
    let url = format!("{}/live", stack.socket_url());
    let (mut client, _) = connect_async(url).await.unwrap();
    let before = stack.clock().now();
    stack.advance(Duration::from_secs(2 * 60 * 60));
    assert!(matches!(client.next().await, Some(Ok(Message::Close(Some(_))))));
    let (_, body) = get(&format!("{}/api/auth/x", stack.http_url())).await;
    let now = serde_json::from_value::<shared::domain::Timestamp>(body["now"].clone()).unwrap();
    assert!(now.since(before) >= Duration::from_secs(2 * 60 * 60));
}

#[tokio::test]
async fn a_stack_restarts_with_the_same_port_and_data() {
    let folder = folder();
    let options = Options { data: Data::Folder(folder.clone()), ..Options::default() };
    let stack = Stack::start_with(options.clone(), stub()).await.unwrap();
    let in_use = Stack::start_with(options.clone(), stub()).await.unwrap_err().to_string();
    assert_eq!(
        in_use,
        format!("cannot use the data in {}: another process is using it", folder.display())
    );
    let port: u16 = stack.http_url().rsplit(':').next().unwrap().parse().unwrap();
    let taken = Options { http_port: port, ..Options::default() };
    let taken = Stack::start_with(taken, stub()).await.unwrap_err().to_string();
    assert!(taken.starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")), "{taken}");
    stack.stop().await;
    let again = Options { http_port: port, ..options };
    let stack = Stack::start_with(again, stub()).await.unwrap();
    assert_eq!(get(&format!("{}/api/auth/x", stack.http_url())).await.0, 200);
    stack.stop().await;
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_failed_start_gives_its_reason_in_one_line() {
    let error = async |options: Options, builders| {
        Stack::start_with(options, builders).await.unwrap_err().to_string()
    };
    let unlinked = error(Options::default(), BTreeMap::new()).await;
    assert!(unlinked.contains("\"auth\", which is not linked"), "{unlinked}");
    let template = Some(PathBuf::from("missing.yaml"));
    let missing = error(Options { template, ..Options::default() }, stub()).await;
    assert!(missing.starts_with("missing.yaml: "), "{missing}");
    let file = folder();
    std::fs::write(&file, "").unwrap();
    let data = Data::Folder(file.clone());
    let not_a_folder = error(Options { data, ..Options::default() }, stub()).await;
    assert!(not_a_folder.starts_with(&format!("cannot use the data in {}: ", file.display())));
    std::fs::remove_file(&file).unwrap();
}

/// A template with one function, on the table's stream and on an hourly schedule.
const TEMPLATE: &str = "
Parameters:
  ResetPageUrl: { Type: String, Default: 'https://chat.example/reset' }
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]
      StreamSpecification: { StreamViewType: NEW_IMAGE }
  Api: { Type: AWS::Serverless::HttpApi }
  Sockets: { Type: AWS::Serverless::WebSocketApi }
  Counter:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: counter } }
    Properties:
      Environment: { Variables: { RESET_PAGE_URL: !Ref ResetPageUrl } }
      Events:
        Changes:
          Type: DynamoDB
          Properties: { Stream: !GetAtt Table.StreamArn, StartingPosition: TRIM_HORIZON }
        Hourly: { Type: Schedule, Properties: { Schedule: rate(1 hour) } }
";

/// A function that counts the stream records and the scheduled events that it receives. It returns both counts and its
/// environment.
fn counting() -> BTreeMap<&'static str, Builder> {
    let builder: Builder = |variables, _| {
        let (counts, _) = tokio::sync::watch::channel((0, 0));
        async move {
            let invoke: Invoke = Arc::new(move |event: Value| {
                let (counts, variables) = (counts.clone(), variables.clone());
                async move {
                    counts.send_modify(|(records, hours)| {
                        *records += event["Records"].as_array().map_or(0, Vec::len);
                        *hours += usize::from(event["source"] == "aws.events");
                    });
                    if event == json!("after an hour") {
                        let _ = counts.subscribe().wait_for(|(_, hours)| *hours > 0).await;
                    }
                    let (records, hours) = *counts.borrow();
                    Ok(json!({ "records": records, "hours": hours, "variables": *variables }))
                }
                .boxed()
            });
            Ok(invoke)
        }
        .boxed()
    };
    [("counter", builder)].into()
}

/// Puts an item as a function would, through the table's endpoint.
async fn put(stack: &Stack, key: &str) {
    let variables = stack.operator();
    let signed = format!(
        "AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/dynamodb/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature=0",
        variables["AWS_ACCESS_KEY_ID"],
    );
    let request = http::Request::post(&variables["AWS_ENDPOINT_URL_DYNAMODB"])
        .header("authorization", signed)
        .header("x-amz-date", "20260101T000000Z")
        .header("x-amz-target", "DynamoDB_20120810.PutItem")
        .header("content-type", "application/x-amz-json-1.0");
    let body = json!({ "TableName": variables["TABLE_NAME"], "Item": { "pk": { "S": key } } });
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<bytes::Bytes>>();
    let request = request.body(Full::from(body.to_string())).unwrap();
    assert_eq!(client.request(request).await.unwrap().status(), 200);
}

#[tokio::test]
async fn functions_receive_writes_and_scheduled_events() {
    let file = folder();
    std::fs::write(&file, TEMPLATE).unwrap();
    let options = Options { template: Some(file.clone()), ..Options::default() };
    let stack = Stack::start_with(options.clone(), counting()).await.unwrap();
    put(&stack, "a").await;
    put(&stack, "b").await;
    stack.table().import(vec![json!({ "pk": { "S": "imported" } })]).unwrap();
    stack.streams().settled().await;
    let counts = stack.invoke("Counter", Value::Null).await.unwrap();
    assert_eq!((&counts["records"], &counts["hours"]), (&json!(2), &json!(0)));
    let variables = &counts["variables"];
    let page = format!("{}/_local/reset", stack.http_url());
    assert_eq!(variables["RESET_PAGE_URL"], page);
    assert!(variables["AWS_ENDPOINT_URL_SES"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    stack.advance(Duration::from_secs(3 * 60 * 60));
    let counts = stack.invoke("Counter", json!("after an hour")).await.unwrap();
    assert_eq!(counts["hours"], 1);
    assert_eq!(stack.invoke("Missing", Value::Null).await, Err(Failure::Error));
    stack.stop().await;
    let parameters = [("ResetPageUrl".to_owned(), "http://own/".to_owned())].into();
    let stack = Stack::start_with(Options { parameters, ..options }, counting()).await.unwrap();
    assert_eq!(stack.environment("Counter").unwrap()["RESET_PAGE_URL"], "http://own/");
    std::fs::remove_file(&file).unwrap();
}

#[tokio::test]
async fn records_written_before_a_kill_are_delivered_after_it() {
    let (folder, file) = (folder(), folder());
    std::fs::write(&file, TEMPLATE).unwrap();
    let data = Data::Folder(folder.clone());
    let options = Options { template: Some(file.clone()), data, ..Options::default() };
    let stack = Stack::start_with(options.clone(), counting()).await.unwrap();
    stack.streams().pause();
    put(&stack, "a").await;
    drop(stack);
    let stack = Stack::start_with(options, counting()).await.unwrap();
    stack.streams().settled().await;
    assert_eq!(stack.invoke("Counter", Value::Null).await.unwrap()["records"], 1);
    stack.stop().await;
    std::fs::remove_file(&file).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}
