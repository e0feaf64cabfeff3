import type { Peer } from '../peers/peer.js';
import type { Measure } from './measure.js';
import type { Workload } from './workload.js';

/** A peer that is only scheduled. */
export const peerNamed = (name: string, abilities: Peer['abilities'] = ['group']): Peer => ({
  name,
  title: name,
  acknowledges: 'fdatasync',
  abilities,
  version: () => Promise.resolve('1'),
  start: () => Promise.reject(new Error('not started')),
  publisher: () => Promise.reject(new Error('not started')),
  subscriber: () => Promise.reject(new Error('not started')),
});

export const measureNamed = (name: string, workload: Workload, more: Partial<Measure> = {}): Measure => ({
  name,
  title: name,
  unit: 'messages/s',
  better: 'more',
  figure: 'perSecond',
  workload,
  isLong: false,
  ...more,
});
