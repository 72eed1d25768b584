/** On a narrow touch screen: list and conversation take turns, and touch reaches every action. */

import { PHONE } from "./support/person.js";
import { fits } from "./support/layout.js";
import { story } from "./support/story.js";
import { httpError } from "./support/error-monitor.js";

story("Touch leads from the list to a conversation, to a message's menu, and back", async (world) => {
  const [ann, bob] = await Promise.all([world.person("Ann", PHONE), world.person("Bob")]);
  await bob.finds(ann);
  await bob.says("Can you read this?");
  await ann.item("Bob").tap();
  await ann.isIn("Bob");
  await ann.list.waitFor({ state: "hidden" });
  await ann.composer.tap();
  await ann.composer.fill("I can");
  await ann.button("Send").tap();
  await bob.seesStored("I can");

  await ann.message("Can you read this?").getByRole("button", { name: "More" }).tap();
  const menu = ann.page.getByRole("menu", { name: "Message actions" });
  await menu.getByRole("menuitem", { name: "heart" }).tap();
  await bob.reaction("Can you read this?", "heart", "Ann").waitFor();
  await fits(ann.page);

  await ann.page.goBack();
  await ann.item("Bob").waitFor();
  await ann.page.goForward();
  await ann.isIn("Bob");
  await ann.button("Back to conversations").tap();
  await ann.item("Bob").waitFor();
});

story("A URL of an unknown conversation shows an error and leads back to the list", async (world) => {
  const ann = await world.person("Ann", PHONE);
  ann.errors.expect(httpError(404));
  await ann.page.goto(`${world.stack.url}/#nowhere`);
  await ann.page.reload();
  await ann.page.getByRole("alert").filter({ hasText: /./ }).waitFor();
  await fits(ann.page);
  await ann.button("Back to conversations").tap();
  await ann.connection("Online").waitFor();
});
