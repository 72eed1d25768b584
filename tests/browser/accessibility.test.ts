/** Every screen and dialog, narrow and wide, light and dark: no serious violation of what axe knows, nothing too wide. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Account } from "./support/account.js";
import { Judge } from "./support/axe.js";
import { story } from "./support/story.js";
import { OUTAGE, refusal } from "./support/watch.js";

const total = { screens: 0, checks: 0, rules: new Set<string>() };

function judged(judge: Judge): void {
  total.screens += judge.screens;
  total.checks += judge.checks;
  for (const rule of judge.rules) total.rules.add(rule);
  assert.deepEqual(judge.violations, []);
}

story("The judge sees what is wrong", async (world) => {
  const judge = new Judge();
  const ann = await world.visitor("Ann");
  await ann.heading("Log in").evaluate((heading) => {
    heading.style.color = "light-dark(#ddd, #333)";
    heading.after(document.createElement("input"));
  });
  await judge.sees(ann.page, "spoilt");
  for (const rule of ["label", "color-contrast"]) {
    assert.equal(judge.violations.filter((violation) => violation.includes(`: ${rule} (`)).length, 4, rule);
  }
});

story("The way in is accessible", async (world) => {
  const judge = new Judge();
  const ann = await world.visitor("Ann");
  await judge.sees(ann.page, "log in");
  await ann.goesTo("Create account");
  await judge.sees(ann.page, "create account");
  ann.watch.announce(refusal(400), refusal(401));
  await ann.button("Create account").click();
  await ann.page.locator("[aria-invalid=true]").first().waitFor();
  await judge.sees(ann.page, "create account, with faults");
  await ann.goesTo("Log in");
  await ann.field("Email").fill(ann.email);
  await ann.field("Password").fill("a windy hilltop");
  await ann.button("Log in").click();
  await ann.page.getByRole("alert").filter({ hasText: /./ }).waitFor();
  await judge.sees(ann.page, "log in, refused");
  await ann.goesTo("Forgot your password?");
  await judge.sees(ann.page, "forgot");
  await ann.field("Email").fill(ann.email);
  await ann.button("Email me a link").click();
  await ann.page.getByRole("link", { name: "Open the local mailbox" }).waitFor();
  await judge.sees(ann.page, "forgot, sent");
  judged(judge);
});

story("The list and its dialogs are accessible", async (world) => {
  const judge = new Judge();
  const ann = await world.person("Ann");
  await judge.sees(ann.page, "nothing yet");
  const others = await Promise.all(["Bob", "Cleo"].map((name) => Account.register(world.stack, name)));
  await others[0]!.says(await others[0]!.direct((await Account.of(ann)).id), "Hello");
  await ann.hasUnread("Bob", 1);
  await judge.sees(ann.page, "an unread conversation");
  await ann.search.fill("B");
  await ann.list.getByRole("button", { name: "Bob" }).waitFor();
  await judge.sees(ann.page, "search");
  await ann.search.fill("");
  for (const name of ["New conversation", "New group", "Settings"]) {
    await ann.button(name).click();
    const dialog = ann.dialog(name);
    if (name === "Settings") {
      await dialog.getByText("(this device)").waitFor();
      await dialog.getByText("Change password").first().click();
    } else {
      await dialog.getByRole("button", { name: "Cleo" }).click({ trial: true });
      if (name === "New group") await dialog.getByRole("button", { name: "Cleo" }).click();
    }
    await judge.sees(ann.page, name);
    await dialog.getByRole("button", { name: "Close" }).click();
  }
  judged(judge);
});

story("A conversation and all that opens in it is accessible", async (world) => {
  const judge = new Judge();
  const ann = await world.person("Ann");
  const [account, bob, cleo] = await Promise.all([
    Account.of(ann),
    Account.register(world.stack, "Bob"),
    Account.register(world.stack, "Cleo"),
  ]);
  const group = await account.group("Choir", [bob.id, cleo.id]);
  const question = await bob.says(group, "When do we sing? https://example.com/songs");
  await account.says(group, "On Monday", question);
  const last = await cleo.says(group, "Splendid 🎉");
  await bob.call("PUT", `/conversations/${group}/messages/${last}/reactions/heart`);
  await account.call("PUT", `/conversations/${group}/messages/${last}/reactions/heart`);
  await bob.call("PATCH", `/conversations/${group}/messages/${question}`, { content: "When and where do we sing?" });
  const slip = await bob.says(group, "A slip");
  await bob.call("DELETE", `/conversations/${group}/messages/${slip}`);
  await ann.opens("Choir");
  await ann.seesStored("Splendid 🎉");
  await judge.sees(ann.page, "a group");

  await ann.composer.pressSequentially(":ta");
  await ann.page.getByRole("listbox", { name: "Emoji suggestions" }).waitFor();
  await judge.sees(ann.page, "completion");
  await ann.composer.press("Escape");
  await ann.composer.fill("");
  await ann.chooses("Reply", "Splendid 🎉");
  await ann.button("Cancel reply").waitFor();
  await judge.sees(ann.page, "a reply");
  await ann.button("Cancel reply").click();
  await ann.chooses("Edit", "On Monday");
  await ann.button("Cancel editing").waitFor();
  await judge.sees(ann.page, "a change");
  await ann.button("Cancel editing").click();
  await ann.message("On Monday").hover();
  await ann.message("On Monday").getByRole("button", { name: "More" }).click();
  await ann.page.getByRole("menu", { name: "Message actions" }).getByRole("menuitem", { name: "heart" }).waitFor();
  await judge.sees(ann.page, "a message's menu");
  await ann.page.keyboard.press("Escape");
  await ann.chooses("React", "On Monday");
  await ann.page.keyboard.type("cat");
  await ann.dialog("Emoji picker").getByRole("button", { name: "cat", exact: true }).waitFor();
  await judge.sees(ann.page, "the emote picker");
  await ann.page.keyboard.press("Escape");
  await ann.chooses("Delete", "On Monday");
  await ann.dialog("Delete message?").waitFor();
  await judge.sees(ann.page, "delete?");
  await ann.page.keyboard.press("Escape");
  judged(judge);
});

story(
  "A group's dialogs, what goes wrong and what is over are accessible",
  async (world) => {
    const judge = new Judge();
    const ann = await world.person("Ann");
    const [account, bob] = await Promise.all([
      Account.of(ann),
      Account.register(world.stack, "Bob"),
      Account.register(world.stack, "Cleo"),
    ]);
    await account.group("Choir", [bob.id]);
    await ann.opens("Choir");
    await ann.button("Group details").click();
    await judge.sees(ann.page, "group details");
    await ann.button("Remove Bob").click();
    await ann.dialog("Remove member?").waitFor();
    await judge.sees(ann.page, "remove?");
    await ann.page.keyboard.press("Escape");
    await ann.button("Add people").click();
    await ann.dialog("Add people").getByRole("button", { name: "Cleo" }).waitFor();
    await judge.sees(ann.page, "add people");
    await ann.page.keyboard.press("Escape");
    await ann.button("Leave group").click();
    await ann.dialog("Leave group?").waitFor();
    await judge.sees(ann.page, "leave?");
    await ann.dialog("Leave group?").getByRole("button", { name: "Cancel" }).click();
    await ann.page.keyboard.press("Escape");

    ann.watch.announce(refusal(400), ...OUTAGE);
    await ann.composer.fill("a bell \u0007");
    await ann.composer.press("Enter");
    await ann.articles.getByText(/^Couldn't send\./).waitFor();
    await judge.sees(ann.page, "a message that was refused");

    const group = await bob.group("Over", [account.id]);
    await ann.opens("Over");
    await bob.call("DELETE", `/conversations/${group}/members/${account.id}`);
    await ann.page.getByText("You're no longer a member of this conversation.").waitFor();
    await judge.sees(ann.page, "a conversation that is over");

    await ann.opens("Choir");
    await world.stack.kill();
    await ann.connection("Disconnected.").waitFor();
    await ann.says("Anybody?");
    await ann
      .unsent("Anybody?")
      .getByText(/^Not sent yet\./)
      .waitFor();
    await judge.sees(ann.page, "no connection");
    judged(judge);
    await world.stack.restart();
  },
  { durable: true },
);

story("The mailbox and the page for a new password are accessible", async (world) => {
  const judge = new Judge();
  const ann = await world.visitor("Ann");
  await Account.register(world.stack, "Ann");
  await ann.page.goto(`${world.stack.url}/_local/`);
  await judge.sees(ann.page, "an empty mailbox");
  await fetch(`${world.stack.url}/api/password/reset-request`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: ann.email }),
  });
  await ann.page.getByRole("article").filter({ hasText: "token=" }).waitFor();
  await judge.sees(ann.page, "a mail");
  await ann.page.getByRole("article").filter({ hasText: "token=" }).getByRole("link").click();
  await ann.heading("New password").waitFor();
  await judge.sees(ann.page, "a new password");
  judged(judge);
});

test("Every screen there is was judged", (t) => {
  t.diagnostic(`axe: ${total.screens} screens, ${total.checks} times judged, by ${total.rules.size} rules`);
  assert.ok(total.screens >= 25 && total.rules.size >= 30, "axe has judged less than there is");
});
