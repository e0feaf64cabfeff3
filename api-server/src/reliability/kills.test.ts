import { describe, expect, it } from '@jest/globals';
import { surviveKills } from './kills.js';

describe('an API that is killed at random moments', () => {
  it('publishes each change of its database once and in order', async () => {
    const report = await surviveKills(5, 20_261_124);
    console.info(JSON.stringify(report));
    expect(report.differences).toEqual([]);
    // The kills did hit requests that were under way, and changes of each kind came through.
    expect(report.answers['asked again']).toBeGreaterThan(0);
    for (const event of ['create', 'update', 'delete']) expect(report.events[event]).toBeGreaterThan(0);
    // Whatever failed was the caller's doing.
    expect(report.errors.internal).toBeUndefined();
  });
});
