/** The error monitor reports every kind of error that must fail a test. */

import assert from "node:assert/strict";

import { story } from "./support/story.js";

story("The monitor reports every kind of error in a browser", async (world) => {
  const ann = await world.visitor("Ann");
  await ann.page.evaluate(() => {
    console.error("something is odd");
    const script = document.createElement("script");
    script.textContent = "document.ran = true";
    document.body.append(script);
    void fetch("http://192.0.2.1/elsewhere").catch(() => undefined);
    setTimeout(() => {
      throw new Error("not caught");
    });
  });
  await ann.page.goto(`${world.stack.url}/nowhere`);
  await ann.page.evaluate(() => alert("look here"));
  for (const pattern of [
    /^console: something is odd/,
    /^policy: script-src\S* blocked inline/,
    /^policy: connect-src blocked http:\/\/192\.0\.2\.1/,
    /^exception: .*not caught/,
    /^dialog: look here/,
    /^console: .*404/,
  ]) {
    assert.ok(
      ann.errors.unexpected.some((seen) => pattern.test(seen)),
      `${pattern} is not among ${ann.errors.unexpected.join("\n")}`,
    );
    ann.errors.expect(pattern);
  }
  ann.errors.expect(/Refused to|violates the following Content Security Policy|192\.0\.2\.1/);
});
