/** A reload keeps the session, the open conversation and unsent text. */

import assert from "node:assert/strict";

import { Account } from "./support/account.js";
import { converge } from "./support/converge.js";
import { story } from "./support/story.js";
import { OUTAGE } from "./support/error-monitor.js";

story("A reload keeps the user signed in, in the same conversation, with its messages and the draft", async (world) => {
  const [ann, bob] = await world.people("Ann", "Bob");
  await ann.finds(bob);
  await ann.says("first");
  await ann.says("second");
  await ann.seesStored("first", "second");
  await ann.composer.fill("not done yet");

  await ann.page.reload();
  await ann.isOnline();
  await ann.isIn("Bob");
  await ann.seesOnly(["first", "second"]);
  assert.equal(await ann.composer.inputValue(), "not done yet");
  await ann.composer.press("End");
  await ann.composer.press("Enter");
  await ann.seesStored("not done yet");
});

story("A message that could not be sent before a reload is sent once after it", async (world) => {
  const [ann, bob] = await world.people("Ann", "Bob");
  await ann.finds(bob);
  await ann.says("before");
  await ann.seesStored("before");
  await bob.opens(ann);
  ann.errors.expect(...OUTAGE);
  await ann.context.setOffline(true);
  await ann.says("written without a network");
  await ann.unsent("written without a network").getByText("Not sent yet.").waitFor();

  const address = ann.page.url();
  await ann.page.goto("about:blank");
  await ann.context.setOffline(false);
  await ann.page.goto(address);
  await converge(
    [
      { person: ann, title: "Bob" },
      { person: bob, title: "Ann" },
    ],
    ["before", "written without a network"],
  );
});

story("Each tab signs in separately", async (world) => {
  const ann = await world.person("Ann");
  await Account.register(world.stack, "Bob");
  const opened = ann.context.waitForEvent("page");
  await ann.page.getByRole("link", { name: /another tab/ }).click();
  const second = await opened;
  await second.getByRole("heading", { name: "Log in" }).waitFor();
  await second.getByLabel("Email", { exact: true }).fill("bob@example.com");
  await second.getByLabel("Password", { exact: true }).fill(ann.password);
  await second.getByRole("button", { name: "Log in", exact: true }).click();
  await second.getByRole("heading", { name: "Bob", exact: true }).waitFor();
  await ann.page.reload();
  await ann.page.getByRole("heading", { name: "Ann", exact: true }).waitFor();
});

story("After logging out, a reload still shows the login form", async (world) => {
  const ann = await world.person("Ann");
  await ann.button("Settings").click();
  await ann.dialog("Settings").getByRole("button", { name: "Log out" }).click();
  await ann.heading("Log in").waitFor();
  await ann.page.reload();
  await ann.heading("Log in").waitFor();
  await ann.logsIn();
});
