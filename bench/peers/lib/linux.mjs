/** What Linux counts of a process, read from /proc: the same numbers for every kind of process. */
import { readFileSync } from "node:fs";

/** Ticks a second in /proc/PID/stat: USER_HZ, which is 100 on every architecture that Node runs on. */
const TICKS = 100;
const UTIME = 11; // fields after the command's closing bracket
const STIME = 12;

/** User and system time of all its threads, seconds. */
export function processorSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS;
}

/** Its largest resident set so far, octets. */
export function residentOctets(pid) {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line[1]) * 1024;
}
