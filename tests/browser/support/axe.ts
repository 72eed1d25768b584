/** Audits a screen with axe: narrow and wide, light and dark. Counts the screens and the checks. */

import axe from "axe-core";
import type { Page } from "playwright-core";

import { fits } from "./layout.js";

const WIDTHS = [360, 1280];
const SCHEMES = ["light", "dark"] as const;
const FAILING_IMPACTS = ["serious", "critical"];

export class AxeAudit {
  screens = 0;
  checks = 0;
  readonly rules = new Set<string>();
  readonly violations: string[] = [];

  /** Audits the current screen in every width and colour scheme. */
  async check(page: Page, what: string): Promise<void> {
    const before = page.viewportSize() ?? { width: 1280, height: 800 };
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await fits(page, `at ${width} px: ${what}`);
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await this.#audit(page, `${what}, ${width} px, ${colorScheme}`);
      }
    }
    await page.setViewportSize(before);
    this.screens += 1;
  }

  async #audit(page: Page, where: string): Promise<void> {
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
    const { passes, violations } = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(options: object): Promise<import("axe-core").AxeResults> } };
      const results = await axe.run({ resultTypes: ["violations"] });
      return {
        passes: results.passes.map(({ id }) => id),
        violations: results.violations.map(({ id, impact, help, nodes }) => ({
          id,
          impact: String(impact),
          text: `${id} (${impact}): ${help}: ${nodes
            .map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ""}`)
            .slice(0, 4)
            .join(" | ")}`,
        })),
      };
    });
    for (const id of [...passes, ...violations.map(({ id }) => id)]) this.rules.add(id);
    this.checks += 1;
    for (const { impact, text } of violations)
      if (FAILING_IMPACTS.includes(impact)) this.violations.push(`${where}: ${text}`);
  }
}
