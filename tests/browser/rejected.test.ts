/** Messages that the server rejects are neither lost nor hidden: the page retries, or the user decides. */

import { Account } from "./support/account.js";
import { converge } from "./support/converge.js";
import { story } from "./support/story.js";
import { httpError } from "./support/error-monitor.js";

story("A rejected message can be retried or deleted, and does not block later messages", async (world) => {
  const [ann, bob] = await Promise.all([world.person("Ann"), Account.register(world.stack, "Bob")]);
  await ann.finds(bob);
  const rejected = "a bell \u0007 rings";
  ann.errors.expect(httpError(400));
  await ann.composer.fill(rejected);
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
  "Messages sent faster than the limit wait, then arrive in order",
  async (world) => {
    const [ann, bob] = await Promise.all([world.person("Ann"), Account.register(world.stack, "Bob")]);
    await ann.finds(bob);
    ann.errors.expect(httpError(429));
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
  // A low limit, so that the test does not depend on how fast the machine types.
  { parameters: { EntriesPerSender: "5" } },
);

story("A message cannot be longer than the server accepts", async (world) => {
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
