/** The ./ota script of this checkout. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import { Child } from "./child.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** Joins devices, registers images and measures, inside the running server. */
export const LOAD_BUNDLE = resolve(ROOT, "bench/target/load/ota-bench-load.jar");

/** Builds what is missing or older than its sources. */
export function build() {
  for (const command of [["bench", "--help"], ["serve", "--help"]]) {
    const built = spawnSync(resolve(ROOT, "ota"), command, { stdio: ["ignore", "ignore", "inherit"] });
    if (built.status !== 0) throw new Error("the build failed");
  }
  if (!existsSync(LOAD_BUNDLE)) throw new Error(`${LOAD_BUNDLE} was not built`);
}

/** Starts a command; what it keeps is kept in the folder. The script becomes the JVM, so its process is the JVM's. */
export function ota(name, folder, args, onEvent) {
  return new Child(name, resolve(ROOT, "ota"), args, {
    cwd: folder,
    env: { OTA_SKIP_BUILD: "1", OTA_DATA: resolve(folder, "data") },
    log: resolve(folder, `${name}.log`),
    onEvent,
  });
}
