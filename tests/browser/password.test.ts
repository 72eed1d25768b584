/** Accounts: errors are shown as text, and a forgotten password is replaced through the mailbox. */

import { story } from "./support/story.js";
import { httpError } from "./support/error-monitor.js";

story("A link in the mailbox replaces a forgotten password", async (world) => {
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
    .getByRole("list", { name: "Emails, newest first" })
    .getByRole("article")
    .filter({ hasText: "token=" });
  await mail.getByRole("link").click();
  await mailbox.getByRole("heading", { name: "New password" }).waitFor();
  ann.password = "a windy hilltop";
  await mailbox.getByLabel("Choose a new password").fill(ann.password);
  await mailbox.getByRole("button", { name: "Set password" }).click();
  await mailbox.getByRole("status").filter({ hasText: "Password changed." }).waitFor();

  await ann.goesTo("Log in");
  await ann.logsIn();
});

story("Each invalid field of a new account shows its error", async (world) => {
  const ann = await world.visitor("Ann");
  await ann.goesTo("Create account");
  await ann.field("Email").fill("not an email");
  await ann.field("Password").fill("short");
  ann.errors.expect(httpError(400));
  await ann.button("Create account").click();
  for (const name of ["Name", "Email", "Password"]) {
    await ann.page.locator("[aria-invalid=true]").and(ann.field(name)).waitFor();
  }
  await ann.registers();
});

story("A wrong password and a taken email show an error", async (world) => {
  const ann = await world.person("Ann");
  const eve = await world.visitor("Eve");
  eve.errors.expect(httpError(401), httpError(409));
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

story("The settings change the name and the password, and sign out another device", async (world) => {
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
  other.errors.expect(httpError(401));
  await other.logsIn();
});
