/** User input is always text: it runs nothing, loads nothing, and does not break the layout. */

import assert from "node:assert/strict";

import { Account } from "./support/account.js";
import { fits } from "./support/layout.js";
import { PHONE } from "./support/person.js";
import { story } from "./support/story.js";

const HOSTILE = [
  `<img src=x onerror="document.ran = true">`,
  `<script>document.ran = true</script>`,
  `<a href="javascript:document.ran = true">click</a> javascript:alert(1)`,
  `<style>body { display: none }</style>&lt;b&gt; &amp; \${1 + 1} {{1 + 1}}`,
  `\u202Etxet desrever\u202C and \u2067שלום\u2069 and العربية`,
  "W".repeat(600),
  `https://127.0.0.1/${"path/".repeat(120)}`,
  "a\n\n\nb\u200B\u200Bc \u{1F468}\u200D\u{1F469}\u200D\u{1F467}",
];

story("Markup, bidirectional text and very long text in messages stay text, also on a narrow screen", async (world) => {
  const [ann, bob] = await Promise.all([world.person("Ann", PHONE), Account.register(world.stack, "Bob")]);
  const conversation = await bob.direct((await Account.of(ann)).id);
  for (const text of HOSTILE) await bob.says(conversation, text);
  await ann.opens("Bob");
  await ann.seesStored(HOSTILE[0]!);
  await ann.seesOnly(HOSTILE);
  await ann.chooses("Reply", HOSTILE[5]!);
  await fits(ann.page);
  const found = await ann.log.evaluate((log) => ({
    elements: log.querySelectorAll("img, script, style, iframe").length,
    links: [...log.querySelectorAll("a")].map(({ protocol, target, rel }) => ({ protocol, target, rel })),
    ran: (document as { ran?: boolean }).ran,
  }));
  assert.deepEqual(found, {
    elements: 0,
    links: [{ protocol: "https:", target: "_blank", rel: "noopener noreferrer" }],
    ran: undefined,
  });
  await ann.button("Back to conversations").click();
  await ann.item("Bob").waitFor();
  await fits(ann.page);
});

story("Markup in names and titles stays text", async (world) => {
  const name = `<b onclick="document.ran = true">${"O".repeat(25)}</b>`;
  const title = `<script>document.ran = true</script>${"M".repeat(60)}`;
  const [ann, bob] = await Promise.all([world.person("Ann", PHONE), Account.register(world.stack, name)]);
  const annsId = (await Account.of(ann)).id;
  const group = await bob.group(title, [annsId]);
  await bob.says(group, "<i>in a group</i>");
  await bob.says(await bob.direct(annsId), "<i>for you</i>");

  await ann.item(name).waitFor();
  await ann.item(title).waitFor();
  await fits(ann.page, "in the list");
  await ann.opens(title);
  await ann.seesStored("<i>in a group</i>");
  await fits(ann.page, "in the group");
  await ann.button("Group details").click();
  await ann.dialog("Group details").getByRole("list", { name: "Members" }).getByText(name).waitFor();
  await fits(ann.page, "in the group's details");
  await ann.dialog("Group details").getByRole("button", { name: "Close" }).click();
  await ann.chooses("React", "<i>in a group</i>");
  await ann.page.keyboard.type("tada");
  await ann.dialog("Emoji picker").getByRole("button", { name: "tada", exact: true }).click();
  await ann.reaction("<i>in a group</i>", "tada", "you").waitFor();
  await fits(ann.page, "with a reaction");
  assert.equal(await ann.page.evaluate(() => (document as { ran?: boolean }).ran), undefined);
});
