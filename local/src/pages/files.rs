//! The files that are built into the local stack, by the area that they belong to: a line for each.

use http::{HeaderName, HeaderValue, header::CONTENT_SECURITY_POLICY};

/// Files below one path, which are alike in who may have them and what they may do in a browser.
pub(super) struct Area {
    /// Nothing below it is a function's. Empty: the files alone are taken from the functions.
    pub(super) folder: &'static str,
    /// Who may have them.
    pub(super) readers: Readers,
    /// Whether what is at a path below the folder is of use only where the API is.
    pub(super) calls_the_api: fn(&str) -> bool,
    /// What is allowed to a page of them: its `Content-Security-Policy`, with `{socket}` where that is.
    policy: &'static str,
    /// By their paths below the folder.
    pub(super) files: &'static [File],
}

/// Who may have what is in an area.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// It tells nothing of anybody.
    Everybody,
    /// A browser on this machine that asks by this machine's name, and so no foreign page.
    ThisMachine,
}

/// A file, its path and its content type.
pub(super) struct File(pub(super) &'static str, pub(super) &'static str, pub(super) &'static [u8]);

const CSS: &str = "text/css; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";
const PNG: &str = "image/png";
const SVG: &str = "image/svg+xml";
const TEXT: &str = "text/plain; charset=utf-8";
const YAML: &str = "application/yaml";

/// Files that are shown and do nothing.
const NOTHING: &str = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Loads and asks what is here, and nothing else.
const OWN: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                   form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The same, and talks over the socket.
const CHAT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                    connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; \
                    frame-ancestors 'none'";

/// The viewer's style sheet has its icons in itself.
const VIEWER: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' data:; connect-src 'self'; form-action 'none'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// All of them.
#[rustfmt::skip]
pub(super) static AREAS: [Area; 4] = [
    Area {
        folder: "",
        readers: Readers::Everybody,
        calls_the_api: |_| true,
        policy: CHAT,
        files: &[
            File("/", HTML, include_bytes!("../../../clients/web/dist/index.html")),
            File("/app.js", JAVASCRIPT, include_bytes!("../../../clients/web/dist/app.js")),
            File("/app.css", CSS, include_bytes!("../../../clients/web/dist/app.css")),
            File("/favicon.svg", SVG, include_bytes!("../../../clients/web/dist/favicon.svg")),
            File("/licenses.txt", TEXT, include_bytes!("../../../clients/web/dist/licenses.txt")),
        ],
    },
    Area {
        folder: "/_local",
        readers: Readers::ThisMachine,
        calls_the_api: |path| path == "/reset",
        policy: OWN,
        files: &[
            File("/", HTML, include_bytes!("../../pages/mailbox.html")),
            File("/reset", HTML, include_bytes!("../../pages/reset.html")),
            File("/style.css", CSS, include_bytes!("../../pages/style.css")),
            File("/mailbox.js", JAVASCRIPT, include_bytes!("../../pages/mailbox.js")),
            File("/reset.js", JAVASCRIPT, include_bytes!("../../pages/reset.js")),
        ],
    },
    Area {
        folder: "/docs",
        readers: Readers::Everybody,
        calls_the_api: |_| true,
        policy: VIEWER,
        files: &[
            File("/", HTML, include_bytes!("../../viewer/index.html")),
            File("/viewer.js", JAVASCRIPT, include_bytes!("../../viewer/viewer.js")),
            File("/viewer.css", CSS, include_bytes!("../../viewer/viewer.css")),
            File("/swagger-ui/swagger-ui-bundle.js", JAVASCRIPT, include_bytes!("../../viewer/swagger-ui/swagger-ui-bundle.js")),
            File("/swagger-ui/swagger-ui-bundle.js.LICENSE.txt", TEXT, include_bytes!("../../viewer/swagger-ui/swagger-ui-bundle.js.LICENSE.txt")),
            File("/swagger-ui/swagger-ui.css", CSS, include_bytes!("../../viewer/swagger-ui/swagger-ui.css")),
            File("/swagger-ui/favicon-32x32.png", PNG, include_bytes!("../../viewer/swagger-ui/favicon-32x32.png")),
            File("/swagger-ui/LICENSE", TEXT, include_bytes!("../../viewer/swagger-ui/LICENSE")),
            File("/swagger-ui/NOTICE", TEXT, include_bytes!("../../viewer/swagger-ui/NOTICE")),
        ],
    },
    Area {
        folder: "",
        readers: Readers::Everybody,
        calls_the_api: |_| false,
        policy: NOTHING,
        files: &[
            File("/openapi.json", JSON, include_bytes!("../../../docs/openapi.json")),
            File("/asyncapi.yaml", YAML, include_bytes!("../../../docs/asyncapi.yaml")),
        ],
    },
];

impl Area {
    /// The area that answers for a path, and the rest of the path.
    pub(super) fn of(path: &str) -> Option<(&'static Self, &str)> {
        AREAS.iter().find_map(|area| {
            let rest = path.strip_prefix(area.folder)?;
            let whole = !area.folder.is_empty() && (rest.is_empty() || rest.starts_with('/'));
            (whole || area.file(rest).is_some()).then_some((area, rest))
        })
    }

    /// The file that is here by this path below the folder.
    pub(super) fn file(&self, rest: &str) -> Option<&'static File> {
        self.files.iter().find(|File(path, ..)| *path == rest)
    }

    /// The header in which it differs from others.
    pub(super) fn policy(&self, socket_url: Option<&str>) -> Option<(HeaderName, HeaderValue)> {
        let policy = self.policy.replace("{socket}", socket_url.unwrap_or_default());
        HeaderValue::try_from(policy).ok().map(|policy| (CONTENT_SECURITY_POLICY, policy))
    }
}
