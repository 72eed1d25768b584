/** Groups: who is in them, who decides about that, and what they are called. */

import type { Locator } from "playwright-core";

import type { Person } from "./support/person.js";
import { story, type World } from "./support/story.js";

async function details(person: Person): Promise<Locator> {
  await person.button("Group details").click();
  return person.dialog("Group details");
}

/** Ann's group with Bob and Cleo, and Dora, who is not in it. */
async function group(world: World) {
  const [ann, bob, cleo, dora] = await world.persons("Ann", "Bob", "Cleo", "Dora");
  await ann.button("New group").click();
  const dialog = ann.dialog("New group");
  await dialog.getByLabel("Title").fill("Picnic");
  for (const { name } of [bob, cleo]) await dialog.getByRole("button", { name }).click();
  await dialog.getByRole("list", { name: "Chosen" }).getByRole("button", { name: "Do not add Cleo" }).waitFor();
  await dialog.getByRole("button", { name: "Create group" }).click();
  await ann.isIn("Picnic");
  return { ann, bob, cleo, dora };
}

story("A group is made, given another title, and talks", async (world) => {
  const { ann, bob, cleo } = await group(world);
  await bob.opens("Picnic");
  await cleo.opens("Picnic");
  await ann.says("Who brings what?");
  await bob.says("Bread");
  await cleo.says("Cheese");
  for (const person of [ann, bob, cleo]) await person.seesStored("Who brings what?", "Bread", "Cheese");
  await cleo.room("Picnic").getByText("Seen by everybody").waitFor();

  const dialog = await details(bob);
  await dialog.getByLabel("Title").fill("Picnic on Sunday");
  await dialog.getByRole("button", { name: "Rename" }).click();
  for (const person of [ann, bob, cleo]) await person.item("Picnic on Sunday").waitFor();
});

story("An admin adds, appoints and removes; who is removed is told and cannot write", async (world) => {
  const { ann, bob, cleo, dora } = await group(world);
  await cleo.opens("Picnic");
  await cleo.says("Hello all");
  await ann.seesStored("Hello all");

  let dialog = await details(ann);
  await dialog.getByRole("button", { name: "Add people" }).click();
  const adding = ann.dialog("Add people");
  await adding.getByRole("searchbox", { name: "Find people" }).fill("Dor");
  await adding.getByRole("button", { name: "Dora" }).click();
  await adding.getByRole("button", { name: "Add 1" }).click();
  const members = ann.page.getByRole("list", { name: "Members" });
  await members.getByRole("listitem").filter({ hasText: "Dora" }).waitFor();
  await dora.opens("Picnic");
  await dora.seesStored("Hello all");

  await members.getByRole("button", { name: "Make admin: Bob" }).click();
  await members.getByRole("button", { name: "Make member: Bob" }).waitFor();
  await members.getByRole("button", { name: "Remove Cleo" }).click();
  await ann.dialog("Remove member?").getByRole("button", { name: "Remove" }).click();
  await members.getByRole("listitem").filter({ hasText: "Cleo" }).waitFor({ state: "detached" });

  await cleo.page.getByRole("status").filter({ hasText: "You are no longer in this conversation." }).waitFor();
  await cleo.composer.waitFor({ state: "detached" });
  await cleo.item("Picnic").waitFor({ state: "detached" });

  // Bob is an admin now.
  await bob.opens("Picnic");
  dialog = await details(bob);
  await dialog.getByRole("button", { name: "Make admin: Dora" }).waitFor();
});

story("Who leaves a group sees it no more, and the others go on", async (world) => {
  const { ann, bob, cleo } = await group(world);
  await bob.opens("Picnic");
  const dialog = await details(bob);
  await dialog.getByRole("button", { name: "Leave group" }).click();
  await bob.dialog("Leave group?").getByRole("button", { name: "Leave" }).click();
  await bob.item("Picnic").waitFor({ state: "detached" });
  await bob.log.waitFor({ state: "detached" });

  await cleo.opens("Picnic");
  await ann.says("Bob is gone");
  await cleo.seesStored("Bob is gone");
  await cleo.room("Picnic").getByText(/^2 members/).waitFor();
});
