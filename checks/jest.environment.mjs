import { TestEnvironment } from 'jest-environment-node';
import { setTimeout as sleep } from 'node:timers/promises';

/** What keeps a process alive and must not outlive its test. */
const LEAKS = [
  ...['TCPSocketWrap', 'TCPServerWrap', 'PipeServerWrap'],
  ...['Timeout', 'Immediate', 'ProcessWrap', 'FSEventWrap', 'StatWatcher'],
];

const openNow = () => process.getActiveResourcesInfo().filter((kind) => LEAKS.includes(kind));

/** Node, as Jest has it; and a test file that leaves a socket, timer, watcher or child process open fails. */
export default class LeakFreeEnvironment extends TestEnvironment {
  #before = [];
  #failed = false;

  async handleTestEvent({ name, test }) {
    if (name === 'setup') this.#before = openNow();
    if (name === 'test_done') this.#failed ||= test.errors.length > 0;
    // A failed test may not have closed what it opened; its own error says more.
    if (name === 'run_finish' && !this.#failed) await this.#expectNothingOpen();
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
