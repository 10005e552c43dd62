/**
 * The servers that are compared. Each is started on a co-processor, lets the devices join, and upgrades all of them at once to
 * one image after the other; the first images warm it up, and the last one counts.
 *
 * Each gives {up, joined, upgraded, blocks, seconds, processorSeconds, residentOctets, sha256}: seconds from its start to its
 * network, to all devices interviewed; devices upgraded by its own account; of the round that counts, its blocks, its transfer
 * time and the server's processor time; its process's largest resident set so far; and what the devices should hold.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import { Child, RowFailed } from "./child.mjs";
import { writeImage } from "./image.mjs";
import { residentOctets } from "./linux.mjs";
import { LOAD_BUNDLE, ota } from "./ota.mjs";
import { FIRST_VERSION, NETWORK } from "./simulator.mjs";

const BLOCK_OCTETS = 50;
const START_SECONDS = 60;
const HERDSMAN = fileURLToPath(new URL("../herdsman.mjs", import.meta.url));

const blocksOf = (octets) => Math.ceil(octets / BLOCK_OCTETS);

export const herdsman = {
  name: "zigbee-herdsman",

  async run(row, address, folder) {
    const images = row.images.map((octets, index) =>
      writeImage(resolve(folder, `image-${index}.zigbee`), octets, FIRST_VERSION + 1 + index),
    );
    const child = new Child("zigbee-herdsman", process.execPath, [
      HERDSMAN,
      ...["--adapter", row.ncp === "znp" ? "zstack" : "ember"],
      ...["--address", address],
      ...["--network", JSON.stringify(NETWORK)],
      ...["--devices", String(row.devices)],
      ...images.flatMap((image) => ["--image", image.path]),
      ...["--response-delay", String(row.responseDelay ?? 0)],
      ...["--folder", resolve(folder, "herdsman")],
    ], { cwd: folder, log: resolve(folder, "herdsman.log") });
    try {
      const is = (wanted) => (event) => event.event === wanted || event.event === "failed";
      const next = async (wanted, seconds) => {
        const event = await child.event(wanted, is(wanted), seconds);
        if (event.event === "failed") throw new RowFailed(`zigbee-herdsman: ${event.reason}`);
        return event;
      };
      const up = await next("up", START_SECONDS);
      const joined = await next("interviewed", row.limit);
      const rounds = await child.when(
        "the last round",
        () => {
          const done = child.events.filter((event) => event.event === "round");
          return done.length === images.length && done;
        },
        row.limit,
      );
      const last = rounds.at(-1);
      await child.exit(START_SECONDS);
      return {
        up: `${up.result} ${up.seconds.toFixed(1)}`,
        joined: joined.seconds,
        upgraded: last.upgraded,
        reason: last.reason,
        blocks: row.devices * blocksOf(images.at(-1).octets),
        seconds: last.transferSeconds,
        processorSeconds: last.processorSeconds,
        residentOctets: last.residentOctets,
        sha256: images.at(-1).sha256,
      };
    } finally {
      await child.end();
    }
  },
};

/**
 * Ours. One image is a plain ./ota serve that ends when all devices run it. Several need somebody who registers them one after
 * the other: the bundle of ./ota bench, put into the running server as an operator would put any bundle.
 */
export const ours = {
  name: "ota serve",

  run(row, address, folder) {
    return row.images.length === 1 ? serveOnce(row, address, folder) : serveRounds(row, address, folder);
  },
};

const MESH = "radio"; // how ./ota serve calls the mesh of --port

function radioOptions(row, address) {
  return [
    ...["--radio", row.ncp, "--port", address],
    ...(row.stick === "blank"
      ? [
          "--form",
          ...["--channel", String(NETWORK.channel)],
          ...["--pan", NETWORK.panId.toString(16)],
          ...["--extended-pan", NETWORK.extendedPanId],
          ...["--network-key", NETWORK.networkKey],
        ]
      : []),
    ...["--http", "127.0.0.1:0"],
    "--json",
  ];
}

async function serveOnce(row, address, folder) {
  const image = writeImage(resolve(folder, "image.zigbee"), row.images[0], FIRST_VERSION + 1);
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const at = {};
  const seen = new Map();
  const upgraded = new Set();
  const child = ota(
    "serve",
    folder,
    [
      "serve",
      ...radioOptions(row, address),
      ...["--permit-join", "254"],
      ...["--image", image.path],
      ...["--exit-when-done", "--wait-devices", String(row.devices)],
    ],
    (event) => {
      at[event.event] ??= seconds();
      if (event.event === "joined") {
        seen.set(event.device, event);
        if (seen.size === row.devices) at.allJoined ??= seconds();
      }
      if (event.event === "started") at.firstBlock ??= seconds();
      if (event.event === "upgraded") {
        upgraded.add(event.device);
        at.last = seconds();
      }
    },
  );
  try {
    const code = await child.exit(row.limit);
    if (code !== 0) throw new RowFailed(`ota serve ended with ${code} (log: ${child.log})`);
    return {
      up: `${row.stick === "blank" ? "formed" : "resumed"} ${at.radioUp.toFixed(1)}`,
      joined: at.allJoined - at.radioUp,
      upgraded: upgraded.size,
      blocks: row.devices * blocksOf(image.octets),
      sha256: image.sha256,
    };
  } finally {
    await child.end();
  }
}

async function serveRounds(row, address, folder) {
  const { got, residentOctets } = await serveLoad(row, address, folder, {
    imageOctets: row.images.at(-1),
    warmUpOctets: row.images[0],
    warmUpRounds: row.images.length - 1,
    rounds: 1,
  });
  return {
    upgraded: row.devices, // else the bundle tells a failure
    blocks: Number(got.blocks),
    repeats: Number(got.repeats),
    seconds: Number(got.wallNanos) / 1e9,
    processorSeconds: Number(got.processorNanos) / 1e9,
    residentOctets,
    sha256: got.sha256,
  };
}

/** Runs ./ota serve with the load bundle until that has carried out its plan. */
export async function serveLoad(row, address, folder, plan) {
  const conf = resolve(folder, "conf");
  const bundles = resolve(folder, "bundles");
  const result = resolve(folder, "result.properties");
  mkdirSync(conf, { recursive: true });
  mkdirSync(bundles, { recursive: true });
  cpSync(LOAD_BUNDLE, resolve(bundles, "ota-bench-load.jar"));
  properties(resolve(conf, "org.apache.felix.fileinstall-bench.cfg"), {
    "felix.fileinstall.dir": bundles,
    "felix.fileinstall.poll": 1000,
    "felix.fileinstall.noInitialDelay": true,
    "felix.fileinstall.tmpdir": resolve(folder, "tmp"),
  });
  properties(resolve(conf, "io.otaupgrade.bench.load.cfg"), {
    ...{ result, radio: MESH, radioDevices: row.devices },
    ...{ imageOctets: 0, warmUpRounds: 0, rounds: 0, ...plan },
  });
  // the second round follows the first one at once
  properties(resolve(conf, "io.otaupgrade.cluster.cfg"), { notifyInterval: 1 });
  const child = ota("serve", folder, ["serve", ...radioOptions(row, address), "--conf", conf]);
  try {
    const begun = performance.now();
    while (!existsSync(result)) {
      if (child.ended !== undefined) throw new RowFailed(`ota serve ended (log: ${child.log})`);
      if (performance.now() - begun > 1000 * row.limit) {
        throw new RowFailed(`ota serve: not done within ${row.limit} s (log: ${child.log})`);
      }
      await pause(100);
    }
    const got = readProperties(result);
    if (got.failure) throw new RowFailed(`ota serve: ${got.failure}`);
    return { got, residentOctets: residentOctets(child.pid) };
  } finally {
    await child.end();
  }
}

function properties(file, settings) {
  writeFileSync(file, Object.entries(settings).map(([key, value]) => `${key}=${value}\n`).join(""));
}

/** Without escapes and continued lines, which the bundle's results have none of but in a failure's text. */
function readProperties(file) {
  return Object.fromEntries(
    readFileSync(file, "latin1")
      .split("\n")
      .filter((line) => line.includes("=") && !line.startsWith("#"))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1).trim()]),
  );
}
