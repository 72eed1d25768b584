/** Nothing moves by itself: not when messages come, somebody types, the connection goes, or it comes back. */

import assert from "node:assert/strict";

import { Account } from "./support/account.js";
import { shiftsOf, watchShifts } from "./support/layout.js";
import { story } from "./support/story.js";
import { OUTAGE } from "./support/watch.js";

const MOST = 0.1;

story(
  "In a whole session with messages, typing and an outage the layout shifts less than 0.1",
  async (world) => {
    const [ann, bob] = await world.persons("Ann", "Bob");
    await ann.finds(bob);
    for (let number = 1; number <= 12; number += 1) await ann.says(`Message ${number}`);
    await ann.seesStored("Message 12");
    await bob.opens(ann);
    await watchShifts(ann.page);
    await ann.page.reload();
    await ann.seesStored("Message 12");
    await ann.isOnline();

    await bob.composer.pressSequentially("Hello");
    await ann.room("Bob").getByText("Bob is typing …").waitFor();
    await bob.says("Hello");
    await ann.seesStored("Hello");
    const account = await Account.of(bob);
    const seq = await account.says(await account.find("Ann"), "Look");
    await account.call("PUT", `/conversations/${await account.find("Ann")}/messages/${seq}/reactions/eyes`);
    await ann.reaction("Look", "eyes", "Bob").waitFor();

    for (const { watch } of [ann, bob]) watch.announce(...OUTAGE);
    await world.stack.kill();
    await ann.connection("No connection.").waitFor();
    await world.stack.restart();
    await ann.isOnline();
    await bob.isOnline();
    await bob.says("Back again");
    await ann.seesStored("Back again");

    const shifts = await shiftsOf(ann.page);
    const sum = shifts.reduce((all, { value }) => all + value, 0);
    world.test.diagnostic(`${shifts.length} shifts, ${sum.toFixed(4)} in all`);
    assert.ok(sum < MOST, `${sum}: ${JSON.stringify(shifts, null, 1)}`);
  },
  { durable: true },
);
