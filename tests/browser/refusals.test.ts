/** What the server refuses is neither lost nor hidden: it waits, or its writer decides. */

import { Account } from "./support/account.js";
import { converge } from "./support/converge.js";
import { story } from "./support/story.js";
import { refusal } from "./support/watch.js";

story("A message that is refused can be tried again or discarded, and holds no other up", async (world) => {
  const [ann, bob] = await Promise.all([world.person("Ann"), Account.register(world.stack, "Bob")]);
  await ann.finds(bob);
  const refused = "a bell \u0007 rings";
  ann.watch.announce(refusal(400));
  await ann.composer.fill(refused);
  await ann.composer.press("Enter");
  const failed = ann.articles.filter({ hasText: "Couldn't send." });
  await failed.waitFor();
  await ann.item("Bob").filter({ hasText: "Couldn't send" }).waitFor();
  await ann.says("and life goes on");
  await ann.seesStored("and life goes on");

  await failed.getByRole("button", { name: "Retry" }).click();
  await failed.waitFor();
  await failed.getByRole("button", { name: "Delete" }).click();
  await failed.waitFor({ state: "detached" });
  await converge([{ person: ann, title: "Bob" }], ["and life goes on"]);
});

story(
  "Who writes faster than the server allows waits a little, and all of it gets in, in order",
  async (world) => {
    const [ann, bob] = await Promise.all([world.person("Ann"), Account.register(world.stack, "Bob")]);
    await ann.finds(bob);
    ann.watch.announce(refusal(429));
    const texts = ["one", "two", "three", "four", "five", "six", "seven"];
    for (const text of texts) await ann.says(text);
    await ann
      .unsent("seven")
      .getByText(/^You're sending too fast\./)
      .or(ann.unsent("six").getByText(/^You're sending too fast\./))
      .first()
      .waitFor();
    await ann.seesStored(...texts);
    await ann.seesOnly(texts);
    await converge([{ person: ann, title: "Bob" }], texts);
  },
  // The fewer are allowed, the less depends on how fast this machine types.
  { parameters: { EntriesPerSender: "5" } },
);

story("A message is never longer than the server takes", async (world) => {
  const [ann, bob] = await Promise.all([world.person("Ann"), Account.register(world.stack, "Bob")]);
  await ann.finds(bob);
  await ann.composer.fill("x".repeat(4001));
  await ann.page.getByText("4,001 of 4,000 characters").waitFor();
  await ann.composer.press("Enter");
  await ann.composer.fill("y".repeat(4000));
  await ann.composer.press("Enter");
  await ann.seesStored("y".repeat(4000));
  await ann.seesOnly(["y".repeat(4000)]);
});
