/** The server or the network fails and comes back: no message is lost or sent twice, and the page shows the outage. */

import assert from "node:assert/strict";

import { Account } from "./support/account.js";
import { converge } from "./support/converge.js";
import { story } from "./support/story.js";
import { OUTAGE } from "./support/error-monitor.js";

story(
  "Messages written while the server is down are sent when it is back",
  async (world) => {
    const [ann, bob] = await world.people("Ann", "Bob");
    await ann.finds(bob);
    await ann.says("before");
    await bob.opens(ann);
    await bob.seesStored("before");
    for (const { errors } of [ann, bob]) errors.expect(...OUTAGE);

    await world.stack.kill();
    for (const person of [ann, bob]) await person.connection("Disconnected.").waitFor();
    await ann.says("from Ann meanwhile");
    await bob.says("from Bob meanwhile");
    await ann.unsent("from Ann meanwhile").getByText("Not sent yet.").waitFor();
    await bob.unsent("from Bob meanwhile").getByText("Not sent yet.").waitFor();

    await world.stack.restart();
    for (const person of [ann, bob]) await person.isOnline();
    await ann.says("from Ann after");
    await converge(
      [
        { person: ann, title: "Bob" },
        { person: bob, title: "Ann" },
      ],
      ["before", "from Ann meanwhile", "from Bob meanwhile", "from Ann after"],
    );
  },
  { durable: true },
);

story(
  "Retry now reconnects without waiting",
  async (world) => {
    const ann = await world.person("Ann");
    ann.errors.expect(...OUTAGE);
    await world.stack.kill();
    await ann.button("Retry now").click();
    await ann.connection("Disconnected.").waitFor();
    await world.stack.restart();
    // Unless it has already reconnected on its own.
    await Promise.race([ann.button("Retry now").click(), ann.isOnline()]);
    await ann.isOnline();
  },
  { durable: true },
);

story(
  "Actions that need the server fail with a message, and succeed when it is back",
  async (world) => {
    const [ann, bob] = await world.people("Ann", "Bob");
    await ann.finds(bob);
    for (const text of ["first", "second"]) await ann.says(text);
    await bob.opens(ann);
    await bob.seesStored("second");
    await ann.chooses("React", "first");
    await ann.page.keyboard.type("tada");
    await ann.dialog("Emoji picker").getByRole("button", { name: "tada", exact: true }).waitFor();
    for (const { errors } of world.visitors) errors.expect(...OUTAGE);
    await world.stack.kill();

    const problem = ann.page.getByRole("alert").filter({ hasText: "Can't reach the server." });
    await ann.page.keyboard.press("Enter");
    await problem.waitFor();
    await ann.chooses("Edit", "first");
    await ann.composer.fill("first of all");
    await ann.composer.press("Enter");
    await ann.button("Cancel editing").locator("..").getByText("Can't reach the server.").waitFor();
    await ann.sees("first");

    await world.stack.restart();
    for (const person of [ann, bob]) await person.isOnline();
    await ann.composer.press("Enter");
    await bob.seesOnly(["first of all", "second"]);
    await problem.waitFor({ state: "detached" });
    await bob.composer.pressSequentially("Well");
    await ann.room("Bob").getByText("Bob is typing…").waitFor();
  },
  { durable: true },
);

story("A browser without a network says so, and catches up when it is back online", async (world) => {
  const [ann, bob] = await world.people("Ann", "Bob");
  await ann.finds(bob);
  await bob.finds(ann);
  for (const text of ["to be changed", "to be deleted", "to be liked"]) await bob.says(text);
  await ann.seesStored("to be liked");
  ann.errors.expect(...OUTAGE);
  await ann.context.setOffline(true);
  await ann.says("from Ann meanwhile");
  await ann.unsent("from Ann meanwhile").getByText("Not sent yet.").waitFor();

  await bob.chooses("Edit", "to be changed");
  await bob.composer.fill("changed");
  await bob.composer.press("Enter");
  await bob.sees("changed");
  await bob.chooses("Delete", "to be deleted");
  await bob.dialog("Delete message?").getByRole("button", { name: "Delete" }).click();
  await bob.sees("Message deleted");
  await bob.chooses("React", "to be liked");
  await bob.page.keyboard.type("heart");
  await bob.dialog("Emoji picker").getByRole("button", { name: "heart", exact: true }).click();
  await bob.reaction("to be liked", "heart", "you").waitFor();
  await bob.chooses("Reply", "changed");
  await bob.says("an answer");
  await bob.seesStored("an answer");
  await ann.connection("You're offline").waitFor();

  await ann.context.setOffline(false);
  await ann.isOnline();
  const all = ["changed", "Message deleted", "to be liked", "an answer", "from Ann meanwhile"];
  for (const person of [ann, bob]) await person.seesOnly(all);
  await ann.reaction("to be liked", "heart", "Bob").waitFor();
  await ann.message("an answer").getByRole("button", { name: "In reply to Bob changed" }).waitFor();
  const account = await Account.of(ann);
  assert.deepEqual(await account.texts(await account.find("Bob")), ["changed", null, ...all.slice(2)]);
});
