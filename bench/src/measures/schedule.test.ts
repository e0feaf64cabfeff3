import { describe, expect, it } from '@jest/globals';
import { measureNamed, peerNamed } from './measures.fixture.js';
import { scheduleOf } from './schedule.js';
import type { Workload } from './workload.js';

const start: Workload = { kind: 'start' };
const backlog: Workload = { kind: 'backlog', times: 1 };
const a = peerNamed('a');
const b = peerNamed('b');

describe('the schedule', () => {
  it('alternates between the peers: A B A B', () => {
    const turns = scheduleOf([measureNamed('m', start)], [a, b], 2);
    expect(turns.map(({ peer, round }) => `${peer.name}${round}`)).toEqual(['a1', 'b1', 'a2', 'b2']);
  });

  it('ends a workload before the next', () => {
    const turns = scheduleOf([measureNamed('m', start), measureNamed('n', backlog)], [a, b], 1);
    expect(turns.map(({ workload }) => workload.kind)).toEqual(['start', 'start', 'backlog', 'backlog']);
  });

  it('runs a workload once for all measures that share it', () => {
    const rate = measureNamed('rate', backlog);
    const memory = measureNamed('memory', backlog);
    expect(scheduleOf([rate, memory], [a], 1)).toEqual([
      { peer: a, workload: backlog, measures: [rate, memory], round: 1 },
    ]);
  });

  it('leaves out peers that cannot do what a measure needs', () => {
    const live = measureNamed('live', start, { needs: 'live' });
    const room = peerNamed('room', ['live']);
    expect(scheduleOf([live], [a, room], 1).map(({ peer }) => peer.name)).toEqual(['room']);
  });
});
