/**
 * zigbee-herdsman as an OTA server: starts its Controller on a co-processor, lets devices join, waits until they are
 * interviewed, and upgrades all of them at once to one image after the other. Prints what happens as one JSON object a line:
 *
 *   {"event":"up","result":"resumed|reset","seconds":…}    the controller has started
 *   {"event":"interviewed","devices":N,"seconds":…}        since joining was permitted
 *   {"event":"round","devices":N,"upgraded":N,…}           one for each image
 *   {"event":"failed","reason":…}                          and exit code 1
 *
 * It runs as an application would run it: no debug log, nobody listening to its messages, queries outside an upgrade answered
 * with NO_IMAGE_AVAILABLE.
 */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Controller, setLogger } from "zigbee-herdsman";
import { processorSeconds, residentOctets } from "./lib/linux.mjs";

const NO_IMAGE_AVAILABLE = 0x98;
const PERMIT_SECONDS = 254;
const REQUEST_TIMEOUT_MILLIS = 150_000; // its default
const BLOCK_OCTETS = 50; // its default

const { values: options } = parseArgs({
  options: {
    adapter: { type: "string" }, // zstack or ember
    address: { type: "string" }, // tcp://HOST:PORT
    network: { type: "string" }, // {"channel":,"panId":,"extendedPanId":"hex","networkKey":"hex"}
    devices: { type: "string" },
    image: { type: "string", multiple: true },
    "response-delay": { type: "string", default: "0" }, // its default is 250 ms
    folder: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});
const devices = Number(options.devices);
const dataSettings = () => ({
  requestTimeout: REQUEST_TIMEOUT_MILLIS,
  responseDelay: Number(options["response-delay"]),
  baseSize: BLOCK_OCTETS,
});

const tell = (event, fields) => console.log(JSON.stringify({ event, ...fields }));
const seconds = () => performance.now() / 1000;

const say = (message, namespace) =>
  console.error(`${namespace}: ${typeof message === "function" ? message() : message}`);
const quiet = () => {};
setLogger({
  debug: options.verbose ? say : quiet,
  info: options.verbose ? say : quiet,
  warning: say,
  error: say,
});

function controller() {
  const network = JSON.parse(options.network);
  const extendedPanId = [...Buffer.from(network.extendedPanId, "hex")];
  mkdirSync(options.folder, { recursive: true });
  return new Controller({
    network: {
      panID: network.panId,
      // its Ember adapter wants the order of the air, its Z-Stack adapter that of people
      extendedPanID: options.adapter === "ember" ? extendedPanId.reverse() : extendedPanId,
      channelList: [network.channel],
      networkKey: [...Buffer.from(network.networkKey, "hex")],
    },
    transport: { path: options.address, adapter: options.adapter },
    databasePath: resolve(options.folder, "database.db"),
    databaseBackupPath: resolve(options.folder, "database.db.backup"),
    backupPath: resolve(options.folder, "backup.json"),
    adapter: { disableLED: false },
    acceptJoiningDeviceHandler: async () => true,
  });
}

/** Lets devices join, and waits until so many have been interviewed. */
async function interview(host) {
  const begun = seconds();
  const done = new Map();
  const all = new Promise((found, failed) => {
    host.on("deviceInterview", ({ status, device }) => {
      if (status === "failed") failed(new Error(`interview of ${device.ieeeAddr} failed`));
      if (status !== "successful") return;
      done.set(device.ieeeAddr, device);
      if (done.size === devices) found();
    });
  });
  await host.permitJoin(PERMIT_SECONDS);
  await all;
  tell("interviewed", { devices: done.size, seconds: seconds() - begun });
  return [...done.values()];
}

/** Upgrades all devices at once. The transfer is from the first session's beginning to the last Upgrade End Response. */
async function round(nodes, image) {
  let first;
  let last;
  const progress = (percent) => {
    if (percent === 0) first ??= seconds();
    if (percent === 100) last = seconds();
  };
  const processorBefore = processorSeconds(process.pid);
  const begun = seconds();
  const outcomes = await Promise.allSettled(
    nodes.map((node) =>
      node.updateOta({ url: resolve(image) }, undefined, undefined, {}, progress, dataSettings()),
    ),
  );
  const failures = outcomes.filter((outcome) => outcome.status === "rejected");
  tell("round", {
    devices: nodes.length,
    upgraded: outcomes.filter((outcome) => outcome.status === "fulfilled" && outcome.value[1] !== undefined).length,
    transferSeconds: (last ?? seconds()) - (first ?? begun),
    seconds: seconds() - begun,
    processorSeconds: processorSeconds(process.pid) - processorBefore,
    residentOctets: residentOctets(process.pid),
    ...(failures.length > 0 && { reason: failures[0].reason.message }),
  });
}

const upgrading = { now: false };

try {
  const host = controller();
  host.on("message", ({ type, endpoint, meta }) => {
    if (type === "commandQueryNextImageRequest" && !upgrading.now) {
      endpoint
        .commandResponse("genOta", "queryNextImageResponse", { status: NO_IMAGE_AVAILABLE }, undefined, meta.zclTransactionSequenceNumber)
        .catch((fault) => say(fault.message, "query"));
    }
  });
  const begun = seconds();
  const result = await host.start();
  tell("up", { result, seconds: seconds() - begun });
  const nodes = await interview(host);
  for (const image of options.image ?? []) {
    upgrading.now = true;
    await round(nodes, image);
    upgrading.now = false;
  }
  await host.stop();
  process.exit(0);
} catch (fault) {
  tell("failed", { reason: fault.message });
  if (options.verbose) console.error(fault.stack);
  process.exit(1);
}
