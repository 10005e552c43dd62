/**
 * How many unicasts of the size of a block response a driver gets through a co-processor on a serial line: the Ember driver of
 * com.zsmartsystems.zigbee, and ours. The devices join, frames go to one after the other, and one in the window is taken for
 * each that is confirmed.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import { Child, RowFailed } from "./child.mjs";
import { serveLoad } from "./servers.mjs";

const ZSMART = fileURLToPath(new URL("../zsmart", import.meta.url));
const JAR = resolve(ZSMART, "target/zsmart.jar");

function buildZsmart() {
  if (existsSync(JAR)) return;
  process.stderr.write("run.mjs: building zsmart\n");
  const built = spawnSync("mvn", ["-B", "-q", "-f", ZSMART, "package"], { stdio: ["ignore", "inherit", "inherit"] });
  if (built.status !== 0) throw new Error("zsmart was not built");
}

const zsmart = {
  name: "zsmartsystems",

  async run(row, address, folder) {
    buildZsmart();
    const java = process.env.JAVA_HOME ? resolve(process.env.JAVA_HOME, "bin/java") : "java";
    const child = new Child(
      "zsmartsystems",
      java,
      [
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        ...["-jar", JAR, address],
        ...[row.unicasts, row.window, row.unicasts / 10, row.devices].map(String),
      ],
      { cwd: folder, log: resolve(folder, "zsmart.log") },
    );
    try {
      const end = await child.event("unicasts", ({ event }) => event === "unicasts" || event === "failed", row.limit);
      if (end.event === "failed") throw new RowFailed(`zsmartsystems: ${end.reason} (log: ${child.log})`);
      return { delivered: end.delivered, perSecond: end.delivered / end.seconds };
    } finally {
      await child.end();
    }
  },
};

const ours = {
  name: "ota serve",

  async run(row, address, folder) {
    const { got } = await serveLoad(row, address, folder, { unicasts: row.unicasts });
    return { delivered: Number(got.delivered), perSecond: (Number(got.delivered) * 1e9) / Number(got.wallNanos) };
  },
};

export const unicasts = { zsmart, ours };
