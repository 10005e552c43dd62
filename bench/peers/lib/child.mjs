/** Processes that tell what happens as one JSON object a line. */
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";

const running = new Set();

/** Ctrl-C and a failed row leave nobody behind. */
export function endAll() {
  for (const child of running) child.process.kill("SIGKILL");
}
process.on("exit", endAll);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

/** What a row could not do in its time, or a process that ended too soon. */
export class RowFailed extends Error {}

export class Child {
  #events = [];
  #waiting = new Set();
  #exit;

  /**
   * @param name what it is called in messages
   * @param log file for its stderr, and for what it prints besides JSON
   * @param onEvent hears each object as it comes; optional
   */
  constructor(name, command, args, { cwd, env, log, onEvent = () => {} }) {
    this.name = name;
    this.log = log;
    const logged = createWriteStream(log, { flags: "a" });
    this.process = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(this);
    this.process.stderr.pipe(logged, { end: false });
    createInterface({ input: this.process.stdout }).on("line", (line) => {
      const event = parsed(line);
      if (event === undefined) {
        logged.write(`${line}\n`);
        return;
      }
      onEvent(event);
      this.#events.push(event);
      this.#look();
    });
    this.#exit = new Promise((resolve) => {
      this.process.on("error", (fault) => resolve({ fault }));
      this.process.on("close", (code, signal) => resolve({ code, signal }));
    }).then((end) => {
      running.delete(this);
      this.ended = end;
      this.#look();
      return end;
    });
  }

  get pid() {
    return this.process.pid;
  }

  /** All objects that it has printed so far. */
  get events() {
    return this.#events;
  }

  /** The first object, of those printed so far and to come, that the condition takes. */
  event(what, condition, seconds) {
    return this.when(what, () => this.#events.find(condition), seconds);
  }

  /** Waits until look() gives something, asking again with each object. */
  when(what, look, seconds) {
    return new Promise((resolve, reject) => {
      const wait = { look, resolve, reject, what };
      wait.timer = setTimeout(() => {
        this.#waiting.delete(wait);
        reject(new RowFailed(`${this.name}: no ${what} within ${seconds} s (log: ${this.log})`));
      }, seconds * 1000);
      this.#waiting.add(wait);
      this.#look();
    });
  }

  #look() {
    for (const wait of [...this.#waiting]) {
      const found = wait.look();
      if (found !== undefined && found !== false) {
        this.#done(wait);
        wait.resolve(found);
      } else if (this.ended !== undefined) {
        this.#done(wait);
        const end = this.ended.fault?.message ?? this.ended.signal ?? `exit code ${this.ended.code}`;
        wait.reject(new RowFailed(`${this.name} ended with ${end} before ${wait.what} (log: ${this.log})`));
      }
    }
  }

  #done(wait) {
    clearTimeout(wait.timer);
    this.#waiting.delete(wait);
  }

  /** Waits until it ends by itself; its exit code. */
  async exit(seconds) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(
        () => reject(new RowFailed(`${this.name}: not ended within ${seconds} s (log: ${this.log})`)),
        seconds * 1000,
      );
    });
    try {
      return (await Promise.race([this.#exit, late])).code;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks it to end, and makes it when it does not. */
  async end(seconds = 10) {
    this.process.kill("SIGTERM");
    try {
      return await this.exit(seconds);
    } catch {
      this.process.kill("SIGKILL");
      return this.exit(seconds);
    }
  }
}

function parsed(line) {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
