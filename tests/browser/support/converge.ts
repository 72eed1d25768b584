/** In the end, every page and the server have the same messages once and in the same order. */

import assert from "node:assert/strict";

import { Account } from "./account.js";
import type { Person } from "./person.js";

/** A conversation as one person sees it. */
export interface View {
  person: Person;
  title: string;
}

/** Waits until every page shows what the server stores. The server must store each of `texts` once, and nothing else. */
export async function converge(views: [View, ...View[]], texts: string[]): Promise<void> {
  for (const { person } of views) await person.seesStored(...texts);
  const [{ person, title }] = views;
  const account = await Account.of(person);
  const stored = (await account.texts(await account.find(title))).map(String);
  assert.deepEqual([...stored].sort(), [...texts].sort(), "the messages that the server stores");
  for (const view of views) await view.person.seesOnly(stored);
}
