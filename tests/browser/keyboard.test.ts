/** Without a mouse: the keyboard reaches everything that matters, and the focus is never lost. */

import assert from "node:assert/strict";

import type { Locator } from "playwright-core";

import { Account } from "./support/account.js";
import type { Person } from "./support/person.js";
import { story } from "./support/story.js";

const MAX_STEPS = 40;

/** Presses Tab, or another key, until the target has the focus. */
async function focusOn(person: Person, target: Locator, key = "Tab"): Promise<void> {
  await target.waitFor();
  const passed: string[] = [];
  for (let step = 0; step < MAX_STEPS; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await person.page.keyboard.press(key);
    passed.push(await person.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 80) ?? "nothing"));
  }
  assert.fail(`pressing ${key} ${MAX_STEPS} times did not reach the target, but ${passed.join("\n")}`);
}

async function types(person: Person, field: Locator, text: string): Promise<void> {
  await focusOn(person, field);
  await person.page.keyboard.type(text);
}

async function presses(person: Person, button: Locator, by = "Tab"): Promise<void> {
  await focusOn(person, button, by);
  await person.page.keyboard.press("Enter");
}

story("A user registers, starts a chat, writes and reacts with the keyboard alone", async (world) => {
  const [ann, bob] = await Promise.all([world.visitor("Ann"), Account.register(world.stack, "Bob")]);
  const { keyboard } = ann.page;
  await presses(ann, ann.button("Create account").or(ann.page.getByRole("link", { name: "Create account" })));
  await ann.heading("Create account").waitFor();
  await ann.hasFocus(ann.field("Name"));
  await types(ann, ann.field("Name"), "Ann");
  await types(ann, ann.field("Email"), ann.email);
  await types(ann, ann.field("Password"), ann.password);
  await keyboard.press("Enter");
  await ann.isOnline();

  await presses(ann, ann.button("New conversation"));
  const dialog = ann.dialog("New conversation");
  await ann.hasFocus(dialog.getByRole("searchbox", { name: "Find people" }));
  await keyboard.type("Bo");
  await presses(ann, dialog.getByRole("button", { name: "Bob" }));
  await ann.isIn("Bob");
  await ann.hasFocus(ann.composer);
  await keyboard.type("Written by keys");
  await keyboard.press("Enter");
  await ann.seesStored("Written by keys");
  await ann.hasFocus(ann.composer);
  const conversation = await (await Account.of(ann)).find("Bob");
  await bob.says(conversation, "Read by keys");
  await ann.seesStored("Read by keys");

  // Shift+Tab moves into the log, arrows move between messages, and Enter opens a message's menu.
  await focusOn(ann, ann.message("Read by keys"), "Shift+Tab");
  await keyboard.press("ArrowUp");
  await ann.hasFocus(ann.message("Written by keys"));
  await keyboard.press("ArrowDown");
  await ann.hasFocus(ann.message("Read by keys"));
  await keyboard.press("Enter");
  const menu = ann.page.getByRole("menu", { name: "Message actions" });
  await ann.hasFocus(menu.getByRole("menuitem", { name: "Reply" }));
  await presses(ann, menu.getByRole("menuitem", { name: "React", exact: true }), "ArrowDown");
  const picker = ann.dialog("Emoji picker");
  await ann.hasFocus(picker.getByRole("searchbox", { name: "Search emoji" }));
  await keyboard.type("thumbsup");
  await picker.getByRole("region", { name: "Results" }).getByRole("button").first().waitFor();
  await keyboard.press("Enter");
  await picker.waitFor({ state: "detached" });
  await ann
    .message("Read by keys")
    .getByRole("group", { name: "Reactions" })
    .getByRole("button", { name: /, 1: you$/ })
    .waitFor();
});

story("Escape closes what is open, and the focus returns to where it was", async (world) => {
  const [ann, bob] = await Promise.all([world.person("Ann"), Account.register(world.stack, "Bob")]);
  const { keyboard } = ann.page;
  const annsId = (await Account.of(ann)).id;
  await bob.says(await bob.group("Walk", [annsId]), "Where to?");

  for (const name of ["New conversation", "New group", "Settings"]) {
    await presses(ann, ann.button(name));
    await ann.dialog(name).waitFor();
    await keyboard.press("Escape");
    await ann.dialog(name).waitFor({ state: "detached" });
    await ann.hasFocus(ann.button(name));
  }

  await presses(ann, ann.item("Walk"));
  await ann.isIn("Walk");
  await ann.seesStored("Where to?");
  await presses(ann, ann.button("Group details"), "Shift+Tab");
  await ann.dialog("Group details").waitFor();
  await keyboard.press("Escape");
  await ann.hasFocus(ann.button("Group details"));

  await presses(ann, ann.button("Insert emoji"));
  await ann.hasFocus(ann.page.getByRole("searchbox", { name: "Search emoji" }));
  await keyboard.press("Escape");
  await ann.dialog("Emoji picker").waitFor({ state: "detached" });
  await ann.hasFocus(ann.button("Insert emoji").or(ann.composer));

  await focusOn(ann, ann.message("Where to?"), "Shift+Tab");
  await keyboard.press("Enter");
  await ann.page.getByRole("menu", { name: "Message actions" }).waitFor();
  await keyboard.press("Escape");
  await ann.page.getByRole("menu", { name: "Message actions" }).waitFor({ state: "detached" });
  assert.ok(
    await ann.message("Where to?").evaluate((article) => article.contains(document.activeElement)),
    "the focus is back at the message",
  );

  await focusOn(ann, ann.composer);
  await keyboard.type(":smil");
  await ann.page.getByRole("listbox", { name: "Emoji suggestions" }).waitFor();
  await keyboard.press("Escape");
  await ann.page.getByRole("listbox", { name: "Emoji suggestions" }).waitFor({ state: "detached" });
  assert.equal(await ann.composer.inputValue(), ":smil");
});

story("A user logs in and deletes a message with the keyboard alone", async (world) => {
  const ann = await world.visitor("Ann");
  const [account, bob] = await Promise.all([
    Account.register(world.stack, "Ann"),
    Account.register(world.stack, "Bob"),
  ]);
  await account.says(await account.direct(bob.id), "Not for you");
  await ann.hasFocus(ann.field("Email"));
  await ann.page.keyboard.type(ann.email);
  await types(ann, ann.field("Password"), ann.password);
  await ann.page.keyboard.press("Enter");
  await ann.isOnline();
  await presses(ann, ann.item("Bob"));
  await ann.hasFocus(ann.composer);
  await focusOn(ann, ann.message("Not for you"), "Shift+Tab");
  await ann.page.keyboard.press("Enter");
  const menu = ann.page.getByRole("menu", { name: "Message actions" });
  await presses(ann, menu.getByRole("menuitem", { name: "Delete" }), "ArrowDown");
  await presses(ann, ann.dialog("Delete message?").getByRole("button", { name: "Delete" }));
  await ann.seesOnly(["Message deleted"]);
  await ann.dialog("Delete message?").waitFor({ state: "detached" });
  await ann.hasFocus(ann.message("Message deleted"));
});
