/**
 * Runs zigbee-herdsman, the Ember driver of com.zsmartsystems.zigbee and our server against our co-processors of software, each
 * simulator and each server a process of its own, one after the other, over the loopback interface, and prints what came out
 * side by side.
 *
 *   node run.mjs [ROW]... [--json] [--only ours|peer] [--keep]
 *
 * A ROW is a name or the beginning of one ("start", "ember"). Exit code 0: every row was run, whatever came out; 1: our server or a
 * simulator failed in one; 2: wrong usage.
 */
import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { RowFailed } from "./lib/child.mjs";
import { build } from "./lib/ota.mjs";
import { herdsman, ours } from "./lib/servers.mjs";
import { Simulator } from "./lib/simulator.mjs";
import { print } from "./lib/table.mjs";
import { ROWS } from "./lib/rows.mjs";
import { unicasts } from "./lib/unicasts.mjs";

const { values: options, positionals: names } = usage();

function usage() {
  try {
    const parsed = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        only: { type: "string" },
        keep: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const unknown = parsed.positionals.find((name) => !ROWS.some((row) => row.name.startsWith(name)));
    if (unknown !== undefined) throw new Error(`no row ${unknown}`);
    if (!["ours", "peer", undefined].includes(parsed.values.only)) throw new Error("--only is ours or peer");
    if (parsed.values.help) {
      console.log("usage: node run.mjs [ROW]... [--json] [--only ours|peer] [--keep]\nrows:");
      for (const row of ROWS) console.log(`  ${row.name.padEnd(24)}${row.condition}`);
      process.exit(0);
    }
    return parsed;
  } catch (fault) {
    console.error(`run.mjs: ${fault.message}; --help lists the rows`);
    process.exit(2);
  }
}

/** One server against one simulator. */
async function run(server, row, folder) {
  mkdirSync(folder, { recursive: true });
  const simulator = await Simulator.start(row, folder);
  try {
    const outcome = await server.run(row, simulator.address, folder);
    const devices = await simulator.report();
    return { ...outcome, identical: devices.filter((device) => device.sha256 === outcome.sha256).length };
  } finally {
    await simulator.end();
  }
}

async function attempt(server, row, folder) {
  process.stderr.write(`run.mjs: ${row.name}, ${server.name} ...\n`);
  try {
    return await run(server, row, folder);
  } catch (fault) {
    if (!(fault instanceof RowFailed)) throw fault;
    process.stderr.write(`run.mjs: ${row.name}: ${fault.message}\n`);
    return { failure: fault.message };
  }
}

const work = mkdtempSync(join(tmpdir(), "ota-peers-"));
const wanted = ROWS.filter((row) => names.length === 0 || names.some((name) => row.name.startsWith(name)));
const results = [];
let failed = false;
try {
  build();
  for (const row of wanted) {
    const [peer, own] = row.kind === "unicasts" ? [unicasts.zsmart, unicasts.ours] : [herdsman, ours];
    const folder = join(work, row.name);
    const result = { row };
    if (options.only !== "ours") result.peer = await attempt(peer, row, join(folder, "peer"));
    if (options.only !== "peer") result.ours = await attempt(own, row, join(folder, "ours"));
    failed ||= result.ours?.failure !== undefined;
    results.push(result);
    if (options.json) console.log(JSON.stringify({ name: row.name, condition: row.condition, peer: result.peer, ours: result.ours }));
  }
} finally {
  if (options.keep) process.stderr.write(`run.mjs: logs are in ${work}\n`);
  else rmSync(work, { recursive: true, force: true });
}
if (!options.json) print(results);
process.exit(failed ? 1 : 0);
