import { TestEnvironment } from 'jest-environment-node';
import { setTimeout as sleep } from 'node:timers/promises';

/** What keeps a process alive and must not outlive its test. */
const LEAKS = [
  ...['TCPSocketWrap', 'TCPServerWrap', 'PipeServerWrap'],
  ...['Timeout', 'Immediate', 'ProcessWrap', 'FSEventWrap', 'StatWatcher'],
];

const openNow = () => process.getActiveResourcesInfo().filter((kind) => LEAKS.includes(kind));

/** Node, as Jest has it; and a test file that leaves a socket, timer, watcher or child process behind fails. */
export default class LeakFreeEnvironment extends TestEnvironment {
  #before = [];

  async handleTestEvent({ name }) {
    if (name === 'setup') this.#before = openNow();
    if (name === 'run_finish') await this.#expectNothingOpen();
  }

  /** What was closed takes a moment to be gone. */
  async #expectNothingOpen() {
    let leaked = this.#leaked();
    for (let looks = 0; leaked.length > 0 && looks < 100; looks++) {
      await sleep(20);
      leaked = this.#leaked();
    }
    if (leaked.length > 0) throw new Error(`These tests left open: ${leaked.join(', ')}.`);
  }

  #leaked() {
    const before = [...this.#before];
    return openNow().filter((kind) => {
      const known = before.indexOf(kind);
      if (known >= 0) before.splice(known, 1);
      return known < 0;
    });
  }
}
