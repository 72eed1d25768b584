/** The judge of frames is awake. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { findViolation } from "./support/document.js";

test("A frame that is not as the document says is noticed", () => {
  const ping = { action: "ping", id: "1" };
  assert.equal(findViolation(ping), undefined);
  assert.match(findViolation({ ...ping, id: 1 as unknown as string }) ?? "", /No pingRequest/);
  assert.match(findViolation({ type: "reply", action: "ping", id: "1" }) ?? "", /No pingReply/);
  assert.match(findViolation({ type: "event", event: "party", data: {} }) ?? "", /no message partyEvent/);
});
