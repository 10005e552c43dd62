/**
 * What is run. `ncp` and `mesh` are the co-processor and keys of the simulator's configuration; `images` the octets of the images,
 * one after the other, of which the last one counts; `limit` seconds for each step of it.
 */
const STARTS = ["znp", "ember"].flatMap((ncp) =>
  ["formed", "blank"].flatMap((stick) =>
    [1, 10, 50].map((devices) => ({
      name: `start-${ncp}-${stick}-${devices}`,
      kind: "start",
      ncp,
      stick,
      devices,
      images: [20_000],
      mesh: { thinkTimeMs: 3, firstQuerySeconds: 10 },
      limit: 120,
      condition: `${stick} stick: start, join, interview, upgrade ${devices} x 20 kB`,
    })),
  ),
);

/** Blocks of all devices together in the round before the one that counts. */
const WARM_UP_BLOCKS = 20_000;
const BLOCK_OCTETS = 50;

function transfer(name, ncp, devices, octets, condition) {
  const warmUp = (WARM_UP_BLOCKS / devices) * BLOCK_OCTETS;
  return {
    name,
    kind: "transfer",
    ncp,
    stick: "formed",
    devices,
    images: [Math.min(warmUp, octets), octets],
    mesh: { thinkTimeMs: 0.3 },
    limit: 240,
    condition,
  };
}

export const ROWS = [
  ...STARTS,
  transfer("znp-50x200k", "znp", 50, 200_000, "ZNP, 50 devices x 200 kB, fast channel, think 0.3 ms"),
  transfer("ember-10x150k", "ember", 10, 150_000, "EZSP 13, 10 x 150 kB, the same"),
  transfer("ember-10x200k", "ember", 10, 200_000, "EZSP 13, 10 x 200 kB, the same"),
  transfer("ember-50x200k", "ember", 50, 200_000, "EZSP 13, 50 x 200 kB, the same"),
  transfer("ember-1x1800k", "ember", 1, 1_800_000, "EZSP 13, 1 x 1.8 MB, the same"),
  {
    name: "unicasts",
    kind: "unicasts",
    ncp: "ember",
    stick: "formed",
    devices: 20,
    members: true, // that driver has no way to let devices join a network of EZSP 13
    unicasts: 2_000,
    window: 10,
    // a unicast and its acknowledgement
    mesh: { baudRate: 115_200, turnaroundMs: 2, fastFrameMs: 10 },
    limit: 120,
    condition: "EZSP 13, unicasts of 67 octets, 115 200 baud, 2 ms turn-around, 20 ms air, one command at a time",
  },
];
