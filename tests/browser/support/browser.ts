/** Debian's Chromium, or the one that `CHROMIUM` names: one for each test file, with a window of its own for each person. */

import { existsSync } from "node:fs";

import { chromium, type Browser } from "playwright-core";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Starts it; nothing is shown on any screen. */
export async function launch(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`There is no ${CHROMIUM}: install Debian's package "chromium", or name another in CHROMIUM.`);
  }
  return chromium.launch({
    executablePath: CHROMIUM,
    // Its sandbox is not for root.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}
