//! Routing in API Gateway's order: the most specific path first, then the method, then `ANY`.

use crate::{Function, template::HttpRoute};

/// The routes of the HTTP API, most specific first.
#[derive(Debug)]
pub(super) struct Routes(Vec<Route>);

#[derive(Debug)]
pub(super) struct Route {
    /// `ANY /api/auth/{proxy+}`
    pub(super) key: String,
    pub(super) function: Function,
    method: Option<String>,
    pattern: Vec<Segment>,
}

/// A path segment. The variants are in order of precedence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Variable(String),
    Greedy(String),
}

impl Routes {
    pub(super) fn new(routes: impl IntoIterator<Item = (HttpRoute, Function)>) -> Self {
        let mut routes: Vec<Route> = routes.into_iter().map(Route::new).collect();
        routes.sort_by(|a, b| {
            (&a.pattern, a.method.is_none()).cmp(&(&b.pattern, b.method.is_none()))
        });
        Self(routes)
    }

    /// The route for a request, and its path parameters.
    pub(super) fn find(&self, method: &str, path: &str) -> Option<(&Route, Vec<(String, String)>)> {
        self.0
            .iter()
            .filter(|route| route.method.as_deref().is_none_or(|only| only == method))
            .find_map(|route| Some((route, matched(&route.pattern, path)?)))
    }
}

impl Route {
    fn new((HttpRoute { method, path }, function): (HttpRoute, Function)) -> Self {
        if path == "$default" {
            let pattern = vec![Segment::Greedy(String::new())];
            return Self { key: path, function, method: None, pattern };
        }
        let pattern = path.split('/').skip(1).map(segment).collect();
        let key = format!("{method} {path}");
        Self { key, function, method: (method != "ANY").then_some(method), pattern }
    }
}

fn segment(text: &str) -> Segment {
    match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        None => Segment::Literal(text.to_owned()),
        Some(name) => match name.strip_suffix('+') {
            Some(name) => Segment::Greedy(name.to_owned()),
            None => Segment::Variable(name.to_owned()),
        },
    }
}

fn matched(pattern: &[Segment], path: &str) -> Option<Vec<(String, String)>> {
    let mut parameters = Vec::new();
    let mut rest = path.strip_prefix('/');
    for segment in pattern {
        if let Segment::Greedy(name) = segment {
            if name.is_empty() {
                return Some(parameters);
            }
            let rest = rest.filter(|rest| !rest.is_empty())?;
            parameters.push((name.clone(), rest.to_owned()));
            return Some(parameters);
        }
        let (first, after) = match rest?.split_once('/') {
            Some((first, after)) => (first, Some(after)),
            None => (rest?, None),
        };
        match segment {
            Segment::Literal(literal) if literal != first => return None,
            Segment::Variable(_) if first.is_empty() => return None,
            Segment::Variable(name) => parameters.push((name.clone(), first.to_owned())),
            Segment::Literal(_) | Segment::Greedy(_) => {}
        }
        rest = after;
    }
    rest.is_none().then_some(parameters)
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use futures::FutureExt;
    use serde_json::Value;

    use super::*;

    fn routes(keys: &[(&str, &str)]) -> Routes {
        let invoke: crate::Invoke = Arc::new(|_| async { Ok(Value::Null) }.boxed());
        Routes::new(keys.iter().map(|(method, path)| {
            let route = HttpRoute { method: (*method).to_owned(), path: (*path).to_owned() };
            let function =
                Function::new(path, Duration::from_secs(1), invoke.clone(), Default::default());
            (route, function)
        }))
    }

    #[test]
    fn the_most_specific_route_wins() {
        let routes = routes(&[
            ("ANY", "$default"),
            ("ANY", "/api/{proxy+}"),
            ("ANY", "/api/auth/{proxy+}"),
            ("POST", "/api/auth/{proxy+}"),
            ("GET", "/api/auth/{name}"),
            ("POST", "/api/auth/login"),
        ]);
        let key = |method, path| routes.find(method, path).unwrap().0.key.clone();
        assert_eq!(key("POST", "/api/auth/login"), "POST /api/auth/login");
        assert_eq!(key("POST", "/api/auth/logout"), "POST /api/auth/{proxy+}");
        assert_eq!(key("GET", "/api/auth/login"), "GET /api/auth/{name}");
        assert_eq!(key("GET", "/api/auth/a/b"), "ANY /api/auth/{proxy+}");
        assert_eq!(key("GET", "/api/auth"), "ANY /api/{proxy+}");
        assert_eq!(key("GET", "/"), "$default");
    }

    #[test]
    fn a_proxy_matches_a_nonempty_rest_of_the_path() {
        let routes = routes(&[("ANY", "/api/auth/{proxy+}"), ("ANY", "/api/users/{id}/name")]);
        let found = |path| routes.find("GET", path).map(|(_, parameters)| parameters);
        assert_eq!(found("/api/auth/a/b").unwrap(), [("proxy".to_owned(), "a/b".to_owned())]);
        assert_eq!(found("/api/users/1/name").unwrap(), [("id".to_owned(), "1".to_owned())]);
        assert_eq!(found("/api/auth/"), None);
        assert_eq!(found("/api/auth"), None);
        assert_eq!(found("/api/users/1/name/x"), None);
    }
}
