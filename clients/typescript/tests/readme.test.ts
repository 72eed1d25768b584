/** The example in the READMEs works: it runs unchanged except for the address. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";

import { EmoteChat } from "emotechat";
import { PROJECT } from "emotechat-testing/project";
import { Stack } from "emotechat-testing/stack";
import { TIMEOUT_MS } from "emotechat-testing/waiting";

/** The code block that starts with the import of the client. */
async function example(readme: string): Promise<string> {
  const text = await readFile(join(PROJECT, readme), "utf8");
  const found = /```ts\n(import \{ EmoteChat \}.*?)```/s.exec(text)?.[1];
  assert.ok(found, `no example in ${readme}`);
  return found;
}

test("The example is the same in both READMEs, and works", async (t) => {
  const lines = await example("clients/typescript/README.md");
  assert.equal(await example("README.md"), lines);

  const stack = await Stack.start();
  t.after(() => stack.stop());
  const chat = new EmoteChat({ url: stack.url });
  await chat.register({ name: "Alice", email: "alice@example.com", password: "a quiet harbour" });
  await chat.register({ name: "Bob", email: "bob@example.com", password: "a windy hilltop" });

  const url = "http://127.0.0.1:3000";
  assert.ok(lines.includes(url));
  const file = join(PROJECT, "clients/typescript/build/readme.mjs");
  await writeFile(file, lines.replace(url, stack.url));
  // Node.js 20 has no built-in WebSocket.
  const preload = join(PROJECT, "clients/typescript/build/web-socket.mjs");
  await writeFile(preload, 'import { WebSocket } from "ws";\nglobalThis.WebSocket ??= WebSocket;\n');
  const child = spawn(process.execPath, ["--import", preload, file], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  const output: string[] = [];
  await new Promise<void>((done, fail) => {
    const late = setTimeout(
      () => fail(new Error(`The example did not print the message: ${output.join("\n")}`)),
      TIMEOUT_MS,
    );
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        output.push(line);
        if (line !== "Alice Hello 🎉") return;
        clearTimeout(late);
        done();
      });
    }
  });
});
