//! The proxy: which key gives access to which services.

use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};

use super::*;
use crate::Data;

struct Running {
    services: SamServices,
    folder: PathBuf,
}

impl Running {
    async fn start(folder: PathBuf, options: Options) -> Result<Self, Error> {
        let advertised = Some("127.0.0.1".to_owned());
        let sam = SamOptions {
            env_vars: folder.join("env-vars.json"),
            advertised,
            runs_background: false,
        };
        // With `runs_background: false`, no function runs in this process.
        let services = SamServices::start_with(options, &sam, BTreeMap::new()).await?;
        Ok(Self { services, folder })
    }

    fn variables(&self) -> Value {
        let file = std::fs::read(self.folder.join("env-vars.json")).unwrap();
        serde_json::from_slice(&file).unwrap()
    }

    /// Calls a service through its URL in the file, as a function would.
    async fn call(
        &self,
        function: &str,
        service: &str,
        (rest, target): (&str, &str),
        body: String,
    ) -> (u16, String) {
        let variables = self.variables();
        let variable = format!("AWS_ENDPOINT_URL_{service}");
        let url = format!("{}{rest}", variables[function][&variable].as_str().unwrap());
        let host_key =
            "AWS4-HMAC-SHA256 Credential=defaultkey/20260101/eu-central-1/x/aws4_request";
        let request = Request::post(url)
            .header("authorization", host_key)
            .header("x-amz-date", "20260101T000000Z")
            .header("x-amz-target", target)
            .header("content-type", "application/x-amz-json-1.0");
        send(request.body(Full::from(body)).unwrap()).await
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let request = Request::get(format!("{}{path}", self.services.url()));
        send(request.body(Full::default()).unwrap()).await
    }
}

async fn send(request: Request<Full<bytes::Bytes>>) -> (u16, String) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<bytes::Bytes>>();
    let (parts, body) = client.request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
}

fn folder() -> PathBuf {
    let folder =
        std::env::temp_dir().join(format!("emotechat-{}", crate::host::random::access_key()));
    std::fs::create_dir(&folder).unwrap();
    folder
}

#[tokio::test]
async fn a_function_has_its_own_rights_regardless_of_the_signature() {
    let running = Running::start(folder(), Options::default()).await.unwrap();
    let item = json!({ "pk": { "S": "a" }, "sk": { "S": "x" } });
    let put = json!({ "TableName": "emotechat-Table", "Item": item }).to_string();
    let call = ("", "DynamoDB_20120810.PutItem");
    let (status, _) = running.call("AuthFunction", "DYNAMODB", call, put.clone()).await;
    assert_eq!(status, 200);
    let (status, denied) = running.call("MailerFunction", "DYNAMODB", call, put).await;
    assert!(status == 400 && denied.contains("MailerFunction is not authorized"), "{denied}");

    let variables = running.variables();
    let secret = json!({ "SecretId": variables["AuthFunction"]["TOKEN_SECRET_ID"] }).to_string();
    let call = ("/", "secretsmanager.GetSecretValue");
    let (status, value) =
        running.call("AuthFunction", "SECRETS_MANAGER", call, secret.clone()).await;
    assert!(status == 200 && value.contains("SecretString"), "{value}");
    let (status, denied) = running.call("MailerFunction", "SECRETS_MANAGER", call, secret).await;
    assert!(status == 400 && denied.contains("AccessDeniedException"), "{denied}");

    let post = ("/@connections/a%3D", "");
    let management = "APIGATEWAYMANAGEMENTAPI";
    let (status, _) = running.call("AuthFunction", management, post, "hi".to_owned()).await;
    assert_eq!(status, 410);
    let (status, _) = running.call("ProfileFunction", management, post, "hi".to_owned()).await;
    assert_eq!(status, 403);
    std::fs::remove_dir_all(&running.folder).unwrap();
}

#[tokio::test]
async fn emails_are_caught_and_shown() {
    let running = Running::start(folder(), Options::default()).await.unwrap();
    let mail = "Action=SendEmail&Source=no-reply%40example.com&Message.Subject.Data=Hello\
                &Destination.ToAddresses.member.1=a%40b.example&Message.Body.Text.Data=text";
    let (status, _) = running.call("AuthFunction", "SES", ("", ""), mail.to_owned()).await;
    assert_eq!(status, 403);
    let (status, answer) = running.call("MailerFunction", "SES", ("", ""), mail.to_owned()).await;
    assert_eq!(status, 200, "{answer}");
    let (status, mails) = running.get("/_local/mail").await;
    assert!(status == 200 && mails.contains("a@b.example"), "{mails}");
    assert_eq!(running.get("/_local/").await.0, 200);
    // These pages would call the API, which is not served here.
    for path in ["/", "/docs/", "/_local/reset"] {
        assert_eq!(running.get(path).await.0, 404, "{path}");
    }
    std::fs::remove_dir_all(&running.folder).unwrap();
}

#[tokio::test]
async fn a_request_without_a_valid_key_is_forbidden() {
    let running = Running::start(folder(), Options::default()).await.unwrap();
    let variables = running.variables();
    let url = variables["AuthFunction"]["AWS_ENDPOINT_URL_DYNAMODB"].as_str().unwrap();
    let path = url.strip_prefix(running.services.url()).unwrap();
    let key = path.trim_end_matches("/dynamodb");
    for path in ["/dynamodb", "/AuthFunction/dynamodb", "/x/dynamodb", key, "/api/auth/login"] {
        assert_eq!(running.get(path).await.0, 403, "{path}");
    }
    assert_eq!(running.get(&format!("{key}/other")).await.0, 403);
    let other = variables["ProfileFunction"]["AWS_ENDPOINT_URL_DYNAMODB"].as_str().unwrap();
    assert_ne!(other, url);
    std::fs::remove_dir_all(&running.folder).unwrap();
}

#[tokio::test]
async fn keys_and_data_survive_a_restart() {
    let folder = folder();
    let data = Data::Folder(folder.join("data"));
    let options = Options { data, ..Options::default() };
    let first = Running::start(folder.clone(), options.clone()).await.unwrap();
    let variables = first.variables();
    let port: u16 = first.services.url().rsplit(':').next().unwrap().parse().unwrap();
    #[cfg(unix)]
    for file in ["env-vars.json", "data/keys.json"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let item = json!({ "pk": { "S": "a" }, "sk": { "S": "x" } });
    let put = json!({ "TableName": "emotechat-Table", "Item": item }).to_string();
    let call = ("", "DynamoDB_20120810.PutItem");
    assert_eq!(first.call("AuthFunction", "DYNAMODB", call, put).await.0, 200);
    first.services.tasks.stop().await;
    // Releases the data and keeps the folder.
    drop(first.services);

    let options = Options { http_port: port, ..options };
    let again = Running::start(folder.clone(), options).await.unwrap();
    assert_eq!(again.variables(), variables);
    let get = json!({ "TableName": "emotechat-Table", "Key": { "pk": { "S": "a" }, "sk": { "S": "x" } } });
    let call = ("", "DynamoDB_20120810.GetItem");
    let (_, found) = again.call("MailerFunction", "DYNAMODB", call, get.to_string()).await;
    assert!(found.contains("\"Item\""), "{found}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_variable_that_the_template_does_not_declare_is_an_error() {
    let folder = folder();
    let project = std::fs::read_to_string(Options::default().template_file()).unwrap();
    let file = folder.join("template.yaml");
    std::fs::write(&file, project.replace("AWS_ENDPOINT_URL_SES: \"\"", "OTHER: x")).unwrap();
    let options = Options { template: Some(file), ..Options::default() };
    let error = Running::start(folder.clone(), options).await.err().unwrap().to_string();
    assert!(error.contains("does not declare AWS_ENDPOINT_URL_SES"), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn containers_get_the_docker_host_name_if_the_address_is_loopback() {
    let folder = folder();
    let env_vars = folder.join("env-vars.json");
    let sam = SamOptions { env_vars, advertised: None, runs_background: false };
    let services =
        SamServices::start_with(Options::default(), &sam, BTreeMap::new()).await.unwrap();
    let port = services.url().strip_prefix("http://127.0.0.1:").unwrap();
    assert_eq!(services.advertised(), format!("http://host.docker.internal:{port}"));
    let variables = std::fs::read_to_string(&sam.env_vars).unwrap();
    assert!(variables.contains(services.advertised()), "{variables}");
    let nowhere = SamOptions { env_vars: folder.join("missing/env-vars.json"), ..sam };
    let rejected = SamServices::start_with(Options::default(), &nowhere, BTreeMap::new()).await;
    let rejected = rejected.err().unwrap().to_string();
    assert!(rejected.starts_with("cannot write ") && rejected.contains("missing"), "{rejected}");
    std::fs::remove_dir_all(&folder).unwrap();
}
