//! The table's endpoint in front of a real engine, with handmade requests.

use std::{collections::BTreeMap, sync::Arc};

use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};

use super::*;
use crate::{Fault, FaultKind, Latch, aws::rights::Principal, template::Statement};

const TABLE: &str = "emotechat-Table";

struct Served {
    url: String,
    table: Table,
    tasks: Tasks,
}

fn declared() -> template::Table {
    template::Table {
        name: TABLE.to_owned(),
        request: json!({
            "TableName": TABLE,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                { "AttributeName": "pk", "AttributeType": "S" },
                { "AttributeName": "sk", "AttributeType": "S" },
            ],
            "KeySchema": [
                { "AttributeName": "pk", "KeyType": "HASH" },
                { "AttributeName": "sk", "KeyType": "RANGE" },
            ],
            "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
        }),
        expires: Some("expires_at".to_owned()),
    }
}

/// A table that `WRITER` may read and write, and `READER` may only read.
async fn serve(file: Option<&Path>, clock: &Clock) -> Result<Served, String> {
    let tasks = Tasks::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let principal = |name: &str, actions: &[&str]| {
        let statement = Statement {
            allow: true,
            actions: actions.iter().map(|action| format!("dynamodb:{action}")).collect(),
            resources: vec![template::table_arn(TABLE)],
            equals: BTreeMap::new(),
        };
        let principal = Principal::new(name, vec![statement]);
        (name.to_owned(), Arc::new(principal))
    };
    let keys = [principal("WRITER", &["GetItem", "PutItem"]), principal("READER", &["GetItem"])];
    let principals = Principals::new(keys.into());
    let table = Table::start(file, &declared(), clock, listener, principals, &tasks, None)?;
    Ok(Served { url, table, tasks })
}

impl Served {
    async fn memory() -> Self {
        serve(None, &Clock::system()).await.unwrap()
    }

    async fn call(&self, key: &str, operation: &str, body: Value) -> Option<(u16, Value)> {
        let credential = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature=0"
        );
        let request = Request::post(&self.url)
            .header("authorization", credential)
            .header("x-amz-date", "20260101T000000Z")
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .header("content-type", "application/x-amz-json-1.0")
            .body(Full::new(bytes::Bytes::from(body.to_string())))
            .unwrap();
        let client = Client::builder(TokioExecutor::new())
            .retry_canceled_requests(false)
            .build_http::<Full<bytes::Bytes>>();
        let (parts, body) = client.request(request).await.ok()?.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Some((parts.status.as_u16(), serde_json::from_slice(&body).unwrap()))
    }

    async fn put(&self, key: &str, pk: &str) -> Option<(u16, Value)> {
        let item = json!({ "pk": { "S": pk }, "sk": { "S": "x" } });
        self.call(key, "PutItem", json!({ "TableName": TABLE, "Item": item })).await
    }

    async fn has(&self, pk: &str) -> bool {
        let key = json!({ "pk": { "S": pk }, "sk": { "S": "x" } });
        let get = json!({ "TableName": TABLE, "Key": key, "ConsistentRead": true });
        let (status, body) = self.call("READER", "GetItem", get).await.unwrap();
        assert_eq!(status, 200, "{body}");
        body.get("Item").is_some()
    }
}

fn kind(answer: &(u16, Value)) -> &str {
    answer.1["__type"].as_str().unwrap().split('#').next_back().unwrap()
}

#[tokio::test]
async fn a_call_that_the_template_does_not_allow_is_denied() {
    let served = Served::memory().await;
    let denied = served.put("READER", "a").await.unwrap();
    assert_eq!((denied.0, kind(&denied)), (400, "AccessDeniedException"));
    let part = json!({ "Delete": { "TableName": TABLE, "Key": {} } });
    let delete = json!({ "TransactItems": [part] });
    let denied = served.call("WRITER", "TransactWriteItems", delete).await.unwrap();
    assert_eq!(kind(&denied), "AccessDeniedException");
    let unknown = served.put("UNKNOWN", "a").await.unwrap();
    assert_eq!((unknown.0, kind(&unknown)), (400, "UnrecognizedClientException"));
    assert_eq!(served.put("WRITER", "a").await.unwrap().0, 200);
    assert!(served.has("a").await);
}

#[tokio::test]
async fn calls_are_recorded_with_their_units() {
    let served = Served::memory().await;
    served.table.record();
    served.put("WRITER", "a").await.unwrap();
    assert!(served.has("a").await);
    let calls = served.table.recorded();
    let [put, get] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!((put.function.as_str(), put.operation.as_str()), ("WRITER", "PutItem"));
    assert_eq!((put.read_units, put.write_units, put.consistent), (0.0, 1.0, false));
    assert_eq!((get.write_units, get.consistent), (0.0, true));
    assert!(get.read_units > 0.0);
    assert_eq!(get.tables, [TABLE]);
    assert_eq!(get.request.get("ReturnConsumedCapacity"), None);
    assert_eq!(longest_chain(&calls), 2);
    assert!(served.table.recorded().is_empty());
}

#[tokio::test]
async fn a_fault_applies_to_its_number_of_calls() {
    let served = Served::memory().await;
    let faults = served.table.faults();
    faults.next("PutItem", 1, FaultKind::Throttle);
    faults.next("PutItem", 1, FaultKind::Conflict);
    faults.next("PutItem", 1, FaultKind::Fail);
    assert_eq!(faults.unfired().len(), 3);
    assert_eq!(kind(&served.put("WRITER", "a").await.unwrap()), "ThrottlingException");
    assert_eq!(kind(&served.put("WRITER", "a").await.unwrap()), "TransactionConflictException");
    assert_eq!(served.put("WRITER", "a").await.unwrap().0, 500);
    assert!(!served.has("a").await);
    assert!(faults.unfired().is_empty());
}

#[tokio::test]
async fn a_call_takes_effect_even_if_its_response_is_lost() {
    let served = Served::memory().await;
    let fault = Fault {
        operation: "PutItem".to_owned(),
        containing: Some("second".to_owned()),
        kind: FaultKind::LoseResponse,
        times: 1,
    };
    served.table.faults().add(fault);
    assert_eq!(served.put("WRITER", "first").await.unwrap().0, 200);
    assert!(served.put("WRITER", "second").await.is_none());
    assert!(served.has("second").await);
}

#[tokio::test]
async fn a_delayed_call_waits_for_its_latch() {
    let served = Served::memory().await;
    let latch = Latch::new();
    served.table.faults().next("PutItem", 1, FaultKind::Delay(latch.clone()));
    let (answer, ()) = tokio::join!(served.put("WRITER", "a"), async {
        latch.reached(1).await;
        assert!(!served.has("a").await);
        latch.open();
    });
    assert_eq!(answer.unwrap().0, 200);
}

#[tokio::test]
async fn expired_items_are_removed() {
    let clock = Clock::system();
    let served = serve(None, &clock).await.unwrap();
    let at = (clock.now().as_millis() / 1000 + 60).to_string();
    let item = json!({ "pk": { "S": "a" }, "sk": { "S": "x" }, "expires_at": { "N": at } });
    let put = json!({ "TableName": TABLE, "Item": item });
    served.call("WRITER", "PutItem", put).await.unwrap();
    assert_eq!(served.table.sweep(), Ok(0));
    clock.advance(std::time::Duration::from_secs(120));
    assert_eq!(served.table.sweep(), Ok(1));
    assert!(!served.has("a").await);
}

#[tokio::test]
async fn a_file_keeps_acknowledged_writes_and_any_other_file_is_rejected() {
    let folder =
        std::env::temp_dir().join(format!("emotechat-{}", crate::host::random::access_key()));
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("table.sqlite");
    let served = serve(Some(&file), &Clock::system()).await.unwrap();
    assert_eq!(served.put("WRITER", "a").await.unwrap().0, 200);
    served.tasks.stop().await;
    drop(served);
    let again = serve(Some(&file), &Clock::system()).await.unwrap();
    assert!(again.has("a").await);
    drop(again);
    let foreign = folder.join("foreign");
    std::fs::write(&foreign, "not a table at all, but long enough for a file header".repeat(20))
        .unwrap();
    let error = serve(Some(&foreign), &Clock::system()).await.err().unwrap();
    assert!(error.contains("not a database"), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
}
