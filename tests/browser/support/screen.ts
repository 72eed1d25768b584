/** The elements on a person's screen, found as a user or a screen reader finds them: by role, name and text. */

import type { Locator, Page } from "playwright-core";

/** Matches exactly this text. */
export function exactly(words: string): RegExp {
  return new RegExp(`^\\s*${escaped(words)}\\s*$`, "u");
}

/** Matches text that starts with these words. */
export function beginsWith(words: string): RegExp {
  return new RegExp(`^\\s*${escaped(words)}(?![\\p{L}\\p{N}])`, "u");
}

function escaped(words: string): string {
  return (
    words
      .replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")
      .replace(/\s+/g, "\\s+")
      // Playwright fails to parse a locator whose pattern contains an unpaired quote.
      .replace(/['"`]/g, (quote) => `\\x${quote.charCodeAt(0).toString(16)}`)
  );
}

export class Screen {
  constructor(readonly page: Page) {}

  // --- the auth page, forms and dialogs

  heading(name: string): Locator {
    return this.page.getByRole("heading", { name, exact: true });
  }

  field(name: string): Locator {
    return this.page.getByRole("textbox", { name, exact: true }).or(this.page.getByLabel(name, { exact: true }));
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  dialog(name: string): Locator {
    return this.page.getByRole("dialog", { name, exact: true });
  }

  // --- the list

  get list(): Locator {
    return this.page.getByRole("navigation", { name: "Conversations" });
  }

  get search(): Locator {
    return this.list.getByRole("searchbox", { name: "Find people and conversations" });
  }

  /** A conversation in the list. */
  item(title: string): Locator {
    return this.list.getByRole("link", { name: beginsWith(title) });
  }

  /** The line with the connection state. */
  connection(words: string): Locator {
    return this.page.getByRole("status").filter({ hasText: exactly(words), visible: true });
  }

  // --- the open conversation

  room(title: string): Locator {
    return this.page.getByRole("region", { name: title, exact: true });
  }

  get log(): Locator {
    return this.page.getByRole("log", { name: "Messages" });
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: "Message", exact: true });
  }

  get articles(): Locator {
    return this.log.getByRole("article");
  }

  /** The message with exactly this text, sent or not. */
  message(text: string): Locator {
    return this.#saying(this.articles, text);
  }

  /** A message of the user that is not in the log yet. */
  unsent(text: string): Locator {
    return this.#saying(this.log.getByRole("article", { name: "Your message, not sent yet" }), text);
  }

  /** A message that is in the log. */
  stored(text: string): Locator {
    return this.#saying(this.log.getByRole("article", { name: /, \d/ }), text);
  }

  /** All texts of the log, in order. */
  async texts(): Promise<string[]> {
    return this.articles.evaluateAll((articles) =>
      articles.map((article) => article.querySelector(".text")?.textContent ?? ""),
    );
  }

  #saying(articles: Locator, text: string): Locator {
    return articles.filter({ has: this.page.getByRole("paragraph").filter({ hasText: exactly(text) }) });
  }
}
