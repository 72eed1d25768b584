/** The watch over the browsers is awake: it sees what no test may overlook. */

import assert from "node:assert/strict";

import { story } from "./support/story.js";

story("What goes wrong in a browser is seen", async (world) => {
  const ann = await world.visitor("Ann");
  await ann.page.evaluate(() => {
    console.error("something is odd");
    const script = document.createElement("script");
    script.textContent = "document.ran = true";
    document.body.append(script);
    void fetch("http://192.0.2.1/elsewhere").catch(() => undefined);
    setTimeout(() => {
      throw new Error("nobody caught it");
    });
  });
  await ann.page.goto(`${world.stack.url}/nowhere`);
  await ann.page.evaluate(() => alert("look here"));
  for (const fault of [
    /^console: something is odd/,
    /^policy: script-src\S* refused inline/,
    /^policy: connect-src refused http:\/\/192\.0\.2\.1/,
    /^exception: .*nobody caught it/,
    /^dialog: look here/,
    /^console: .*404/,
  ]) {
    assert.ok(
      ann.watch.faults.some((seen) => fault.test(seen)),
      `${fault} is not among ${ann.watch.faults.join("\n")}`,
    );
    ann.watch.announce(fault);
  }
  ann.watch.announce(/Refused to|violates the following Content Security Policy|192\.0\.2\.1/);
});
