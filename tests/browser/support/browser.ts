/** Debian's Chromium, or the browser in `CHROMIUM`. One browser per test file, with a separate context for each person. */

import { existsSync } from "node:fs";

import { chromium, type Browser } from "playwright-core";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Starts a headless browser. */
export async function launch(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `${CHROMIUM} does not exist. Install Debian's package "chromium", or set CHROMIUM to another browser.`,
    );
  }
  return chromium.launch({
    executablePath: CHROMIUM,
    // Chromium's sandbox does not work for root.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}
