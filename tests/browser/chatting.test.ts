/** Two people chat, and each sees immediately what the other does. */

import { Account } from "./support/account.js";
import { converge } from "./support/converge.js";
import { PHONE } from "./support/person.js";
import { story } from "./support/story.js";

story("Two people register, find each other and exchange messages", async (world) => {
  const [ann, bob] = await world.people("Ann", "Bob");
  await ann.finds(bob);
  await ann.says("Hello Bob!");

  await bob.hasUnread("Ann", 1);
  await bob.hasTitle("(1) EmoteChat");
  await bob.opens(ann);
  await bob.seesStored("Hello Bob!");
  await bob.hasTitle("EmoteChat");
  await bob.item("Ann").filter({ hasNotText: "unread" }).waitFor();
  await ann.room("Bob").getByText("Seen", { exact: true }).waitFor();

  await bob.says("Hello Ann! How are you?");
  await ann.seesStored("Hello Bob!", "Hello Ann! How are you?");
  await ann.says("Well.\nAnd you?");
  await bob.seesOnly(["Hello Bob!", "Hello Ann! How are you?", "Well.\nAnd you?"]);
});

story("Messages that arrive while another conversation is open are counted and marked as new", async (world) => {
  const [ann, bob, cleo] = await world.people("Ann", "Bob", "Cleo");
  await cleo.finds(ann);
  await cleo.says("Are you there?");
  await ann.opens(cleo);
  await bob.finds(ann);
  await bob.says("one");
  await bob.says("two");

  await ann.hasUnread("Bob", 2);
  await ann.hasTitle("(2) EmoteChat");
  await ann.opens(bob);
  await ann.seesStored("one", "two");
  await ann.log.getByRole("separator", { name: "New messages" }).waitFor();
  await ann.hasTitle("EmoteChat");
});

story("The typing indicator disappears when the message arrives", async (world) => {
  const [ann, bob] = await world.people("Ann", "Bob");
  await ann.finds(bob);
  await ann.says("Tell me a story.");
  await bob.opens(ann);

  await bob.composer.pressSequentially("Once");
  const typing = ann.room("Bob").getByText("Bob is typing…");
  await typing.waitFor();
  await bob.says("Once upon a time …");
  await ann.seesStored("Once upon a time …");
  await typing.waitFor({ state: "detached" });
});

story("Presence changes when a user closes the page", async (world) => {
  const [ann, bob] = await world.people("Ann", "Bob");
  await ann.finds(bob);
  await ann.says("Hello!");
  const about = (words: string) => ann.room("Bob").getByText(words, { exact: true });
  await about("Online").waitFor();
  await bob.page.close();
  await about("Offline").waitFor();
});

story("A shortcode is completed while typing, or becomes an emoji when it is sent", async (world) => {
  const [ann, bob] = await Promise.all([world.person("Ann"), Account.register(world.stack, "Bob")]);
  await ann.finds(bob);
  await ann.composer.pressSequentially("We did it :tad");
  const emotes = ann.page.getByRole("listbox", { name: "Emoji suggestions" });
  await emotes
    .getByRole("option", { name: ":tada:" })
    .and(emotes.getByRole("option", { selected: true }))
    .waitFor();
  await ann.composer.press("Enter");
  await emotes.waitFor({ state: "detached" });
  await ann.composer.press("Enter");
  await ann.seesStored("We did it 🎉");

  await ann.composer.fill(":heart: from :unknown_thing:");
  await ann.composer.press("Enter");
  await ann.seesStored("❤️ from :unknown_thing:");
  await converge([{ person: ann, title: "Bob" }], ["We did it 🎉", "❤️ from :unknown_thing:"]);
});

story("Messages sent on one device appear on the other", async (world) => {
  const [ann, bob] = await world.people("Ann", "Bob");
  const phone = await world.visitor("Ann", PHONE);
  await phone.logsIn();
  await ann.finds(bob);
  await ann.says("Written at the desk");
  await bob.opens(ann);
  await bob.says("Where are you?");
  await phone.opens(bob);
  await phone.seesOnly(["Written at the desk", "Where are you?"]);
  await phone.says("On my way");
  await ann.seesOnly(["Written at the desk", "Where are you?", "On my way"]);
  await phone.button("Back to conversations").click();
  await phone.item("Bob").waitFor();
});

story("Messages read on one device are read on the other", async (world) => {
  const [ann, bob] = await world.people("Ann", "Bob");
  const phone = await world.visitor("Ann", PHONE);
  await phone.logsIn();
  await bob.finds(ann);
  await bob.says("one");
  await bob.says("two");
  await ann.hasUnread("Bob", 2);
  await phone.hasUnread("Bob", 2);
  await phone.opens(bob);
  await ann.item("Bob").filter({ hasNotText: "unread" }).waitFor();
  await ann.hasTitle("EmoteChat");
});
