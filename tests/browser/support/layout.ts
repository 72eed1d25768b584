/** Layout checks: nothing may scroll sideways or move on its own. */

import assert from "node:assert/strict";

import type { Page } from "playwright-core";

/** Asserts that neither the page nor any scroll container in it is too wide. */
export async function fits(page: Page, where = ""): Promise<void> {
  const wide = await page.evaluate(() => {
    const name = (element: Element): string => `<${element.tagName.toLowerCase()} class="${element.className}">`;
    const found: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth)
      found.push(`the page: ${document.documentElement.scrollWidth} px of ${innerWidth}`);
    for (const element of document.querySelectorAll<HTMLElement>("body *")) {
      const { overflowX } = getComputedStyle(element);
      const scrolls = overflowX === "auto" || overflowX === "scroll";
      if (scrolls && element.scrollWidth > element.clientWidth)
        found.push(`${name(element)}: ${element.scrollWidth} px of ${element.clientWidth}`);
    }
    return found;
  });
  assert.deepEqual(wide, [], `too wide ${where}`);
}

/** From the next page load on, records layout shifts that the user did not cause. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    interface Shift extends PerformanceEntry {
      value: number;
      hadRecentInput: boolean;
      sources: { node?: Node; previousRect: DOMRect; currentRect: DOMRect }[];
    }
    const shifts: { value: number; what: string[] }[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        if (entry.hadRecentInput) continue;
        const what = entry.sources.map(({ node, previousRect, currentRect }) => {
          const { nodeName = "?", className = "" } = (node ?? {}) as Element;
          return `${nodeName}.${className} ${previousRect.y} to ${currentRect.y}`;
        });
        shifts.push({ value: entry.value, what });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** The layout shifts since the page was loaded. */
export function shiftsOf(page: Page): Promise<{ value: number; what: string[] }[]> {
  return page.evaluate(() => (window as unknown as { shifts: { value: number; what: string[] }[] }).shifts);
}
