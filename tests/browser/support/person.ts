/** Somebody with a browser window of their own, in verbs. Each waits until what it promises is seen. */

import type { Stack } from "emotechat-testing/stack";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";

import { addressOf, PASSWORD } from "./account.js";
import { Screen } from "./screen.js";
import { Watch } from "./watch.js";

/** How long anything may take, on a busy machine too. */
export const PATIENCE_MS = 30_000;

/** What somebody sits at. */
export interface Device {
  width?: number;
  height?: number;
  colorScheme?: "light" | "dark";
  /** A phone: fingers, and no pointer that hovers. */
  isPhone?: boolean;
}

/** A phone of the narrow kind. */
export const PHONE: Device = { width: 360, height: 740, isPhone: true };

export class Person extends Screen {
  password = PASSWORD;

  private constructor(
    readonly name: string,
    readonly stack: Stack,
    readonly context: BrowserContext,
    page: Page,
    readonly watch: Watch,
  ) {
    super(page);
  }

  /** Somebody who looks at the way in. */
  static async arrive(browser: Browser, stack: Stack, name: string, device: Device = {}): Promise<Person> {
    const { width = 1280, height = 800, colorScheme = "light", isPhone = false } = device;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      hasTouch: isPhone,
      isMobile: isPhone,
      locale: "en-GB",
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const watch = await Watch.over(context);
    const person = new Person(name, stack, context, await context.newPage(), watch);
    await person.page.goto(stack.url);
    await person.heading("Log in").waitFor();
    return person;
  }

  get email(): string {
    return addressOf(this.name);
  }

  // --- the way in

  async registers(): Promise<this> {
    await this.goesTo("Create account");
    await this.field("Name").fill(this.name);
    await this.field("Email").fill(this.email);
    await this.field("Password").fill(this.password);
    await this.button("Create account").click();
    await this.isOnline();
    return this;
  }

  async logsIn(): Promise<void> {
    await this.field("Email").fill(this.email);
    await this.field("Password").fill(this.password);
    await this.button("Log in").click();
    await this.isOnline();
  }

  /** From one of the ways in to another. */
  async goesTo(way: "Log in" | "Create account" | "Forgot your password?"): Promise<void> {
    await this.button(way)
      .or(this.page.getByRole("link", { name: way, exact: true }))
      .click();
    await this.heading(way).waitFor();
  }

  async isOnline(): Promise<void> {
    await this.connection("Online").waitFor();
  }

  // --- the list

  /** Searches for somebody, and begins a conversation. */
  async finds(whom: { name: string }): Promise<void> {
    await this.search.fill(whom.name);
    await this.list.getByRole("button", { name: whom.name }).click();
    await this.isIn(whom.name);
  }

  /** Opens a conversation from the list. */
  async opens(which: { name: string } | string): Promise<void> {
    const title = typeof which === "string" ? which : which.name;
    await this.item(title).click();
    await this.isIn(title);
  }

  /** Waits until the conversation is open and its messages are there. */
  async isIn(title: string): Promise<void> {
    await this.room(title).getByRole("log", { name: "Messages" }).waitFor();
  }

  /** The list says that so many messages are unread there. */
  async hasUnread(title: string, count: number): Promise<void> {
    await this.item(title)
      .filter({ hasText: `${count} unread` })
      .waitFor();
  }

  // --- the open conversation

  /** Writes and sends; the message stands in one's own log at once. */
  async says(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
    await this.sees(text);
  }

  async sees(text: string): Promise<void> {
    await this.message(text).waitFor();
  }

  /** Sees a message that the server has. */
  async seesStored(...texts: string[]): Promise<void> {
    for (const text of texts) await this.stored(text).waitFor();
  }

  /** Opens the menu of a message and chooses from it. */
  async chooses(action: "Reply" | "React" | "Edit" | "Delete", text: string): Promise<void> {
    await this.message(text).hover();
    await this.message(text).getByRole("button", { name: "More" }).click();
    await this.page
      .getByRole("menu", { name: "Message actions" })
      .getByRole("menuitem", { name: action, exact: true })
      .click();
  }

  /** The button that a reaction is; `who` as the button names them. */
  reaction(text: string, shortcode: string, who: string): Locator {
    return this.message(text).getByRole("button", { name: new RegExp(`^${shortcode}, \\d+: ${who}$`) });
  }

  /** The whole log shows these texts in this order, and nothing else. */
  async seesOnly(texts: string[]): Promise<void> {
    const wanted = JSON.stringify(texts);
    const log = await this.log.elementHandle();
    await this.page
      .waitForFunction(
        ([element, all]) => {
          const articles = [...(element as Element).querySelectorAll("article")];
          return JSON.stringify(articles.map((article) => article.querySelector(".text")?.textContent)) === all;
        },
        [log, wanted] as const,
      )
      .catch(async () => {
        throw new Error(`${this.name} does not see ${wanted} but ${JSON.stringify(await this.texts())}`);
      });
  }

  /** The element has the focus. */
  async isAt(element: Locator): Promise<void> {
    await element.and(this.page.locator(":focus")).waitFor();
  }

  async hasTitle(title: string): Promise<void> {
    await this.page.waitForFunction((wanted) => document.title === wanted, title);
  }
}
