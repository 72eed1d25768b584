/** Accounts: what is refused is said in words, and a forgotten password is replaced through the mailbox. */

import { story } from "./support/story.js";
import { refusal } from "./support/watch.js";

story("A forgotten password is replaced by a link in the mailbox", async (world) => {
  const ann = await world.person("Ann");
  await ann.button("Settings").click();
  await ann.dialog("Settings").getByRole("button", { name: "Log out" }).click();
  await ann.heading("Log in").waitFor();

  await ann.goesTo("Forgot your password?");
  await ann.field("Email").fill(ann.email);
  await ann.button("Email me a link").click();
  const opened = ann.context.waitForEvent("page");
  await ann.page.getByRole("link", { name: "Open the local mailbox" }).click();
  const mailbox = await opened;
  const mail = mailbox
    .getByRole("list", { name: "Mails, the newest first" })
    .getByRole("article")
    .filter({ hasText: "token=" });
  await mail.getByRole("link").click();
  await mailbox.getByRole("heading", { name: "New password" }).waitFor();
  ann.password = "a windy hilltop";
  await mailbox.getByLabel("Choose a new password").fill(ann.password);
  await mailbox.getByRole("button", { name: "Set password" }).click();
  await mailbox.getByRole("status").filter({ hasText: "Your password is changed." }).waitFor();

  await ann.goesTo("Log in");
  await ann.logsIn();
});

story("All that is wrong with a new account is said at its fields", async (world) => {
  const ann = await world.visitor("Ann");
  await ann.goesTo("Create account");
  await ann.field("Email").fill("nobody");
  await ann.field("Password").fill("short");
  ann.watch.announce(refusal(400));
  await ann.button("Create account").click();
  for (const name of ["Name", "Email", "Password"]) {
    await ann.page.locator("[aria-invalid=true]").and(ann.field(name)).waitFor();
  }
  await ann.registers();
});

story("A wrong password and a taken address are refused in words", async (world) => {
  const ann = await world.person("Ann");
  const eve = await world.visitor("Eve");
  eve.watch.announce(refusal(401), refusal(409));
  await eve.field("Email").fill(ann.email);
  await eve.field("Password").fill("a windy hilltop");
  await eve.button("Log in").click();
  await eve.page
    .getByRole("alert")
    .filter({ hasText: /password/ })
    .waitFor();

  await eve.goesTo("Create account");
  await eve.field("Name").fill("Ann");
  await eve.field("Email").fill(ann.email);
  await eve.field("Password").fill("a windy hilltop");
  await eve.button("Create account").click();
  await eve.page.getByText(/already|taken|in use/).waitFor();
});

story("A name and a password are changed in the settings, and another session is ended", async (world) => {
  const ann = await world.person("Ann");
  const other = await world.visitor("Ann");
  await other.logsIn();
  await ann.button("Settings").click();
  const settings = ann.dialog("Settings");
  await settings.getByLabel("Name", { exact: true }).fill("Anna");
  await settings.getByRole("button", { name: "Save" }).click();
  await settings.getByText("Name saved.").waitFor();

  await settings.getByRole("button", { name: "Sign out everywhere else" }).click();
  await other.heading("Log in").waitFor();
  await other.page.getByText("You've been signed out").waitFor();

  await settings.getByText("Change password").first().click();
  await settings.getByLabel("Current password").fill(ann.password);
  ann.password = "a windy hilltop";
  await settings.getByLabel("New password").fill(ann.password);
  await settings.getByRole("button", { name: "Change password" }).click();
  await settings.getByText("Password changed.").waitFor();
  await settings.getByRole("button", { name: "Close" }).click();
  await ann.heading("Anna").waitFor();
  other.password = ann.password;
  other.watch.announce(refusal(401));
  await other.logsIn();
});
