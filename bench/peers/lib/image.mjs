/** OTA files of an exact size, filled with chance octets: never anybody's firmware. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";

export const MANUFACTURER_CODE = 0xfff1; // no assigned manufacturer code
export const IMAGE_TYPE = 0x00be;

const FILE_IDENTIFIER = 0x0beef11e;
const HEADER_VERSION = 0x0100;
const HEADER_OCTETS = 56;
const STACK_VERSION_PRO = 2;
const UPGRADE_IMAGE_TAG = 0;
const ELEMENT_HEADER_OCTETS = 6;

/** Writes a file of so many octets in all; the same arguments give the same octets. */
export function writeImage(path, octets, fileVersion) {
  const image = Buffer.alloc(octets);
  image.writeUInt32LE(FILE_IDENTIFIER, 0);
  image.writeUInt16LE(HEADER_VERSION, 4);
  image.writeUInt16LE(HEADER_OCTETS, 6);
  image.writeUInt16LE(0, 8); // field control: no optional fields
  image.writeUInt16LE(MANUFACTURER_CODE, 10);
  image.writeUInt16LE(IMAGE_TYPE, 12);
  image.writeUInt32LE(fileVersion, 14);
  image.writeUInt16LE(STACK_VERSION_PRO, 18);
  image.write("bench/peers", 20, 32, "latin1");
  image.writeUInt32LE(octets, 52);
  image.writeUInt16LE(UPGRADE_IMAGE_TAG, HEADER_OCTETS);
  image.writeUInt32LE(octets - HEADER_OCTETS - ELEMENT_HEADER_OCTETS, HEADER_OCTETS + 2);
  fill(image, HEADER_OCTETS + ELEMENT_HEADER_OCTETS, `${octets}/${fileVersion}`);
  writeFileSync(path, image);
  return { path, octets, fileVersion, sha256: createHash("sha256").update(image).digest("hex") };
}

/** Digests of a counter: chance enough, and the same on every machine. */
function fill(image, from, seed) {
  for (let at = from, counter = 0; at < image.length; counter++) {
    at += createHash("sha512").update(`${seed}/${counter}`).digest().copy(image, at);
  }
}
