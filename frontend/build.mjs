// Bundles the styles and the script into the folder named by the first argument, each named by its content's hash, and
// writes manifest.json there: {"files": {"app.js": "app-XXXX.js", …}}. Called by hatch_build.py.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const out = process.argv[2] ?? join(here, "../src/tocsin/surfaces/web/static");

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const files = {};
for (const name of await readdir(join(here, "static"))) {
  const content = await readFile(join(here, "static", name));
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  files[name] = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  await writeFile(join(out, files[name]), content);
}
const pictureAt = (name) => JSON.stringify(`/assets/${files[name]}`);

const bundled = await build({
  absWorkingDir: here,
  entryPoints: { app: "src/app.ts", "service-worker": "worker/service-worker.ts", style: "css/style.css", plain: "css/plain.css", oncall: "css/oncall.css", insights: "css/insights.css", postmortems: "css/postmortems.css", paper: "css/paper.css", styleguide: "css/styleguide.css" },
  outdir: out,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  define: { ICON: pictureAt("icon-192.png"), BADGE: pictureAt("badge.png") },
  legalComments: "eof",
  logLevel: "warning",
  metafile: true,
});

for (const [path, made] of Object.entries(bundled.metafile.outputs)) {
  if (made.entryPoint) files[basename(made.entryPoint).replace(/\.ts$/, ".js")] = basename(path);
}
await writeFile(join(out, "manifest.json"), JSON.stringify({ files }, null, 2) + "\n");
