/** The judge of frames is awake. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { faultOf } from "./support/document.js";

test("A frame that is not as the document says is noticed", () => {
  const ping = { action: "ping", id: "1" };
  assert.equal(faultOf(ping), undefined);
  assert.match(faultOf({ ...ping, id: 1 as unknown as string }) ?? "", /No pingRequest/);
  assert.match(faultOf({ type: "reply", action: "ping", id: "1" }) ?? "", /No pingReply/);
  assert.match(faultOf({ type: "event", event: "party", data: {} }) ?? "", /no message partyEvent/);
});
