//! The description of one endpoint, and how it is written as OpenAPI.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use shared::{http::Access, protocol::problem::Code};

use crate::{links, parameters, refusals, schemas::reference};

/// The description of an endpoint, without the parts that follow from its route and its input.
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// The group. Viewers show the operations by group.
    pub(crate) tag: &'static str,
    /// The name in generated clients.
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    /// The query parameters.
    pub(crate) query: Vec<Value>,
    /// The schema of the body, with an example of each form.
    pub(crate) body: Option<(&'static str, Vec<(&'static str, Value)>)>,
    /// The successful responses.
    pub(crate) responses: Vec<Response>,
    /// The error codes that do not follow from access, parameters and body.
    pub(crate) codes: Vec<Code>,
}

/// A successful response.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) description: &'static str,
    pub(crate) schema: &'static str,
    pub(crate) examples: Vec<(&'static str, Value)>,
}

impl Operation {
    pub(crate) fn new(
        method: &'static str,
        path: &'static str,
        id: &'static str,
        summary: &'static str,
    ) -> Self {
        Self {
            method,
            path,
            tag: "",
            id,
            summary,
            description: "",
            query: Vec::new(),
            body: None,
            responses: Vec::new(),
            codes: Vec::new(),
        }
    }

    pub(crate) fn description(self, description: &'static str) -> Self {
        Self { description, ..self }
    }

    pub(crate) fn query(self, query: impl IntoIterator<Item = Value>) -> Self {
        Self { query: query.into_iter().collect(), ..self }
    }

    pub(crate) fn body(self, schema: &'static str, example: Value) -> Self {
        self.bodies(schema, [("body", example)])
    }

    pub(crate) fn bodies(
        self,
        schema: &'static str,
        examples: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        Self { body: Some((schema, examples.into_iter().collect())), ..self }
    }

    pub(crate) fn response(
        self,
        status: u16,
        description: &'static str,
        schema: &'static str,
        example: Value,
    ) -> Self {
        self.responses(status, description, schema, [("answer", example)])
    }

    pub(crate) fn responses(
        mut self,
        status: u16,
        description: &'static str,
        schema: &'static str,
        examples: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        let examples = examples.into_iter().collect();
        self.responses.push(Response { status, description, schema, examples });
        self
    }

    pub(crate) fn errors(self, codes: impl IntoIterator<Item = Code>) -> Self {
        Self { codes: codes.into_iter().collect(), ..self }
    }

    /// All error codes that the endpoint can return, by status, in the order of [`Code::ALL`].
    fn all_codes(&self, access: Access) -> BTreeMap<u16, Vec<Code>> {
        let mut codes = vec![Code::BodyTooLarge, Code::Internal, Code::Unavailable];
        if access == Access::SignedIn {
            codes.extend([Code::Unauthenticated, Code::InvalidToken]);
        }
        if self.path.contains('{') {
            codes.push(Code::NotFound);
        }
        if !self.query.is_empty() {
            codes.push(Code::InvalidRequest);
        }
        if self.body.is_some() {
            codes.extend([Code::InvalidBody, Code::InvalidRequest, Code::UnsupportedMediaType]);
        }
        codes.extend(&self.codes);
        let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        for code in Code::ALL.iter().filter(|code| codes.contains(code)) {
            by_status.entry(code.status()).or_default().push(*code);
        }
        // The gateway throttles every route.
        by_status.entry(429).or_default();
        by_status
    }

    /// Writes the operation as OpenAPI. Adds its error responses to `shared_responses`.
    pub(crate) fn write(&self, access: Access, shared_responses: &mut Map<String, Value>) -> Value {
        let mut responses = Map::new();
        for response in &self.responses {
            responses.insert(response.status.to_string(), response.write(links::of(self.id)));
        }
        for (status, codes) in self.all_codes(access) {
            let name = refusals::name(status, &codes);
            let reference = json!({ "$ref": format!("#/components/responses/{name}") });
            shared_responses.entry(name).or_insert_with(|| refusals::response(status, &codes));
            responses.insert(status.to_string(), reference);
        }
        let mut written = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "security": match access {
                Access::Public => json!([]),
                Access::SignedIn => json!([{ "bearer": [] }]),
            },
            "responses": responses,
        });
        if !self.description.is_empty() {
            written["description"] = self.description.into();
        }
        let mut parameters = parameters::of_path(self.path);
        parameters.extend(self.query.iter().cloned());
        if !parameters.is_empty() {
            written["parameters"] = parameters.into();
        }
        if let Some((schema, examples)) = &self.body {
            written["requestBody"] = json!({ "required": true, "content": { "application/json": content(schema, examples) } });
        }
        written
    }
}

impl Response {
    fn write(&self, links: Map<String, Value>) -> Value {
        let mut written = json!({
            "description": self.description,
            "headers": refusals::common_headers(),
            "content": { "application/json": content(self.schema, &self.examples) },
        });
        if !links.is_empty() {
            written["links"] = links.into();
        }
        written
    }
}

fn content(schema: &str, examples: &[(&'static str, Value)]) -> Value {
    let examples: Map<String, Value> = examples
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!({ "value": value })))
        .collect();
    json!({ "schema": reference(schema), "examples": examples })
}
