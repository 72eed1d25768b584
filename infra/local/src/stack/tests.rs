//! The whole stack, its functions replaced by one that answers with its event and its environment.

use futures::{FutureExt, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::json;
use tokio_tungstenite::{connect_async, tungstenite::Message};

use super::*;
use crate::Invoke;

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
async fn a_stack_runs_what_the_template_says() {
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
async fn a_stack_starts_again_where_it_stopped() {
    let folder = folder();
    let options = Options { data: Data::Folder(folder.clone()), ..Options::default() };
    let stack = Stack::start_with(options.clone(), stub()).await.unwrap();
    let busy = Stack::start_with(options.clone(), stub()).await.unwrap_err().to_string();
    assert_eq!(
        busy,
        format!("cannot use the data in {}: another process uses it", folder.display())
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
async fn what_cannot_start_says_why_in_one_line() {
    let why = async |options: Options, builders| {
        Stack::start_with(options, builders).await.unwrap_err().to_string()
    };
    let unlinked = why(Options::default(), BTreeMap::new()).await;
    assert!(unlinked.contains("\"auth\", which is not linked"), "{unlinked}");
    let template = Some(PathBuf::from("missing.yaml"));
    let missing = why(Options { template, ..Options::default() }, stub()).await;
    assert!(missing.starts_with("missing.yaml: "), "{missing}");
    let file = folder();
    std::fs::write(&file, "").unwrap();
    let data = Data::Folder(file.clone());
    let no_folder = why(Options { data, ..Options::default() }, stub()).await;
    assert!(no_folder.starts_with(&format!("cannot use the data in {}: ", file.display())));
    std::fs::remove_file(&file).unwrap();
}
