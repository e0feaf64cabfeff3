import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MINUTE } from '@typed-queue/contracts';
import { idOf } from '../engine/frames.fixture.js';
import { openMemoryEngine } from '../engine/memory/open-memory-engine.js';
import { put } from './recurring/recurring.fixture.js';
import { DATABASE, FILES, ScheduleTrial } from './schedule.fixture.js';

let trial: ScheduleTrial;
beforeEach(async () => {
  trial = await ScheduleTrial.start(openMemoryEngine);
});
afterEach(() => trial.end());

const figures = () => trial.schedule.figures;
const failing = (): Promise<never> => Promise.reject(new Error('the disk'));

describe('the figures of what is published later', () => {
  it('count what waits and what was sent, by queue', async () => {
    await trial.add(1, 10);
    await trial.add(2, 20);
    await trial.add(3, 20, DATABASE);
    await trial.add(4, 30);
    await trial.schedule.cancel(FILES, idOf(4));
    await trial.pass(10);
    expect(figures()).toMatchObject({
      waiting: new Map([
        [FILES, 1],
        [DATABASE, 1],
      ]),
      sent: new Map([[FILES, 1]]),
    });
    await trial.pass(10);
    expect(figures().waiting).toEqual(new Map());
  });

  it('count what waits after a restart, also for a queue that the contract lacks', async () => {
    await trial.add(1, MINUTE);
    await trial.add(2, MINUTE, DATABASE);
    trial.lacking.add(DATABASE);
    await trial.reopen();
    expect(figures().waiting).toEqual(
      new Map([
        [FILES, 1],
        [DATABASE, 1],
      ]),
    );
  });

  it('count schedules by queue, and their runs as sent', async () => {
    await put(trial, 'a', { cron: '* * * * *' });
    await put(trial, 'b', { cron: '0 0 1 1 *' });
    await put(trial, 'c', { cron: '0 0 1 1 *', queue: DATABASE });
    await trial.pass(MINUTE);
    expect(figures()).toMatchObject({
      schedules: new Map([
        [FILES, 2],
        [DATABASE, 1],
      ]),
      sent: new Map([[FILES, 1]]),
    });
  });

  it('say by how long the first is late that is due', async () => {
    await trial.add(1, 1_000);
    await trial.add(2, 2_000);
    await trial.pass(999);
    expect(figures().lateMs).toBe(0);
    trial.wallAheadMs = 5_000;
    expect(figures().lateMs).toBe(4_999);
    await trial.pass(MINUTE);
    expect(figures().lateMs).toBe(0);
  });

  it('say it while messages are being published', async () => {
    let publish = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      trial.publish = () => {
        resolve();
        return new Promise<void>((stored) => (publish = stored));
      };
    });
    await trial.add(1, 10);
    trial.time.pass(10);
    await begun;
    trial.time.pass(3_000);
    expect(figures()).toMatchObject({ lateMs: 3_000, sent: new Map() });
    publish();
    await trial.rest();
    expect(figures()).toMatchObject({ lateMs: 0, sent: new Map([[FILES, 1]]) });
  });

  it('say it of messages whose publish failed, and count each once when it is done', async () => {
    const { publish } = trial;
    trial.publish = failing;
    await trial.add(1, 10);
    await trial.pass(10);
    trial.time.pass(500);
    expect(figures()).toMatchObject({ waiting: new Map([[FILES, 1]]), lateMs: 500, sent: new Map() });
    trial.publish = publish;
    await trial.pass(MINUTE);
    expect(figures()).toMatchObject({ waiting: new Map(), lateMs: 0, sent: new Map([[FILES, 1]]) });
  });

  it('call nothing late whose queue the contract lacks', async () => {
    const { publish } = trial;
    trial.publish = failing;
    await trial.add(1, 10);
    await trial.pass(10);
    await trial.add(2, 10);
    trial.publish = publish;
    trial.lacking.add(FILES);
    await trial.reopen();
    await trial.pass(MINUTE);
    expect(figures()).toMatchObject({ waiting: new Map([[FILES, 2]]), lateMs: 0 });
  });
});
