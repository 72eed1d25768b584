/**
 * docs/asyncapi.yaml as the judge of every frame that passes a proxy, either way: one that is not as its message says fails the
 * test. At its end a process says what was judged, and fails if a proxy was there and nothing was.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv, type ValidateFunction } from "ajv";
import { parse } from "yaml";

import { PROJECT } from "emotechat-testing/project";
import type { Frame } from "./traffic.js";

interface Document {
  components: { messages: Record<string, { payload: { $ref: string } }>; schemas: object };
}

const messages = compileValidators();
const counts = new Map<string, number>();

/** What is wrong with a frame, or undefined. */
export function findViolation(frame: Frame): string | undefined {
  const name = messageOf(frame);
  counts.set(name, (counts.get(name) ?? 0) + 1);
  const validate = messages.get(name);
  if (validate === undefined) return `docs/asyncapi.yaml has no message ${name}: ${JSON.stringify(frame)}`;
  if (validate(frame)) return undefined;
  return `No ${name} of docs/asyncapi.yaml: ${JSON.stringify(frame)}: ${JSON.stringify(validate.errors)}`;
}

process.once("exit", () => {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const kinds = [...counts].sort().map(([name, count]) => `${name} ${count}`);
  console.log(`${total} frames were held against docs/asyncapi.yaml: ${kinds.join(", ")}`);
  if (total === 0) process.exitCode = 1;
});

/** Which of the document's messages a frame should be. */
function messageOf(frame: Frame): string {
  if (frame.type === "reply") return `${frame.action}Reply`;
  if (frame.type === "event") {
    return `${frame.event?.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())}Event`;
  }
  if (frame.type === "error") return frame.id === null ? "unreadable" : "refusal";
  return frame.action === undefined ? "gatewayError" : `${frame.action}Request`;
}

function compileValidators(): Map<string, ValidateFunction> {
  const { components } = parse(readFileSync(join(PROJECT, "docs/asyncapi.yaml"), "utf8")) as Document;
  // AsyncAPI has keywords of its own, and formats are for the documents' linters.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ components: { schemas: components.schemas } }, "document");
  return new Map(
    Object.entries(components.messages).map(([name, { payload }]) => [
      name,
      ajv.compile({ $ref: `document${payload.$ref}` }),
    ]),
  );
}
