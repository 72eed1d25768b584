/** The check of frames against the AsyncAPI document detects violations. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { findViolation } from "./support/document.js";

test("A frame that violates the document is detected", () => {
  const ping = { action: "ping", id: "1" };
  assert.equal(findViolation(ping), undefined);
  assert.match(findViolation({ ...ping, id: 1 as unknown as string }) ?? "", /not a valid pingRequest/);
  assert.match(findViolation({ type: "reply", action: "ping", id: "1" }) ?? "", /not a valid pingReply/);
  assert.match(findViolation({ type: "event", event: "party", data: {} }) ?? "", /no message partyEvent/);
});
