/** Checks every screen and dialog, narrow and wide, light and dark: axe finds no serious violation, and nothing is too wide. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Account } from "./support/account.js";
import { AxeAudit } from "./support/axe.js";
import { story } from "./support/story.js";
import { OUTAGE, httpError } from "./support/error-monitor.js";

const total = { screens: 0, checks: 0, rules: new Set<string>() };

function assertAccessible(audit: AxeAudit): void {
  total.screens += audit.screens;
  total.checks += audit.checks;
  for (const rule of audit.rules) total.rules.add(rule);
  assert.deepEqual(audit.violations, []);
}

story("The audit finds violations", async (world) => {
  const audit = new AxeAudit();
  const ann = await world.visitor("Ann");
  await ann.heading("Log in").evaluate((heading) => {
    heading.style.color = "light-dark(#ddd, #333)";
    heading.after(document.createElement("input"));
  });
  await audit.check(ann.page, "a page with violations");
  for (const rule of ["label", "color-contrast"]) {
    assert.equal(audit.violations.filter((violation) => violation.includes(`: ${rule} (`)).length, 4, rule);
  }
});

story("The auth page is accessible", async (world) => {
  const audit = new AxeAudit();
  const ann = await world.visitor("Ann");
  await audit.check(ann.page, "log in");
  await ann.goesTo("Create account");
  await audit.check(ann.page, "create account");
  ann.errors.expect(httpError(400), httpError(401));
  await ann.button("Create account").click();
  await ann.page.locator("[aria-invalid=true]").first().waitFor();
  await audit.check(ann.page, "create account, with errors");
  await ann.goesTo("Log in");
  await ann.field("Email").fill(ann.email);
  await ann.field("Password").fill("a windy hilltop");
  await ann.button("Log in").click();
  await ann.page.getByRole("alert").filter({ hasText: /./ }).waitFor();
  await audit.check(ann.page, "log in, rejected");
  await ann.goesTo("Forgot your password?");
  await audit.check(ann.page, "forgot");
  await ann.field("Email").fill(ann.email);
  await ann.button("Email me a link").click();
  await ann.page.getByRole("link", { name: "Open the local mailbox" }).waitFor();
  await audit.check(ann.page, "forgot, sent");
  assertAccessible(audit);
});

story("The list and its dialogs are accessible", async (world) => {
  const audit = new AxeAudit();
  const ann = await world.person("Ann");
  await audit.check(ann.page, "nothing yet");
  const others = await Promise.all(["Bob", "Cleo"].map((name) => Account.register(world.stack, name)));
  await others[0]!.says(await others[0]!.direct((await Account.of(ann)).id), "Hello");
  await ann.hasUnread("Bob", 1);
  await audit.check(ann.page, "an unread conversation");
  await ann.search.fill("B");
  await ann.list.getByRole("button", { name: "Bob" }).waitFor();
  await audit.check(ann.page, "search");
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
    await audit.check(ann.page, name);
    await dialog.getByRole("button", { name: "Close" }).click();
  }
  assertAccessible(audit);
});

story("A conversation and everything that opens in it is accessible", async (world) => {
  const audit = new AxeAudit();
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
  await audit.check(ann.page, "a group");

  await ann.composer.pressSequentially(":ta");
  await ann.page.getByRole("listbox", { name: "Emoji suggestions" }).waitFor();
  await audit.check(ann.page, "completion");
  await ann.composer.press("Escape");
  await ann.composer.fill("");
  await ann.chooses("Reply", "Splendid 🎉");
  await ann.button("Cancel reply").waitFor();
  await audit.check(ann.page, "a reply");
  await ann.button("Cancel reply").click();
  await ann.chooses("Edit", "On Monday");
  await ann.button("Cancel editing").waitFor();
  await audit.check(ann.page, "an edit");
  await ann.button("Cancel editing").click();
  await ann.message("On Monday").hover();
  await ann.message("On Monday").getByRole("button", { name: "More" }).click();
  await ann.page.getByRole("menu", { name: "Message actions" }).getByRole("menuitem", { name: "heart" }).waitFor();
  await audit.check(ann.page, "a message's menu");
  await ann.page.keyboard.press("Escape");
  await ann.chooses("React", "On Monday");
  await ann.page.keyboard.type("cat");
  await ann.dialog("Emoji picker").getByRole("button", { name: "cat", exact: true }).waitFor();
  await audit.check(ann.page, "the emoji picker");
  await ann.page.keyboard.press("Escape");
  await ann.chooses("Delete", "On Monday");
  await ann.dialog("Delete message?").waitFor();
  await audit.check(ann.page, "delete?");
  await ann.page.keyboard.press("Escape");
  assertAccessible(audit);
});

story(
  "A group's dialogs, errors and a conversation that the user has left are accessible",
  async (world) => {
    const audit = new AxeAudit();
    const ann = await world.person("Ann");
    const [account, bob] = await Promise.all([
      Account.of(ann),
      Account.register(world.stack, "Bob"),
      Account.register(world.stack, "Cleo"),
    ]);
    await account.group("Choir", [bob.id]);
    await ann.opens("Choir");
    await ann.button("Group details").click();
    await audit.check(ann.page, "group details");
    await ann.button("Remove Bob").click();
    await ann.dialog("Remove member?").waitFor();
    await audit.check(ann.page, "remove?");
    await ann.page.keyboard.press("Escape");
    await ann.button("Add people").click();
    await ann.dialog("Add people").getByRole("button", { name: "Cleo" }).waitFor();
    await audit.check(ann.page, "add people");
    await ann.page.keyboard.press("Escape");
    await ann.button("Leave group").click();
    await ann.dialog("Leave group?").waitFor();
    await audit.check(ann.page, "leave?");
    await ann.dialog("Leave group?").getByRole("button", { name: "Cancel" }).click();
    await ann.page.keyboard.press("Escape");

    ann.errors.expect(httpError(400), ...OUTAGE);
    await ann.composer.fill("a bell \u0007");
    await ann.composer.press("Enter");
    await ann.articles.getByText(/^Couldn't send\./).waitFor();
    await audit.check(ann.page, "a rejected message");

    const group = await bob.group("Over", [account.id]);
    await ann.opens("Over");
    await bob.call("DELETE", `/conversations/${group}/members/${account.id}`);
    await ann.page.getByText("You're no longer a member of this conversation.").waitFor();
    await audit.check(ann.page, "a conversation that Ann has left");

    await ann.opens("Choir");
    await world.stack.kill();
    await ann.connection("Disconnected.").waitFor();
    await ann.says("Anyone there?");
    await ann
      .unsent("Anyone there?")
      .getByText(/^Not sent yet\./)
      .waitFor();
    await audit.check(ann.page, "disconnected");
    assertAccessible(audit);
    await world.stack.restart();
  },
  { durable: true },
);

story("The mailbox and the page for a new password are accessible", async (world) => {
  const audit = new AxeAudit();
  const ann = await world.visitor("Ann");
  await Account.register(world.stack, "Ann");
  await ann.page.goto(`${world.stack.url}/_local/`);
  await audit.check(ann.page, "an empty mailbox");
  await fetch(`${world.stack.url}/api/password/reset-request`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: ann.email }),
  });
  await ann.page.getByRole("article").filter({ hasText: "token=" }).waitFor();
  await audit.check(ann.page, "an email");
  await ann.page.getByRole("article").filter({ hasText: "token=" }).getByRole("link").click();
  await ann.heading("New password").waitFor();
  await audit.check(ann.page, "a new password");
  assertAccessible(audit);
});

test("Every screen was audited", (t) => {
  t.diagnostic(`axe: ${total.screens} screens, ${total.checks} checks, ${total.rules.size} rules`);
  assert.ok(total.screens >= 25 && total.rules.size >= 30, "axe audited fewer screens or rules than expected");
});
