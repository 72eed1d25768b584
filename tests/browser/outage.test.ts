/** The server dies and comes back, or the network does: nothing is lost, nothing doubled, and everybody is told. */

import { converge } from "./support/converge.js";
import { story } from "./support/story.js";
import { OUTAGE } from "./support/watch.js";

story(
  "A server that is killed and comes back finds everybody's messages",
  async (world) => {
    const [ann, bob] = await world.persons("Ann", "Bob");
    await ann.finds(bob);
    await ann.says("before");
    await bob.opens(ann);
    await bob.seesStored("before");
    for (const { watch } of [ann, bob]) watch.announce(...OUTAGE);

    await world.stack.kill();
    for (const person of [ann, bob]) await person.connection("No connection.").waitFor();
    await ann.says("from Ann meanwhile");
    await bob.says("from Bob meanwhile");
    await ann.unsent("from Ann meanwhile").getByText("Waiting to send.").waitFor();
    await bob.unsent("from Bob meanwhile").getByText("Waiting to send.").waitFor();

    await world.stack.restart();
    for (const person of [ann, bob]) await person.isOnline();
    await ann.says("from Ann after");
    await converge(
      [{ person: ann, title: "Bob" }, { person: bob, title: "Ann" }],
      ["before", "from Ann meanwhile", "from Bob meanwhile", "from Ann after"],
    );
  },
  { durable: true },
);

story(
  "Who does not want to wait tries now",
  async (world) => {
    const [ann] = await world.persons("Ann", "Bob");
    await ann.finds({ name: "Bob" });
    for (const { watch } of world.people) watch.announce(...OUTAGE);
    await world.stack.kill();
    await ann.button("Try now").click();
    await ann.connection("No connection.").waitFor();
    await world.stack.restart();
    // It may have come back by itself before.
    await ann.button("Try now").click({ timeout: 3000 }).catch(() => undefined);
    await ann.isOnline();
  },
  { durable: true },
);

story("What happens to messages while somebody is away is made up for when they are back", async (world) => {
  const [ann, bob] = await world.persons("Ann", "Bob");
  await ann.finds(bob);
  await bob.finds(ann);
  for (const text of ["to be changed", "to be deleted", "to be liked", "to be answered"]) await bob.says(text);
  await ann.seesStored("to be answered");
  ann.watch.announce(...OUTAGE);
  await ann.context.setOffline(true);
  await ann.connection("No network").waitFor();

  await bob.chooses("Edit", "to be changed");
  await bob.composer.fill("changed");
  await bob.composer.press("Enter");
  await bob.sees("changed");
  await bob.chooses("Delete", "to be deleted");
  await bob.dialog("Delete message?").getByRole("button", { name: "Delete" }).click();
  await bob.sees("Message deleted");
  await bob.chooses("React", "to be liked");
  await bob.page.keyboard.type("heart");
  await bob.dialog("Emote picker").getByRole("button", { name: "heart", exact: true }).click();
  await bob.reaction("to be liked", "heart", "you").waitFor();
  await bob.chooses("Reply", "to be answered");
  await bob.says("an answer");
  await bob.seesStored("an answer");

  await ann.context.setOffline(false);
  await ann.isOnline();
  await ann.seesOnly(["changed", "Message deleted", "to be liked", "to be answered", "an answer"]);
  await ann.reaction("to be liked", "heart", "Bob").waitFor();
  await ann.message("an answer").getByRole("button", { name: "In reply to Bob to be answered" }).waitFor();
});

story("A browser without a network says so, and catches up when it is back", async (world) => {
  const [ann, bob] = await world.persons("Ann", "Bob");
  await ann.finds(bob);
  await ann.says("before");
  await bob.opens(ann);
  await bob.seesStored("before");
  ann.watch.announce(...OUTAGE);

  await ann.context.setOffline(true);
  await ann.connection("No network").waitFor();
  await ann.says("from Ann meanwhile");
  await ann.unsent("from Ann meanwhile").getByText("Waiting to send.").waitFor();
  await bob.says("from Bob meanwhile");
  await bob.seesStored("from Bob meanwhile");

  await ann.context.setOffline(false);
  await ann.isOnline();
  await converge(
    [{ person: ann, title: "Bob" }, { person: bob, title: "Ann" }],
    ["before", "from Bob meanwhile", "from Ann meanwhile"],
  );
});
