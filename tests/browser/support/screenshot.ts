/** Screenshots of the sample chat, in each width and colour scheme. */

import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { Person } from "./person.js";
import { GROUP } from "./sample-chat.js";

/** How to take a screenshot. */
export interface Shot {
  name: string;
  width: 360 | 1280;
  colorScheme: "light" | "dark";
}

const HEIGHTS = { 360: 740, 1280: 840 };

/** Takes a screenshot of the open group. Returns its size in bytes. */
export async function takeScreenshot(mia: Person, folder: string, { name, width, colorScheme }: Shot): Promise<number> {
  await mia.page.setViewportSize({ width, height: HEIGHTS[width] });
  await mia.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await mia.page.mouse.move(0, 0);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await mia.page.screenshot({ path, animations: "disabled", caret: "hide", scale: "css" });
  return (await stat(path)).size;
}

/** Opens the group, and waits until everything in it is loaded. */
export async function openGroup(mia: Person): Promise<void> {
  await mia.opens(GROUP);
  await mia.seesStored("Best weekend plan ever");
  await mia.room(GROUP).getByText("Seen by everyone").waitFor();
  await mia.room(GROUP).getByText("4 members, 3 online").waitFor();
  await mia.page.evaluate(() => document.fonts.ready);
}
