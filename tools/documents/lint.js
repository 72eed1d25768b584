// Checks docs/openapi.json and its copy for version 3.0 with Redocly's rules, and docs/asyncapi.yaml with the AsyncAPI parser.
// Prints how much was checked. Fails if there is an error, or if nothing was checked.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Parser, fromFile } from "@asyncapi/parser";

// Ignored on purpose: generators support version 3.0 of AsyncAPI, not yet the latest one.
const IGNORED = new Set(["asyncapi-latest-version"]);

const here = import.meta.dirname;
const docs = join(here, "../../docs");
let failed = false;

function fail(document, faults) {
  failed = true;
  console.error(`${document}: ${JSON.stringify(faults, null, 2)}`);
}

/** Prints how much of each kind a document has, and fails if a kind is missing. */
function covered(document, counts) {
  console.log(`${document}: ${Object.entries(counts).map(([kind, count]) => `${count} ${kind}`).join(", ")}`);
  const missing = Object.keys(counts).filter((kind) => !(counts[kind] > 0));
  if (missing.length > 0) fail(document, { missing });
}

/**
 * Rules that the copy for code generators cannot follow. Version 3.0 has no SPDX licences, no open enums, and no nullable
 * references. The usual form of a nullable reference is `allOf` with `nullable`, but the linter rejects null in its examples.
 */
const SKIPPED_IN_COPY = ["info-license-strict", "no-unused-components", "no-invalid-media-type-examples"];

function openapi(name, skippedRules) {
  const path = join(docs, name);
  const lint = spawnSync(
    join(here, "node_modules/.bin/redocly"),
    ["lint", path, "--config", join(here, "redocly.yaml"), "--format", "json", ...skippedRules.flatMap((rule) => ["--skip-rule", rule])],
    { encoding: "utf8", env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" } },
  );
  if (lint.error) throw lint.error;
  const { totals, problems } = JSON.parse(lint.stdout);
  if (lint.status !== 0 || totals.errors + totals.warnings + totals.ignored > 0) fail(name, problems);

  const document = JSON.parse(readFileSync(path, "utf8"));
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  const responses = operations.flatMap((operation) => Object.values(operation.responses));
  const contents = [...operations.map((operation) => operation.requestBody), ...responses, ...Object.values(document.components.responses)]
    .flatMap((holder) => Object.values(holder?.content ?? {}));
  covered(name, {
    operations: operations.length,
    schemas: Object.keys(document.components.schemas).length,
    examples: contents.flatMap((content) => ["example" in content, ...Object.keys(content.examples ?? {})]).filter(Boolean).length,
    links: responses.flatMap((response) => Object.keys(response.links ?? {})).length,
  });
}

async function asyncapi() {
  const { document, diagnostics } = await fromFile(new Parser(), join(docs, "asyncapi.yaml")).parse();
  const faults = diagnostics.filter(({ code }) => !IGNORED.has(code));
  if (faults.length > 0) fail("asyncapi.yaml", faults);
  if (!document) return fail("asyncapi.yaml", "could not be parsed");
  const messages = document.allMessages().all();
  covered("asyncapi.yaml", {
    channels: document.allChannels().length,
    operations: document.allOperations().length,
    messages: messages.length,
    schemas: document.components().schemas().length,
    examples: messages.flatMap((message) => message.examples().all()).length,
  });
}

openapi("openapi.json", []);
openapi("openapi-3.0.json", SKIPPED_IN_COPY);
await asyncapi();
process.exitCode = failed ? 1 : 0;
