/** Pictures of a conversation for people to look at, in `SCREENSHOTS` or target/ci/screenshots. */

import assert from "node:assert/strict";
import { join } from "node:path";

import { pose, take } from "./support/camera.js";
import { fits } from "./support/layout.js";
import { setScene } from "./support/scene.js";
import { OUTPUT, story } from "./support/story.js";

const FOLDER = process.env["SCREENSHOTS"] ?? join(OUTPUT, "screenshots");

story("A conversation has its picture taken, narrow and wide, light and dark", async (world) => {
  const mia = await world.person("Mia Lindgren");
  await setScene(mia, (name) => world.visitor(name));
  await pose(mia);
  for (const width of [1280, 360] as const) {
    for (const colorScheme of ["light", "dark"] as const) {
      const size = await take(mia, FOLDER, { name: `chat-${width}-${colorScheme}`, width, colorScheme });
      assert.ok(size > 10_000, "the picture shows something");
      await fits(mia.page, `at ${width} px`);
    }
  }
  await mia.button("Back to conversations").click();
  await mia.item("Luca Romano").waitFor();
  await take(mia, FOLDER, { name: "list-360-light", width: 360, colorScheme: "light" });
  world.test.diagnostic(`pictures: ${FOLDER}`);
});
