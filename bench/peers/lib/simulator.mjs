/** A simulated mesh behind a co-processor of software: ./ota simulate, a process of its own. */
import { RowFailed } from "./child.mjs";
import { IMAGE_TYPE, MANUFACTURER_CODE } from "./image.mjs";
import { ota } from "./ota.mjs";

const START_SECONDS = 60;

/** What the devices run before the first round. */
export const FIRST_VERSION = 1;

/** Of the network that a formed stick is on, and that a blank one is to get. */
export const NETWORK = {
  channel: 15,
  panId: 0x1a62,
  extendedPanId: "6f74612d70656572",
  networkKey: "01030507090b0d0f00020406080a0c0d",
};

export class Simulator {
  #child;

  /**
   * @param row how many devices, on which kind of co-processor, with which keys of the simulator
   * @param folder for its log
   */
  static async start(row, folder) {
    const simulator = new Simulator();
    simulator.#child = ota("simulator", folder, [
      "simulate",
      ...["--ncp", row.ncp],
      ...(row.ncp === "ember" ? ["--ezsp", String(row.ezsp ?? 13)] : []),
      ...["--listen", "tcp://127.0.0.1:0"],
      ...["--devices", String(row.devices)],
      ...Object.entries({ ...settings(row), ...row.mesh }).flatMap(([key, value]) => ["--set", `${key}=${value}`]),
      "--json",
    ]);
    const listening = await simulator.#child.event("address", (event) => event.event === "listening", START_SECONDS);
    simulator.address = listening.address;
    return simulator;
  }

  /** Ends it; what its devices hold then: {device, version, sha256, retries} of each. */
  async report() {
    await this.#child.end();
    const report = this.#child.events.find((event) => event.runs !== undefined);
    if (report === undefined) throw new RowFailed(`the simulator told nothing of its devices (log: ${this.#child.log})`);
    return report.runs;
  }

  end() {
    return this.#child.end();
  }
}

function settings(row) {
  return {
    formed: row.stick === "formed",
    members: row.members ?? false, // else they join when the network opens, as new devices do
    channel: NETWORK.channel,
    panId: NETWORK.panId,
    extendedPanId: NETWORK.extendedPanId,
    networkKey: NETWORK.networkKey,
    manufacturerCode: MANUFACTURER_CODE,
    imageType: IMAGE_TYPE,
    fileVersion: FIRST_VERSION,
    modelIdentifier: "Bench 1",
    manufacturerName: "Nobody",
    fastChannel: true,
    rebootSeconds: 1,
  };
}
