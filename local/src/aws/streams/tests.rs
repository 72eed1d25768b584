//! The stream of a real table, delivered to stub functions.

use std::{path::Path, pin::pin, time::Duration};

use futures::FutureExt;
use serde_json::json;
use shared::Clock;
use tokio::net::TcpListener;

use super::*;
use crate::{Table, aws::rights::Principals, host::random, template::StreamSource};

/// The stub's response to a batch with these keys. The number counts the earlier batches.
type Answer = fn(usize, &[String]) -> Result<Value, String>;

struct Delivery {
    streams: Streams,
    stream: Stream,
    time: Arc<Time>,
    batches: watch::Receiver<Vec<Vec<String>>>,
    tasks: Tasks,
    _table: Table,
}

fn source() -> StreamSource {
    StreamSource {
        name: "Changes".to_owned(),
        start: Start::Horizon,
        batch: 10,
        window: Duration::ZERO,
        bisect: false,
        retries: None,
        age: None,
        item_failures: false,
        on_failure: Some("arn:lost".to_owned()),
        filters: Vec::new(),
    }
}

fn ok(_: usize, _: &[String]) -> Result<Value, String> {
    Ok(Value::Null)
}

fn declared(source: StreamSource) -> template::Function {
    template::Function {
        id: "F".to_owned(),
        name: "emotechat-F".to_owned(),
        binary: "f".to_owned(),
        environment: BTreeMap::new(),
        timeout: Duration::from_secs(5),
        memory: 128,
        routes: Vec::new(),
        streams: vec![source],
        schedules: Vec::new(),
        statements: Vec::new(),
    }
}

async fn table(file: Option<&Path>, clock: &Clock, tasks: &Tasks) -> Table {
    let name = "emotechat-Table";
    let request = json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
        "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
    });
    let declared = template::Table { name: name.to_owned(), request, expires: None };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    Table::start(file, &declared, clock, listener, Principals::default(), tasks, None).unwrap()
}

impl Delivery {
    async fn start(source: StreamSource, answer: Answer) -> Self {
        Self::start_in(None, source, answer).await
    }

    async fn start_in(folder: Option<&Path>, source: StreamSource, answer: Answer) -> Self {
        let (tasks, time) = (Tasks::default(), Arc::new(Time::new(Clock::system())));
        let file = |name| folder.map(|folder| folder.join(name));
        let table = table(file("table.sqlite").as_deref(), time.clock(), &tasks).await;
        let (recorded, batches) = watch::channel(Vec::new());
        let invoke: crate::Invoke = Arc::new(move |event: Value| {
            let keys = event["Records"].as_array().unwrap().iter();
            let keys: Vec<String> = keys
                .map(|record| record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap().to_owned())
                .collect();
            let mut before = 0;
            recorded.send_modify(|batches: &mut Vec<Vec<String>>| {
                before = batches.len();
                batches.push(keys.clone());
            });
            let answer = answer(before, &keys);
            async move { answer }.boxed()
        });
        let function = Function::new("F", Duration::from_secs(5), invoke, tasks.clone());
        let functions = BTreeMap::from([("F".to_owned(), function)]);
        let declared = [declared(source)];
        let limits = Limits {
            first_retry: Duration::from_millis(1),
            longest_retry: Duration::from_millis(5),
            ..Limits::default()
        };
        let stream = table.stream().clone();
        let streams = Streams::start(
            &declared,
            &functions,
            stream.clone(),
            Checkpoints::open(file("streams.json")).unwrap(),
            &limits,
            &time,
            &tasks,
        );
        let streams = streams.await.unwrap();
        Self { streams, stream, time, batches, tasks, _table: table }
    }

    fn put(&self, keys: &[&str]) {
        for key in keys {
            self.stream.put(&json!({ "pk": { "S": key } }));
        }
    }

    /// Puts all items before any delivery starts.
    fn put_together(&self, keys: &[&str]) {
        self.streams.pause();
        self.put(keys);
        self.streams.resume();
    }

    async fn batches(&mut self, count: usize) -> Vec<Vec<String>> {
        self.batches.wait_for(|batches| batches.len() >= count).await.unwrap().clone()
    }

    async fn settled(&self) -> Vec<Vec<String>> {
        self.streams.settled().await;
        self.batches.borrow().clone()
    }
}

#[tokio::test]
async fn records_arrive_in_order_and_in_lambdas_form() {
    let delivery = Delivery::start(StreamSource { batch: 2, ..source() }, ok).await;
    delivery.put(&["a", "b", "c", "d", "e"]);
    let batches = delivery.settled().await;
    assert!(batches.iter().all(|batch| batch.len() <= 2), "{batches:?}");
    assert_eq!(batches.concat(), ["a", "b", "c", "d", "e"]);
    let records = delivery.streams.records();
    let record = &records[4];
    assert_eq!((records.len(), &record["eventName"]), (5, &json!("INSERT")));
    assert_eq!(record["eventSource"], "aws:dynamodb");
    assert_eq!(record["awsRegion"], "us-east-1");
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/emotechat-Table/stream/2000-01-01T00:00:00.000";
    assert_eq!(record["eventSourceARN"], arn);
    let change = &record["dynamodb"];
    assert_eq!(change["Keys"], json!({ "pk": { "S": "e" } }));
    assert_eq!(change["NewImage"], change["Keys"]);
    assert!(change.get("OldImage").is_none() && change["SequenceNumber"].is_string());
}

#[tokio::test]
async fn records_that_match_no_filter_are_skipped() {
    let pattern = r#"{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"mail#"}]}}}}"#;
    let filters = vec![template::Pattern::parse(pattern).unwrap()];
    let delivery = Delivery::start(StreamSource { filters, ..source() }, ok).await;
    delivery.put(&["user#1", "mail#1", "user#2"]);
    assert_eq!(delivery.settled().await, [["mail#1"]]);
    delivery.put(&["user#3"]);
    assert_eq!(delivery.settled().await, [["mail#1"]]);
}

#[tokio::test]
async fn a_window_waits_for_a_full_batch() {
    let window = Duration::from_secs(300);
    let delivery = Delivery::start(StreamSource { batch: 2, window, ..source() }, ok).await;
    delivery.put(&["a"]);
    let mut settled = pin!(delivery.streams.settled());
    assert!(futures::poll!(settled.as_mut()).is_pending());
    delivery.stream.latest().await.unwrap();
    assert!(futures::poll!(settled.as_mut()).is_pending());
    delivery.put(&["b"]);
    settled.await;
    assert_eq!(delivery.settled().await, [["a", "b"]]);
}

#[tokio::test]
async fn errors_and_panics_are_retried() {
    let answer: Answer = |before, _| match before {
        0 => Err("on purpose".to_owned()),
        1 => panic!("on purpose"),
        _ => Ok(Value::Null),
    };
    let delivery = Delivery::start(source(), answer).await;
    delivery.put(&["a"]);
    assert_eq!(delivery.settled().await, [["a"], ["a"], ["a"]]);
    assert!(delivery.streams.discarded().is_empty());
}

#[tokio::test]
async fn records_that_succeeded_are_not_delivered_again() {
    static STREAM: std::sync::OnceLock<Stream> = std::sync::OnceLock::new();
    let answer: Answer = |before, _| {
        let records = STREAM.get().unwrap().all().unwrap();
        let number = &records[1].event["dynamodb"]["SequenceNumber"];
        let failures = if before == 0 { vec![json!({ "itemIdentifier": number })] } else { vec![] };
        Ok(json!({ "batchItemFailures": failures }))
    };
    let window = Duration::from_secs(300);
    let rules = StreamSource { batch: 3, window, item_failures: true, ..source() };
    let delivery = Delivery::start(rules, answer).await;
    assert!(STREAM.set(delivery.stream.clone()).is_ok());
    delivery.put(&["a", "b", "c"]);
    assert_eq!(delivery.settled().await, [&["a", "b", "c"][..], &["b", "c"]]);
}

#[tokio::test]
async fn bisecting_finds_the_one_record_that_fails() {
    let poisoned: Answer = |_, keys| match keys.iter().any(|key| key == "c") {
        true => Err("on purpose".to_owned()),
        false => Ok(Value::Null),
    };
    let rules = StreamSource { batch: 4, bisect: true, retries: Some(1), ..source() };
    let window = Duration::from_secs(300);
    let delivery = Delivery::start(StreamSource { window, ..rules }, poisoned).await;
    delivery.put(&["a", "b", "c", "d"]);
    let expected = [&["a", "b", "c", "d"][..], &["a", "b"], &["c", "d"], &["c"], &["c"], &["d"]];
    assert_eq!(delivery.settled().await, expected);
    let discarded = delivery.streams.discarded();
    let [(queue, message)] = discarded.as_slice() else { panic!("{discarded:?}") };
    assert_eq!(queue, "arn:lost");
    let context = &message["requestContext"];
    assert_eq!(context["condition"], "RetryAttemptsExhausted");
    assert_eq!(context["approximateInvokeCount"], 2);
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:emotechat-F";
    assert_eq!(context["functionArn"], arn);
    assert_eq!(message["responseContext"]["functionError"], "Unhandled");
    let batch = &message["DDBStreamBatchInfo"];
    let lost = &delivery.streams.records()[2]["dynamodb"]["SequenceNumber"];
    assert_eq!((&batch["startSequenceNumber"], &batch["endSequenceNumber"]), (lost, lost));
    assert_eq!(
        (&batch["batchSize"], &batch["shardId"]),
        (&json!(1), &json!("shardId-00000001-emotechat-Table"))
    );
    assert_eq!(message["version"], "1.0");
}

#[tokio::test]
async fn expired_records_are_discarded_and_the_next_is_delivered() {
    let stubborn: Answer = |_, keys| match keys.contains(&"a".to_owned()) {
        true => Err("on purpose".to_owned()),
        false => Ok(Value::Null),
    };
    let rules = StreamSource { batch: 1, age: Some(Duration::from_secs(60)), ..source() };
    let mut delivery = Delivery::start(rules, stubborn).await;
    delivery.put(&["a"]);
    delivery.batches(2).await;
    delivery.time.advance(Duration::from_secs(120));
    delivery.put(&["b"]);
    assert_eq!(delivery.settled().await.last().unwrap(), &["b"]);
    let discarded = delivery.streams.discarded();
    assert_eq!(discarded.len(), 1);
    assert_eq!(discarded[0].1["requestContext"]["condition"], "RecordAgeExceeded");
}

#[tokio::test]
async fn deliveries_can_be_paused_and_rewound() {
    let delivery = Delivery::start(source(), ok).await;
    delivery.put_together(&["a", "b"]);
    assert_eq!(delivery.settled().await.concat(), ["a", "b"]);
    delivery.streams.pause();
    delivery.put(&["c"]);
    delivery.streams.rewind();
    let mut settled = pin!(delivery.streams.settled());
    assert!(futures::poll!(settled.as_mut()).is_pending());
    assert_eq!(delivery.batches.borrow().concat(), ["a", "b"]);
    delivery.streams.resume();
    settled.await;
    assert_eq!(delivery.batches.borrow().concat(), ["a", "b", "a", "b", "c"]);
}

#[tokio::test]
async fn a_restart_continues_after_the_last_delivery() {
    let folder = std::env::temp_dir().join(format!("emotechat-{}", random::access_key()));
    std::fs::create_dir(&folder).unwrap();
    let failing: Answer = |_, keys| match keys.contains(&"b".to_owned()) {
        true => Err("on purpose".to_owned()),
        false => Ok(Value::Null),
    };
    let rules = StreamSource { batch: 1, ..source() };
    let mut delivery = Delivery::start_in(Some(&folder), rules.clone(), failing).await;
    delivery.put(&["a", "b", "c"]);
    delivery.batches(2).await;
    delivery.tasks.stop().await;
    drop(delivery);
    let delivery = Delivery::start_in(Some(&folder), rules.clone(), ok).await;
    assert_eq!(delivery.settled().await, [["b"], ["c"]]);
    delivery.tasks.stop().await;
    drop(delivery);
    let delivery = Delivery::start_in(Some(&folder), rules, ok).await;
    delivery.put(&["d"]);
    assert_eq!(delivery.settled().await, [["d"]]);
    delivery.tasks.stop().await;
    drop(delivery);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_new_reader_can_start_after_existing_records() {
    let folder = std::env::temp_dir().join(format!("emotechat-{}", random::access_key()));
    std::fs::create_dir(&folder).unwrap();
    let first = Delivery::start_in(Some(&folder), source(), ok).await;
    first.put(&["a"]);
    first.settled().await;
    first.tasks.stop().await;
    drop(first);
    let latest = StreamSource { name: "Latest".to_owned(), start: Start::Latest, ..source() };
    let delivery = Delivery::start_in(Some(&folder), latest, ok).await;
    delivery.put(&["b"]);
    assert_eq!(delivery.settled().await, [["b"]]);
    delivery.tasks.stop().await;
    drop(delivery);
    std::fs::remove_dir_all(&folder).unwrap();
}
