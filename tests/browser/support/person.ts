/** A person with a browser. Each method waits until its effect is visible. */

import type { Stack } from "emotechat-testing/stack";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";

import { addressOf, PASSWORD } from "./account.js";
import { Screen } from "./screen.js";
import { ErrorMonitor } from "./error-monitor.js";

/** The timeout for every action, long enough for a busy machine. */
export const TIMEOUT_MS = 30_000;

/** The device that a person uses. */
export interface Device {
  width?: number;
  height?: number;
  colorScheme?: "light" | "dark";
  /** A touch screen, without a pointer that hovers. */
  isPhone?: boolean;
}

/** A narrow phone. */
export const PHONE: Device = { width: 360, height: 740, isPhone: true };

export class Person extends Screen {
  password = PASSWORD;

  private constructor(
    readonly name: string,
    readonly stack: Stack,
    readonly context: BrowserContext,
    page: Page,
    readonly errors: ErrorMonitor,
  ) {
    super(page);
  }

  /** Opens the auth page in a new browser context. */
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
    context.setDefaultTimeout(TIMEOUT_MS);
    const errors = await ErrorMonitor.attach(context);
    const person = new Person(name, stack, context, await context.newPage(), errors);
    await person.page.goto(stack.url);
    await person.heading("Log in").waitFor();
    return person;
  }

  get email(): string {
    return addressOf(this.name);
  }

  // --- the auth page

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

  /** Switches to another form of the auth page. */
  async goesTo(form: "Log in" | "Create account" | "Forgot your password?"): Promise<void> {
    await this.button(form)
      .or(this.page.getByRole("link", { name: form, exact: true }))
      .click();
    await this.heading(form).waitFor();
  }

  async isOnline(): Promise<void> {
    await this.connection("Online").waitFor();
  }

  // --- the list

  /** Searches for a person, and opens the conversation. */
  async finds(other: { name: string }): Promise<void> {
    await this.search.fill(other.name);
    await this.list.getByRole("button", { name: other.name }).click();
    await this.isIn(other.name);
  }

  /** Opens a conversation from the list. */
  async opens(which: { name: string } | string): Promise<void> {
    const title = typeof which === "string" ? which : which.name;
    await this.item(title).click();
    await this.isIn(title);
  }

  /** Waits until the conversation is open. */
  async isIn(title: string): Promise<void> {
    await this.room(title).getByRole("log", { name: "Messages" }).waitFor();
  }

  /** Waits until the list shows this number of unread messages. */
  async hasUnread(title: string, count: number): Promise<void> {
    await this.item(title)
      .filter({ hasText: `${count} unread` })
      .waitFor();
  }

  // --- the open conversation

  /** Sends a message, which appears in the sender's log immediately. */
  async says(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
    await this.sees(text);
  }

  async sees(text: string): Promise<void> {
    await this.message(text).waitFor();
  }

  /** Waits for messages that the server has stored. */
  async seesStored(...texts: string[]): Promise<void> {
    for (const text of texts) await this.stored(text).waitFor();
  }

  /** Chooses an action from the menu of a message. */
  async chooses(action: "Reply" | "React" | "Edit" | "Delete", text: string): Promise<void> {
    await this.message(text).hover();
    await this.message(text).getByRole("button", { name: "More" }).click();
    await this.page
      .getByRole("menu", { name: "Message actions" })
      .getByRole("menuitem", { name: action, exact: true })
      .click();
  }

  /** The button of a reaction. `who` is the list of names in its label. */
  reaction(text: string, shortcode: string, who: string): Locator {
    return this.message(text).getByRole("button", { name: new RegExp(`^${shortcode}, \\d+: ${who}$`) });
  }

  /** Waits until the log shows exactly these texts in this order. */
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
        throw new Error(`${this.name} expected ${wanted} but saw ${JSON.stringify(await this.texts())}`);
      });
  }

  /** Waits until the element has the focus. */
  async hasFocus(element: Locator): Promise<void> {
    await element.and(this.page.locator(":focus")).waitFor();
  }

  async hasTitle(title: string): Promise<void> {
    await this.page.waitForFunction((wanted) => document.title === wanted, title);
  }
}
