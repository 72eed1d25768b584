/** Groups: their members, their admins and their names. */

import assert from "node:assert/strict";

import type { Locator } from "playwright-core";

import { Account } from "./support/account.js";
import type { Person } from "./support/person.js";
import { story, type World } from "./support/story.js";

async function details(person: Person): Promise<Locator> {
  await person.button("Group details").click();
  return person.dialog("Group details");
}

/** Ann creates a group with Bob and Cleo, who have no browser open. */
async function group(world: World) {
  const [ann, bob, cleo] = await Promise.all([
    world.person("Ann"),
    Account.register(world.stack, "Bob"),
    Account.register(world.stack, "Cleo"),
  ]);
  await ann.button("New group").click();
  const dialog = ann.dialog("New group");
  await dialog.getByLabel("Group name").fill("Picnic");
  for (const { name } of [bob, cleo]) await dialog.getByRole("button", { name }).click();
  await dialog.getByRole("list", { name: "Selected" }).getByRole("button", { name: "Remove Cleo" }).waitFor();
  await dialog.getByRole("button", { name: "Create group" }).click();
  await ann.isIn("Picnic");
  return { ann, bob, cleo, id: await bob.find("Picnic") };
}

/** A member logs in and opens the group. */
async function joins(world: World, { name }: Account): Promise<Person> {
  const person = await world.visitor(name);
  await person.logsIn();
  await person.opens("Picnic");
  return person;
}

story("A group is created, chats and is renamed", async (world) => {
  const { ann, bob, cleo, id } = await group(world);
  const bobAtHome = await joins(world, bob);
  await ann.says("Who brings what?");
  await bobAtHome.says("Bread");
  await ann.seesStored("Bread");
  const last = await cleo.says(id, "Cheese");
  for (const person of [ann, bobAtHome]) await person.seesOnly(["Who brings what?", "Bread", "Cheese"]);
  await ann.says("Good");
  await ann.seesStored("Good");
  await ann.room("Picnic").getByText("Seen by Bob").waitFor();
  await cleo.call("PUT", `/conversations/${id}/read`, { seq: last + 1 });
  await ann.room("Picnic").getByText("Seen by everyone").waitFor();

  const dialog = await details(bobAtHome);
  await dialog.getByLabel("Group name").fill("Picnic on Sunday");
  await dialog.getByRole("button", { name: "Save" }).click();
  for (const person of [ann, bobAtHome]) await person.item("Picnic on Sunday").waitFor();
});

story("An admin adds, promotes and removes members; a removed member is notified and cannot write", async (world) => {
  const { ann, cleo } = await group(world);
  const [cleoAtHome, dora] = await Promise.all([joins(world, cleo), Account.register(world.stack, "Dora")]);
  await cleoAtHome.says("Hello all");
  await ann.seesStored("Hello all");

  await (await details(ann)).getByRole("button", { name: "Add people" }).click();
  const adding = ann.dialog("Add people");
  await adding.getByRole("searchbox", { name: "Find people" }).fill("Dor");
  await adding.getByRole("button", { name: "Dora" }).click();
  await adding.getByRole("button", { name: "Add 1" }).click();
  const members = ann.page.getByRole("list", { name: "Members" });
  await members.getByRole("listitem").filter({ hasText: "Dora" }).waitFor();
  const picnic = await dora.find("Picnic");
  assert.deepEqual(await dora.texts(picnic), ["Hello all"]);

  await members.getByRole("button", { name: "Make admin: Dora" }).click();
  await members.getByRole("button", { name: "Remove as admin: Dora" }).waitFor();
  await members.getByRole("button", { name: "Remove Cleo" }).click();
  await ann.dialog("Remove member?").getByRole("button", { name: "Remove" }).click();
  await members.getByRole("listitem").filter({ hasText: "Cleo" }).waitFor({ state: "detached" });

  await cleoAtHome.page
    .getByRole("status")
    .filter({ hasText: "You're no longer a member of this conversation." })
    .waitFor();
  await cleoAtHome.composer.waitFor({ state: "detached" });
  await cleoAtHome.item("Picnic").waitFor({ state: "detached" });

  // Dora is an admin now, so she can add members.
  await dora.call("POST", `/conversations/${picnic}/members`, { user_ids: [cleo.id] });
  await cleoAtHome.opens("Picnic");
  await cleoAtHome.composer.waitFor();
});

story("A member who leaves a group no longer sees it, and the others continue", async (world) => {
  const { ann, bob, cleo, id } = await group(world);
  const bobAtHome = await joins(world, bob);
  const dialog = await details(bobAtHome);
  await dialog.getByRole("button", { name: "Leave group" }).click();
  await bobAtHome.dialog("Leave group?").getByRole("button", { name: "Leave" }).click();
  await bobAtHome.item("Picnic").waitFor({ state: "detached" });
  await bobAtHome.log.waitFor({ state: "detached" });

  await ann
    .room("Picnic")
    .getByText(/^2 members/)
    .waitFor();
  await cleo.says(id, "Bob is gone");
  await ann.seesStored("Bob is gone");
});

story("A direct conversation opens from a group's member list", async (world) => {
  const { ann } = await group(world);
  const dialog = await details(ann);
  await dialog.getByRole("button", { name: "Message Bob" }).click();
  await ann.isIn("Bob");
  await dialog.waitFor({ state: "detached" });
  await ann.says("Just for you");
  await ann.seesStored("Just for you");
});
