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
