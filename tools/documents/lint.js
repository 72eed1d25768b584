// Holds docs/openapi.json against Redocly's rules and docs/asyncapi.yaml against the parser of the AsyncAPI initiative, says how
// much they covered, and fails where something is wrong or nothing was looked at.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Parser, fromFile } from "@asyncapi/parser";

// Of a document that nobody has to touch for it: 3.0 is what the generators read by now.
const NO_FAULT = new Set(["asyncapi-latest-version"]);

const here = import.meta.dirname;
const docs = join(here, "../../docs");
let failed = false;

function fail(document, faults) {
  failed = true;
  console.error(`${document}: ${JSON.stringify(faults, null, 2)}`);
}

/** Says what a document had, and fails if it lacked any of it. */
function covered(document, counts) {
  console.log(`${document}: ${Object.entries(counts).map(([what, count]) => `${count} ${what}`).join(", ")}`);
  const nothing = Object.keys(counts).filter((what) => !(counts[what] > 0));
  if (nothing.length > 0) fail(document, { nothing });
}

function openapi() {
  const path = join(docs, "openapi.json");
  const lint = spawnSync(
    join(here, "node_modules/.bin/redocly"),
    ["lint", path, "--config", join(here, "redocly.yaml"), "--format", "json"],
    { encoding: "utf8", env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" } },
  );
  if (lint.error) throw lint.error;
  const { totals, problems } = JSON.parse(lint.stdout);
  if (lint.status !== 0 || totals.errors + totals.warnings + totals.ignored > 0) fail("openapi.json", problems);

  const document = JSON.parse(readFileSync(path, "utf8"));
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  const answers = operations.flatMap((operation) => Object.values(operation.responses));
  const contents = [...operations.map((operation) => operation.requestBody), ...answers, ...Object.values(document.components.responses)]
    .flatMap((holder) => Object.values(holder?.content ?? {}));
  covered("openapi.json", {
    operations: operations.length,
    schemas: Object.keys(document.components.schemas).length,
    examples: contents.flatMap((content) => ["example" in content, ...Object.keys(content.examples ?? {})]).filter(Boolean).length,
    links: answers.flatMap((answer) => Object.keys(answer.links ?? {})).length,
  });
}

async function asyncapi() {
  const { document, diagnostics } = await fromFile(new Parser(), join(docs, "asyncapi.yaml")).parse();
  const faults = diagnostics.filter(({ code }) => !NO_FAULT.has(code));
  if (faults.length > 0) fail("asyncapi.yaml", faults);
  if (!document) return fail("asyncapi.yaml", "was not read");
  const messages = document.allMessages().all();
  covered("asyncapi.yaml", {
    channels: document.allChannels().length,
    operations: document.allOperations().length,
    messages: messages.length,
    schemas: document.components().schemas().length,
    examples: messages.flatMap((message) => message.examples().all()).length,
  });
}

openapi();
await asyncapi();
process.exitCode = failed ? 1 : 0;
