// Builds the web client into dist/, which is committed, so that `cargo run` serves it without Node.
// With --check it writes nothing, and fails when dist/ is not what the sources build: it names the file.

import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));
const dist = `${folder}dist`;

// Their licences ask for a notice; they are all MIT.
const notice = "/*! EmoteChat. With preact, @preact/signals, openapi-fetch and uuid, each under the MIT License. */";

/** The files of dist/, by name. */
export async function outputs() {
  const built = await build({
    absWorkingDir: folder,
    entryPoints: [
      { in: "src/main.tsx", out: "app" },
      { in: "src/styles/app.css", out: "app" },
    ],
    outdir: "dist",
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    charset: "utf8",
    legalComments: "none",
    banner: { js: notice },
    // The first versions that know light-dark().
    target: ["chrome123", "firefox120", "safari17.5"],
    logLevel: "warning",
  });
  const files = new Map(
    built.outputFiles.map((file) => [file.path.slice(dist.length + 1), Buffer.from(file.contents)]),
  );
  for (const name of ["index.html", "favicon.svg"]) files.set(name, await readFile(`${folder}src/${name}`));
  return files;
}

async function differences(files) {
  const present = await readdir(dist).catch(() => []);
  const wrong = present.filter((name) => !files.has(name));
  for (const [name, contents] of files) {
    const there = await readFile(`${dist}/${name}`).catch(() => null);
    if (!there?.equals(contents)) wrong.push(name);
  }
  return wrong.sort();
}

async function main() {
  const files = await outputs();
  if (process.argv.includes("--check")) {
    const wrong = await differences(files);
    for (const name of wrong) console.error(`dist/${name} is not what the sources build. Run: npm run build`);
    process.exitCode = wrong.length > 0 ? 1 : 0;
    return;
  }
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  for (const [name, contents] of files) await writeFile(`${dist}/${name}`, contents);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
