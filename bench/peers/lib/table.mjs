/** What came out, for a person. */

const NONE = "-";

export function print(results) {
  section(
    "Start, join, interview, upgrade",
    ["row", "server", "start", "joined in", "upgraded", "identical", "note"],
    results.filter(({ row }) => row.kind === "start"),
    (outcome, row) => [
      outcome.up === undefined ? NONE : `${outcome.up} s`,
      outcome.joined === undefined ? NONE : `${outcome.joined.toFixed(1)} s`,
      `${outcome.upgraded ?? 0} of ${row.devices}`,
      `${outcome.identical ?? 0} of ${row.devices}`,
      outcome.failure ?? outcome.reason ?? "",
    ],
  );
  section(
    "Transfers",
    ["row", "server", "blocks/s", "CPU ms/block", "RSS MB", "upgraded", "identical", "note"],
    results.filter(({ row }) => row.kind === "transfer"),
    (outcome, row) => [
      rate(outcome),
      outcome.processorSeconds === undefined ? NONE : ((1000 * outcome.processorSeconds) / outcome.blocks).toFixed(4),
      outcome.residentOctets === undefined ? NONE : (outcome.residentOctets / 1e6).toFixed(0),
      `${outcome.upgraded ?? 0} of ${row.devices}`,
      `${outcome.identical ?? 0} of ${row.devices}`,
      outcome.failure ?? outcome.reason ?? "",
    ],
    ({ peer, ours }) => {
      if (!complete(peer) || !complete(ours)) return "";
      const blocks = ours.blocks / ours.seconds / (peer.blocks / peer.seconds);
      const processor = ours.processorSeconds / ours.blocks / (peer.processorSeconds / peer.blocks);
      const resident = ours.residentOctets / peer.residentOctets;
      return `ours: ${blocks.toFixed(1)} x the blocks/s, ${processor.toFixed(2)} x the CPU per block, ${resident.toFixed(2)} x the RSS`;
    },
  );
  section(
    "Unicasts",
    ["row", "server", "delivered", "unicasts/s", "note"],
    results.filter(({ row }) => row.kind === "unicasts"),
    (outcome) => [
      String(outcome.delivered ?? NONE),
      outcome.perSecond === undefined ? NONE : outcome.perSecond.toFixed(1),
      outcome.failure ?? "",
    ],
  );
}

const complete = (outcome) => outcome?.seconds !== undefined && outcome.reason === undefined;

/** Of a transfer that did not come to its end, the rate would say nothing. */
function rate(outcome) {
  return complete(outcome) ? (outcome.blocks / outcome.seconds).toFixed(0) : NONE;
}

function section(title, head, results, cells, compare = () => "") {
  if (results.length === 0) return;
  console.log(`\n${title}`);
  const lines = [head];
  for (const result of results) {
    const servers = result.row.kind === "unicasts" ? ["zsmartsystems 1.4.16.1", "ours"] : ["zigbee-herdsman 11.1.1", "ours"];
    for (const [server, outcome] of [[servers[0], result.peer], [servers[1], result.ours]]) {
      if (outcome !== undefined) lines.push([result.row.name, server, ...cells(outcome, result.row)]);
    }
    const comparison = compare(result);
    if (comparison !== "") lines.push([result.row.name, comparison]);
  }
  const widths = head.map((_, column) => Math.max(...lines.filter((line) => line.length === head.length).map((line) => line[column].length)));
  for (const line of lines) {
    console.log(line.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
  }
  console.log("");
  for (const { row } of results) console.log(`  ${row.name}: ${row.condition}`);
}
