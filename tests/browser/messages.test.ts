/** The actions on a message: react, reply, edit, delete. The other user sees each of them. */

import { Account } from "./support/account.js";
import { story, type World } from "./support/story.js";

/** Ann has written a message to Bob, and both have the conversation open. */
async function openChat(world: World, words: string) {
  const [ann, bob] = await world.people("Ann", "Bob");
  await ann.finds(bob);
  await ann.says(words);
  await bob.opens(ann);
  await bob.seesStored(words);
  await ann.seesStored(words);
  return { ann, bob };
}

story("A reaction is searched for, joined by the other user, and removed", async (world) => {
  const words = "The tests are green";
  const { ann, bob } = await openChat(world, words);
  await bob.message(words).hover();
  await bob.message(words).getByRole("button", { name: "React" }).click();
  const picker = bob.dialog("Emoji picker");
  await bob.hasFocus(picker.getByRole("searchbox", { name: "Search emoji" }));
  await bob.page.keyboard.type("tada");
  await picker.getByRole("button", { name: "tada", exact: true }).waitFor();
  await bob.page.keyboard.press("Enter");
  await picker.waitFor({ state: "detached" });

  await bob
    .reaction(words, "tada", "you")
    .and(bob.page.getByRole("button", { pressed: true }))
    .waitFor();
  const seen = ann.reaction(words, "tada", "Bob");
  await seen.and(ann.page.getByRole("button", { pressed: false })).waitFor();
  await seen.click();
  await ann
    .reaction(words, "tada", "Bob and you")
    .and(ann.page.getByRole("button", { pressed: true }))
    .waitFor();
  await bob.reaction(words, "tada", "Ann and you").click();
  await bob.reaction(words, "tada", "Ann").waitFor();
  await ann.reaction(words, "tada", "you").click();
  await bob.message(words).getByRole("group", { name: "Reactions" }).waitFor({ state: "detached" });
});

story("Arrow keys move through the emoji picker", async (world) => {
  const words = "Choose one";
  const [ann, bob] = await Promise.all([world.person("Ann"), Account.register(world.stack, "Bob")]);
  await ann.finds(bob);
  await ann.says(words);
  await ann.chooses("React", words);
  const picker = ann.dialog("Emoji picker");
  await picker.getByRole("searchbox", { name: "Search emoji" }).fill("cat");
  await picker.getByRole("region", { name: "Results" }).getByRole("button", { name: "cat", exact: true }).waitFor();
  const buttons = picker.getByRole("region", { name: "Results" }).getByRole("button");
  await ann.page.keyboard.press("ArrowDown");
  await ann.hasFocus(buttons.nth(0));
  await ann.page.keyboard.press("ArrowRight");
  await ann.hasFocus(buttons.nth(1));
  await ann.page.keyboard.press("ArrowLeft");
  await ann.hasFocus(buttons.nth(0));
  const shortcode = (await buttons.nth(0).getAttribute("aria-label")) ?? "";
  await ann.page.keyboard.press("Enter");
  await ann.reaction(words, shortcode, "you").waitFor();
});

story("The emoji picker inserts an emoji into the message field", async (world) => {
  const [ann, bob] = await Promise.all([world.person("Ann"), Account.register(world.stack, "Bob")]);
  await ann.finds(bob);
  await ann.composer.fill("Good night ");
  await ann.button("Insert emoji").click();
  await ann.page.keyboard.type("crescent_moon");
  await ann.dialog("Emoji picker").getByRole("button", { name: "crescent_moon", exact: true }).click();
  await ann.hasFocus(ann.composer);
  await ann.composer.press("Enter");
  await ann.seesStored("Good night 🌙");
});

story("A message is edited from its menu or with ArrowUp", async (world) => {
  const { ann, bob } = await openChat(world, "Lets eat");
  await ann.chooses("Edit", "Lets eat");
  const field = ann.page.getByRole("textbox", { name: "Message" });
  await ann.button("Save").waitFor();
  await field.fill("Let's eat");
  await ann.button("Save").click();
  await bob.seesOnly(["Let's eat"]);
  await bob.message("Let's eat").getByText("edited").waitFor();

  await ann.button("Send").waitFor();
  await ann.composer.press("ArrowUp");
  await ann.button("Save").waitFor();
  await ann.composer.fill("Let's eat, Bob");
  await ann.composer.press("Enter");
  await bob.seesOnly(["Let's eat, Bob"]);
  await ann.seesOnly(["Let's eat, Bob"]);

  await ann.composer.press("ArrowUp");
  await ann.button("Save").waitFor();
  await ann.composer.press("Escape");
  await ann.button("Send").waitFor();
});

story("A message is deleted for both users after confirmation", async (world) => {
  const { ann, bob } = await openChat(world, "A slip");
  await ann.chooses("Delete", "A slip");
  const question = ann.dialog("Delete message?");
  await question.getByRole("button", { name: "Cancel" }).click();
  await question.waitFor({ state: "detached" });
  await ann.sees("A slip");

  await ann.chooses("Delete", "A slip");
  await question.getByRole("button", { name: "Delete" }).click();
  await question.waitFor({ state: "detached" });
  await ann.seesOnly(["Message deleted"]);
  await bob.seesOnly(["Message deleted"]);
});

story("A reply quotes its message, and shows the edited text", async (world) => {
  const { ann, bob } = await openChat(world, "Tea or coffee?");
  await bob.chooses("Reply", "Tea or coffee?");
  await bob.room("Ann").getByText("Replying to Ann").waitFor();
  await bob.says("Tea, please");
  await bob.message("Tea, please").getByRole("button", { name: "In reply to Ann Tea or coffee?" }).waitFor();
  await ann.message("Tea, please").getByRole("button", { name: "In reply to You Tea or coffee?" }).click();
  await ann.hasFocus(ann.message("Tea or coffee?"));
  await ann.chooses("Edit", "Tea or coffee?");
  await ann.composer.fill("Tea or water?");
  await ann.composer.press("Enter");
  await bob.message("Tea, please").getByRole("button", { name: "In reply to Ann Tea or water?" }).waitFor();
});

story("Shift+Enter adds a line to a message, and its text can be copied", async (world) => {
  const { ann, bob } = await openChat(world, "A poem, please");
  await bob.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await ann.composer.pressSequentially("Roses are red");
  await ann.composer.press("Shift+Enter");
  await ann.composer.pressSequentially("<3 & so on");
  await ann.composer.press("Enter");
  const poem = "Roses are red\n<3 & so on";
  await bob.seesOnly(["A poem, please", poem]);
  await bob.message(poem).hover();
  await bob.message(poem).getByRole("button", { name: "More" }).click();
  await bob.page.getByRole("menuitem", { name: "Copy text" }).click();
  await bob.page.waitForFunction(async (wanted) => (await navigator.clipboard.readText()) === wanted, poem);
});
