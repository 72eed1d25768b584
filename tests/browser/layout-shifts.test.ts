/** The layout does not shift when messages arrive, someone types, or the connection is lost or restored. */

import assert from "node:assert/strict";

import { Account } from "./support/account.js";
import { shiftsOf, watchShifts } from "./support/layout.js";
import { PHONE } from "./support/person.js";
import { story } from "./support/story.js";
import { OUTAGE } from "./support/error-monitor.js";

const MAX_SHIFT = 0.1;

story(
  "In a session with messages, typing and an outage, the layout shifts by less than 0.1",
  async (world) => {
    const [ann, bob] = await world.people("Ann", "Bob");
    const phone = await world.visitor("Ann", PHONE);
    await phone.logsIn();
    await ann.finds(bob);
    for (let number = 1; number <= 12; number += 1) await ann.says(`Message ${number}`);
    await ann.seesStored("Message 12");
    await bob.opens(ann);
    await phone.opens(bob);
    for (const person of [ann, phone]) {
      await watchShifts(person.page);
      await person.page.reload();
      await person.seesStored("Message 12");
    }
    await ann.isOnline();

    await bob.composer.pressSequentially("Hello");
    await ann.room("Bob").getByText("Bob is typing…").waitFor();
    await bob.says("Hello");
    await ann.seesStored("Hello");
    const account = await Account.of(bob);
    const seq = await account.says(await account.find("Ann"), "Look");
    await account.call("PUT", `/conversations/${await account.find("Ann")}/messages/${seq}/reactions/eyes`);
    await ann.reaction("Look", "eyes", "Bob").waitFor();

    for (const { errors } of world.visitors) errors.expect(...OUTAGE);
    await world.stack.kill();
    for (const person of [ann, phone]) await person.connection("Disconnected.").waitFor();
    await world.stack.restart();
    await ann.isOnline();
    await bob.isOnline();
    await bob.says("Back again");

    for (const person of [ann, phone]) {
      await person.seesStored("Back again");
      const shifts = await shiftsOf(person.page);
      const sum = shifts.reduce((all, { value }) => all + value, 0);
      world.test.diagnostic(
        `at ${person.page.viewportSize()?.width} px ${shifts.length} shifts, ${sum.toFixed(4)} in total`,
      );
      assert.ok(sum < MAX_SHIFT, `${sum}: ${JSON.stringify(shifts, null, 1)}`);
    }
  },
  { durable: true },
);
