/** The composer: the focus and the caret stay where the user expects them, and nothing unsent is lost. */

import assert from "node:assert/strict";

import { Account } from "./support/account.js";
import { story, type World } from "./support/story.js";

async function annWithTwoFriends(world: World) {
  const [ann, bob, cleo] = await Promise.all([
    world.person("Ann"),
    Account.register(world.stack, "Bob"),
    Account.register(world.stack, "Cleo"),
  ]);
  const annsId = (await Account.of(ann)).id;
  await cleo.says(await cleo.direct(annsId), "Hello from Cleo");
  await bob.says(await bob.direct(annsId), "Hello from Bob");
  await ann.opens(bob);
  await ann.seesStored("Hello from Bob");
  return { ann, bob, cleo };
}

story("The message field keeps the focus after a click on Send", async (world) => {
  const { ann } = await annWithTwoFriends(world);
  await ann.composer.fill("by the button");
  await ann.button("Send").click();
  await ann.seesStored("by the button");
  await ann.hasFocus(ann.composer);
  await ann.page.keyboard.type("and on");
  await ann.page.keyboard.press("Enter");
  await ann.seesStored("and on");
});

story("A shortcode is completed at the caret after the caret has moved", async (world) => {
  const { ann } = await annWithTwoFriends(world);
  const emotes = ann.page.getByRole("listbox", { name: "Emoji suggestions" });
  const offered = (name: string) => emotes.getByRole("option", { name: `:${name}:`, exact: true }).waitFor();
  await ann.composer.pressSequentially("one :tad two");
  await emotes.waitFor({ state: "detached" });
  for (let step = 0; step < " two".length; step += 1) await ann.composer.press("ArrowLeft");
  await offered("tada");
  await ann.composer.press("Home");
  await emotes.waitFor({ state: "detached" });
  await ann.composer.press("End");
  await ann.composer.pressSequentially(" :pizz");
  await offered("pizza");
  await ann.composer.press("Tab");
  await ann.composer.pressSequentially("three");
  assert.equal(await ann.composer.inputValue(), "one :tad two 🍕 three");
  await ann.hasFocus(ann.composer);
});

story("A draft and its reply survive a switch between conversations", async (world) => {
  const { ann, bob, cleo } = await annWithTwoFriends(world);
  await ann.chooses("Reply", "Hello from Bob");
  await ann.composer.fill("half a reply");
  await ann.opens(cleo);
  assert.equal(await ann.composer.inputValue(), "");
  await ann.says("a word to Cleo");
  await ann.opens(bob);
  await ann.button("Cancel reply").waitFor();
  assert.equal(await ann.composer.inputValue(), "half a reply");
  await ann.composer.press("Enter");
  await ann.message("half a reply").getByRole("button", { name: "In reply to Bob Hello from Bob" }).waitFor();
});

story("A conversation that is slow to load does not replace one that was opened later", async (world) => {
  const { ann, cleo } = await annWithTwoFriends(world);
  await Account.register(world.stack, "Dora");
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await ann.page.route("**/api/conversations", async (route) => {
    if (route.request().method() === "POST") await released;
    await route.continue();
  });
  await ann.search.fill("Dora");
  const requested = ann.page.waitForRequest(
    (request) => request.method() === "POST" && request.url().endsWith("/conversations"),
  );
  await ann.list.getByRole("button", { name: "Dora" }).click();
  await requested;
  await ann.search.fill("");
  await ann.opens(cleo);
  const responded = ann.page.waitForResponse((response) => response.url().endsWith("/conversations"));
  release();
  await responded;
  await ann.item("Dora").waitFor();
  await ann.says("Still with you");
  await ann.isIn("Cleo");
  await ann.seesOnly(["Hello from Cleo", "Still with you"]);
});

story("The next user in the same tab sees nothing of the previous user", async (world) => {
  const { ann, bob } = await annWithTwoFriends(world);
  await ann.says("Ann's own words");
  await ann.composer.fill("Ann's draft");
  await ann.button("Settings").click();
  await ann.dialog("Settings").getByRole("button", { name: "Log out" }).click();
  await ann.heading("Log in").waitFor();

  await ann.field("Email").fill(bob.email);
  await ann.field("Password").fill(ann.password);
  await ann.button("Log in").click();
  await ann.isOnline();
  await ann.heading("Bob").waitFor();
  await ann.item("Ann").waitFor();
  await ann.item("Cleo").waitFor({ state: "detached" });
  await ann.log.waitFor({ state: "detached" });
  await ann.dialog("Settings").waitFor({ state: "detached" });
  await ann.opens("Ann");
  await ann.seesStored("Ann's own words");
  assert.equal(await ann.composer.inputValue(), "");
});
