//! The files that are embedded in the local stack, grouped by area.

use http::{HeaderName, HeaderValue, header::CONTENT_SECURITY_POLICY};

/// Files under one path, with the same readers and the same content security policy.
pub(super) struct Area {
    /// The path that the area owns; functions get no requests under it. If empty, the area owns only its files' paths.
    pub(super) folder: &'static str,
    /// The allowed readers.
    pub(super) readers: Readers,
    /// Whether the page at a path in the folder calls the API, and so works only where the API is served.
    pub(super) calls_the_api: fn(&str) -> bool,
    /// The `Content-Security-Policy` of the area's pages. `{socket}` is replaced with the socket URL.
    policy: &'static str,
    /// The files, with paths relative to the folder.
    pub(super) files: &'static [File],
}

/// The allowed readers of an area.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// Everyone; the files contain no user data.
    Everyone,
    /// Only requests whose host is `localhost` or an IP address, so that pages of other sites cannot read the files.
    ThisMachine,
}

/// A file: path, content type and content.
pub(super) struct File(pub(super) &'static str, pub(super) &'static str, pub(super) &'static [u8]);

const CSS: &str = "text/css; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";
const PNG: &str = "image/png";
const SVG: &str = "image/svg+xml";
const TEXT: &str = "text/plain; charset=utf-8";
const YAML: &str = "application/yaml";

/// For static files: allows nothing.
const STATIC: &str = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Allows only scripts, styles and requests of the same origin.
const SAME_ORIGIN: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                           connect-src 'self'; form-action 'self'; base-uri 'none'; \
                           frame-ancestors 'none'";

/// Also allows images and the socket.
const CHAT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                    connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; \
                    frame-ancestors 'none'";

/// Also allows `data:` images, because the viewer's style sheet embeds its icons.
const VIEWER: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' data:; connect-src 'self'; form-action 'none'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// All areas, in order of precedence.
#[rustfmt::skip]
pub(super) static AREAS: [Area; 4] = [
    Area {
        folder: "",
        readers: Readers::Everyone,
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
        policy: SAME_ORIGIN,
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
        readers: Readers::Everyone,
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
        readers: Readers::Everyone,
        calls_the_api: |_| false,
        policy: STATIC,
        files: &[
            File("/openapi.json", JSON, include_bytes!("../../../docs/openapi.json")),
            File("/openapi-3.0.json", JSON, include_bytes!("../../../docs/openapi-3.0.json")),
            File("/asyncapi.yaml", YAML, include_bytes!("../../../docs/asyncapi.yaml")),
        ],
    },
];

impl Area {
    /// The area that owns a path, and the rest of the path.
    pub(super) fn of(path: &str) -> Option<(&'static Self, &str)> {
        AREAS.iter().find_map(|area| {
            let rest = path.strip_prefix(area.folder)?;
            let whole = !area.folder.is_empty() && (rest.is_empty() || rest.starts_with('/'));
            (whole || area.file(rest).is_some()).then_some((area, rest))
        })
    }

    /// The file at a path relative to the folder.
    pub(super) fn file(&self, rest: &str) -> Option<&'static File> {
        self.files.iter().find(|File(path, ..)| *path == rest)
    }

    /// The `Content-Security-Policy` header of the area.
    pub(super) fn policy(&self, socket_url: Option<&str>) -> Option<(HeaderName, HeaderValue)> {
        let policy = self.policy.replace("{socket}", socket_url.unwrap_or_default());
        HeaderValue::try_from(policy).ok().map(|policy| (CONTENT_SECURITY_POLICY, policy))
    }
}
