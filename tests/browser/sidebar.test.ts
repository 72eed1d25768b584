/** The list of conversations and the search: latest activity first, for any number of conversations. */

import assert from "node:assert/strict";

import { Account } from "./support/account.js";
import { story } from "./support/story.js";

story("Scrolling loads more of the list, and the latest conversation comes first", async (world) => {
  const [ann, bob] = await Promise.all([world.person("Ann"), Account.register(world.stack, "Bob")]);
  const annsId = (await Account.of(ann)).id;
  const titles = Array.from({ length: 45 }, (_, number) => `Group ${number + 1}.`);
  const ids: string[] = [];
  for (const title of titles) {
    const id = await bob.group(title, [annsId]);
    await bob.says(id, `Welcome to ${title}`);
    ids.push(id);
  }
  // After a reload, only the first page of the list is loaded.
  await ann.page.reload();
  await ann.item("Group 45.").waitFor();
  const links = ann.list.getByRole("link", { name: /^Group/ });
  await ann.item("Group 20.").scrollIntoViewIfNeeded();
  await links.nth(44).waitFor({ state: "attached" });
  const shown = await links.evaluateAll((all) => all.map((link) => /Group \d+\./.exec(link.textContent ?? "")?.[0]));
  assert.deepEqual(shown, titles.toReversed());

  await bob.says(ids[4]!, "Here, too");
  await ann.list
    .getByRole("listitem")
    .first()
    .getByRole("link", { name: /^Group 5\./ })
    .waitFor();
  await ann.hasTitle("(46) EmoteChat");

  await ann.search.fill("group 12");
  await ann.list.getByRole("link").nth(1).waitFor({ state: "detached" });
  await ann.item("Group 12.").click();
  await ann.isIn("Group 12.");
  await ann.seesOnly(["Welcome to Group 12."]);
  await ann.hasTitle("(45) EmoteChat");
});

story("The search matches any word of a name, and says if no one matches", async (world) => {
  const ann = await world.person("Ann");
  await Promise.all(["Zoë Äpfel", "Carl Zoller"].map((name) => Account.register(world.stack, name)));
  await ann.search.fill("zo");
  for (const name of ["Zoë Äpfel", "Carl Zoller"]) await ann.list.getByRole("button", { name }).waitFor();
  await ann.search.fill("apf");
  await ann.list.getByRole("button", { name: "Carl Zoller" }).waitFor({ state: "detached" });
  await ann.list.getByRole("button", { name: "Zoë Äpfel" }).waitFor();
  await ann.search.fill("no such name");
  await ann.list.getByRole("status").filter({ hasText: "No one found" }).waitFor();
  await ann.search.press("Escape");
  assert.equal(await ann.search.inputValue(), "");
});
