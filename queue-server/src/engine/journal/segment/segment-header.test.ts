import { expect, it } from '@jest/globals';
import { decodeSegmentHeader, encodeSegmentHeader, segmentName, seqOfName } from './segment-header.js';

it('names sort like their seqs and contain them', () => {
  const seqs = [1, 9, 10, 123_456, Number.MAX_SAFE_INTEGER];
  const names = seqs.map(segmentName);
  expect(names.toSorted()).toEqual(names);
  expect(names.map(seqOfName)).toEqual(seqs);
});

it.each([
  'server.log',
  '1.log',
  '0000000000000000.log',
  '0000000000000001.txt',
  '9999999999999999.log',
  '-000000000000001.log',
])('no segment is called %s', (name) => {
  expect(seqOfName(name)).toBeUndefined();
});

it('a header reads back as it was written', () => {
  const header = { epoch: 'epoch', firstSeq: 7, created: 1_700_000_000_000 };
  expect(decodeSegmentHeader(encodeSegmentHeader(header))).toEqual({ kind: 'header', header });
});
