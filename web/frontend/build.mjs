// Builds web/static from these sources: `npm ci --ignore-scripts && node build.mjs [folder]`.
// The result is committed, so that nobody who installs or runs the product needs Node.
// The same sources give the same bytes, wherever the folder lies.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] ?? join(here, "..", "static"));
const bundle = join(target, "bundle");
const browsers = ["chrome109", "edge109", "firefox115", "safari16.4"];

await rm(bundle, { recursive: true, force: true });
await mkdir(bundle, { recursive: true });

const styles = await build({
  absWorkingDir: here,
  entryPoints: ["styles/tsunagu.css"],
  bundle: true,
  minify: true,
  write: false,
  target: browsers,
  logLevel: "warning",
});
await writeFile(join(target, "tsunagu.css"), withTokens(styles.outputFiles[0].text, await tokens()));

const scripts = await build({
  absWorkingDir: here,
  entryPoints: { app: "src/app.js", viewer: "src/viewer.js", designer: "src/designer.js" },
  outdir: bundle,
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: browsers,
  charset: "utf8",
  legalComments: "none",
  entryNames: "[name]",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".woff": "empty", ".ttf": "empty", ".eot": "empty", ".svg": "empty" },
  // Nothing of a family stays in the browser: htmx finds no storage and does without.
  define: { localStorage: "undefined", sessionStorage: "undefined" },
  metafile: true,
  logLevel: "warning",
});

await writeFile(join(bundle, "THIRD-PARTY.txt"), await licences([
  ...Object.keys(scripts.metafile.inputs),
  "node_modules/@digital-go-jp/design-tokens/dist/tokens.css",
]));
await writeFile(join(bundle, "sources.sha256"), `${await sourcesHash()}\n`);

for (const [file, output] of Object.entries(scripts.metafile.outputs)) {
  console.log(String(output.bytes).padStart(9), relative("../static", file).split(sep).join("/"));
}

/** What the bundle was made from; tests/web/frontend computes the same without Node. */
async function sourcesHash() {
  const files = ["package-lock.json", "package.json", "build.mjs"];
  for (const folder of ["src", "styles"]) {
    for (const entry of await readdir(join(here, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) {
        files.push(relative(here, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"));
      }
    }
  }
  const hash = createHash("sha256");
  for (const file of files.sort()) {
    hash.update(`${file}\0`).update(await readFile(join(here, file))).update("\0");
  }
  return hash.digest("hex");
}

/** Digital Agency design tokens: name -> value. */
async function tokens() {
  const text = await readFile(join(here, "node_modules/@digital-go-jp/design-tokens/dist/tokens.css"), "utf8");
  return new Map([...text.matchAll(/^\s*(--[\w-]+):\s*(.+);$/gm)].map(([, name, value]) => [name, value]));
}

/** The stylesheet with the tokens it uses, and those they use, in front. */
function withTokens(css, known) {
  const used = new Set();
  const follow = (text) => {
    for (const [, name] of text.matchAll(/var\((--[\w-]+)/g)) {
      if (known.has(name) && !used.has(name)) {
        used.add(name);
        follow(known.get(name));
      }
    }
  };
  follow(css);
  const lines = [...used].sort().map((name) => `${name}:${known.get(name)}`);
  return `@charset "UTF-8";\n:root{${lines.join(";")}}\n${css.replace(/^@charset "UTF-8";\s*/, "")}`;
}

/** The licence text of every package whose code or style is in the result. */
async function licences(inputs) {
  const packages = new Set(inputs
    .map((input) => input.match(/^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//))
    .filter(Boolean)
    .map((match) => match[0].replace(/\/$/, "")));
  const parts = ["This folder is built from the sources in web/frontend and from these packages.\n"];
  for (const folder of [...packages].sort()) {
    const about = JSON.parse(await readFile(join(here, folder, "package.json"), "utf8"));
    const names = (await readdir(join(here, folder))).filter((name) => /^(licen[cs]e|notice)/i.test(name)).sort();
    const texts = await Promise.all(names.map((name) => readFile(join(here, folder, name), "utf8")));
    parts.push([
      "=".repeat(80),
      `${about.name} ${about.version} (${about.license ?? "see below"})`,
      "",
      texts.length ? texts.map((text) => text.trim()).join("\n\n") : `No licence file in the package; package.json says: ${about.license}`,
      "",
    ].join("\n"));
  }
  return parts.join("\n");
}
