/** The local stack's other pages in a real browser: the content security policy allows what they load, and they work. */

import { story } from "./support/story.js";

story("The API reference lists the operations and calls them", async (world) => {
  const ann = await world.visitor("Ann");
  await ann.page.getByRole("link", { name: "API reference" }).waitFor();
  await ann.page.goto(`${world.stack.url}/docs/`);
  const operation = ann.page
    .getByRole("button", { name: /register/i })
    .filter({ hasText: "/api/auth/register" })
    .first();
  await operation.waitFor();
  await operation.click();
  await ann.page.getByRole("button", { name: "Try it out" }).click();
  await ann.page.getByRole("button", { name: "Execute" }).click();
  await ann.page.getByText("Account created").or(ann.page.getByText(`"user"`)).first().waitFor();
});

story("The links of the API reference work", async (world) => {
  const ann = await world.visitor("Ann");
  await ann.page.goto(`${world.stack.url}/docs/`);
  for (const name of ["HTTP API (OpenAPI)", "Socket API (AsyncAPI)", "Mailbox"]) {
    const href = await ann.page.getByRole("link", { name }).getAttribute("href");
    const response = await ann.context.request.get(`${world.stack.url}${href}`);
    if (!response.ok()) throw new Error(`${href}: ${response.status()}`);
  }
});
