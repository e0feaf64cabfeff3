import { describe, expect, it } from '@jest/globals';
import { loadRecords } from './records.js';

const RECORDS = 1_000;

describe('real records that are loaded through the API', () => {
  it('are each created once at the logger and in a replay from the start', async () => {
    const report = await loadRecords(RECORDS);
    expect(report).toMatchObject({
      printed: { events: RECORDS, names: RECORDS },
      replayed: { events: RECORDS, names: RECORDS },
      missing: [],
    });
  });
});
