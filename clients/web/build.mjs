// Builds the page into dist/. It is committed, so that `cargo run` can serve it without Node.js.
// With --check it writes nothing, and fails with the names of the files in dist/ that are out of date.

import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));
const dist = `${folder}dist`;

// The bundled packages' licences require their notices to be shipped with the code.
const notice = "/*! EmoteChat. Third-party licences: /licenses.txt */";

/** The contents of dist/, by file name. */
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
    metafile: true,
    // The first versions that support light-dark().
    target: ["chrome123", "firefox120", "safari17.5"],
    logLevel: "warning",
  });
  const files = new Map(
    built.outputFiles.map((file) => [file.path.slice(dist.length + 1), Buffer.from(file.contents)]),
  );
  files.set("licenses.txt", Buffer.from(await licenses(Object.keys(built.metafile.inputs))));
  for (const name of ["index.html", "favicon.svg"]) files.set(name, await readFile(`${folder}src/${name}`));
  return files;
}

/** The licences of the packages that the given files belong to. */
async function licenses(inputs) {
  const packages = inputs.flatMap((path) => /.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const texts = [...new Set(packages)].sort().map(async (path) => {
    const { name, version } = JSON.parse(await readFile(`${folder}${path}/package.json`, "utf8"));
    const file = (await readdir(`${folder}${path}`)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} ${version} has no licence file`);
    return `${name} ${version}\n\n${(await readFile(`${folder}${path}/${file}`, "utf8")).trim()}\n`;
  });
  return (await Promise.all(texts)).join("\n\n");
}

async function staleFiles(files) {
  const present = await readdir(dist).catch(() => []);
  const stale = present.filter((name) => !files.has(name));
  for (const [name, contents] of files) {
    const existing = await readFile(`${dist}/${name}`).catch(() => null);
    if (!existing?.equals(contents)) stale.push(name);
  }
  return stale.sort();
}

async function main() {
  const files = await outputs();
  if (process.argv.includes("--check")) {
    const stale = await staleFiles(files);
    for (const name of stale) console.error(`dist/${name} is out of date. Run: npm run build`);
    process.exitCode = stale.length > 0 ? 1 : 0;
    return;
  }
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  for (const [name, contents] of files) await writeFile(`${dist}/${name}`, contents);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
