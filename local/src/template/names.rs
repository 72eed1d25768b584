//! The local names of resources: the values of `Ref`, `Fn::GetAtt` and the pseudo parameters.

/// The region of all local resources.
pub(crate) const REGION: &str = "us-east-1";
/// The account of all local resources.
pub(crate) const ACCOUNT: &str = "000000000000";
/// The name of the stack, and the prefix of its resources' names.
pub(crate) const STACK: &str = "emotechat";

/// The URLs of the stack's two APIs.
#[derive(Debug, Clone)]
pub struct Names {
    /// `http://127.0.0.1:3000`
    pub http_url: String,
    /// `ws://127.0.0.1:3001`
    pub socket_url: String,
}

impl Names {
    pub(super) fn pseudo(&self, name: &str) -> Option<String> {
        let value = match name {
            "AWS::Region" => REGION,
            "AWS::Partition" => "aws",
            "AWS::AccountId" => ACCOUNT,
            "AWS::URLSuffix" => "amazonaws.com",
            "AWS::StackName" => STACK,
            "AWS::StackId" => return Some(arn("cloudformation", &format!("stack/{STACK}/local"))),
            _ => return None,
        };
        Some(value.to_owned())
    }

    /// The value of `Ref` for a resource.
    pub(super) fn reference(&self, id: &str, kind: &str) -> String {
        match kind {
            "AWS::SecretsManager::Secret" => secret_arn(id),
            _ if is_api(kind) => api_id(id),
            "AWS::SNS::Topic" => arn("sns", &name(id)),
            "AWS::SQS::Queue" => {
                format!("https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{}", name(id))
            }
            _ => name(id),
        }
    }

    /// The value of `Fn::GetAtt` for a resource.
    pub(super) fn attribute(&self, id: &str, kind: &str, attribute: &str) -> Option<String> {
        Some(match (kind, attribute) {
            ("AWS::DynamoDB::Table", "Arn") => table_arn(&name(id)),
            ("AWS::DynamoDB::Table", "StreamArn") => stream_arn(&name(id)),
            ("AWS::SecretsManager::Secret", "Id" | "Arn") => secret_arn(id),
            ("AWS::Serverless::Function" | "AWS::Lambda::Function", "Arn") => function_arn(id),
            ("AWS::Serverless::HttpApi" | "AWS::ApiGatewayV2::Api", "ApiEndpoint") => {
                self.http_url.clone()
            }
            ("AWS::Serverless::WebSocketApi", "ApiEndpoint") => self.socket_url.clone(),
            (_, "ApiId") if is_api(kind) => api_id(id),
            // IAM ARNs have no region.
            ("AWS::IAM::Role", "Arn") => format!("arn:aws:iam::{ACCOUNT}:role/{}", name(id)),
            // Ends in `:*` as in CloudFormation: the group and its streams.
            ("AWS::Logs::LogGroup", "Arn") => arn("logs", &format!("log-group:{}:*", name(id))),
            (_, "Arn") => {
                let service = kind.split("::").nth(1).unwrap_or("local").to_ascii_lowercase();
                arn(&service, &name(id))
            }
            _ => return None,
        })
    }
}

fn is_api(kind: &str) -> bool {
    matches!(
        kind,
        "AWS::Serverless::HttpApi" | "AWS::Serverless::WebSocketApi" | "AWS::ApiGatewayV2::Api"
    )
}

/// The physical name of a resource.
pub(crate) fn name(id: &str) -> String {
    format!("{STACK}-{id}")
}

/// The id of an API, as in its ARNs and its endpoint.
pub(super) fn api_id(id: &str) -> String {
    id.to_ascii_lowercase()
}

/// The ARN of a function.
pub(crate) fn function_arn(id: &str) -> String {
    arn("lambda", &format!("function:{}", name(id)))
}

/// The ARN of a secret. Secrets Manager appends six characters.
pub(super) fn secret_arn(id: &str) -> String {
    arn("secretsmanager", &format!("secret:{}-000000", name(id)))
}

/// The ARN of a table.
pub(crate) fn table_arn(table: &str) -> String {
    arn("dynamodb", &format!("table/{table}"))
}

/// The ARN of a table's stream.
pub(crate) fn stream_arn(table: &str) -> String {
    format!("{}/stream/2000-01-01T00:00:00.000", table_arn(table))
}

/// An ARN in the local account and region.
pub(crate) fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}")
}
