/**
 * Validates every frame that passes a proxy, in both directions, against docs/asyncapi.yaml. An invalid frame fails the
 * test. Each process reports at its end what it validated. It fails if a proxy was used and no frame was validated.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv, type ValidateFunction } from "ajv";
import { PROJECT } from "emotechat-testing/project";
import { parse } from "yaml";

import type { Frame } from "./traffic.js";

interface Document {
  components: { messages: Record<string, { payload: { $ref: string } }>; schemas: object };
}

const messages = compileValidators();
const counts = new Map<string, number>();

/** Describes what is wrong with a frame, or returns undefined. */
export function findViolation(frame: Frame): string | undefined {
  const name = messageOf(frame);
  counts.set(name, (counts.get(name) ?? 0) + 1);
  const validate = messages.get(name);
  if (validate === undefined) return `docs/asyncapi.yaml has no message ${name}: ${JSON.stringify(frame)}`;
  if (validate(frame)) return undefined;
  return `This is not a valid ${name} of docs/asyncapi.yaml: ${JSON.stringify(frame)}: ${JSON.stringify(validate.errors)}`;
}

process.once("exit", () => {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const kinds = [...counts].sort().map(([name, count]) => `${name} ${count}`);
  console.log(`${total} frames were validated against docs/asyncapi.yaml: ${kinds.join(", ")}`);
  if (total === 0) process.exitCode = 1;
});

/** The name of the message in the document that a frame must match. */
function messageOf(frame: Frame): string {
  if (frame.type === "reply") return `${frame.action}Reply`;
  if (frame.type === "event") {
    return `${frame.event?.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())}Event`;
  }
  if (frame.type === "error") return frame.id === null ? "frameError" : "requestError";
  return frame.action === undefined ? "gatewayError" : `${frame.action}Request`;
}

function compileValidators(): Map<string, ValidateFunction> {
  const { components } = parse(readFileSync(join(PROJECT, "docs/asyncapi.yaml"), "utf8")) as Document;
  // AsyncAPI adds keywords of its own. Formats are checked by the linters of the documents.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ components: { schemas: components.schemas } }, "document");
  return new Map(
    Object.entries(components.messages).map(([name, { payload }]) => [
      name,
      ajv.compile({ $ref: `document${payload.$ref}` }),
    ]),
  );
}
