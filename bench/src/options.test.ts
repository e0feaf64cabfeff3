import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './options.js';

const known = { measures: ['end-to-end', 'memory'], peers: ['typed-queue', 'rabbitmq'] };
const parse = (...args: string[]) =>
  parseOptions(args, known, { node: 'node', out: 'results', directory: '/home' });

describe('options', () => {
  it('have defaults', () => {
    expect(parse()).toEqual({
      only: [],
      peers: [],
      seconds: 5,
      warmUpSeconds: 3,
      rounds: 3,
      messages: 1_000_000,
      node: 'node',
      out: 'results',
      isHelp: false,
    });
  });

  it('name measures and peers, separated by commas', () => {
    const { only, peers } = parse('--only', 'memory,end-to-end', '--peers=rabbitmq');
    expect(only).toEqual(['memory', 'end-to-end']);
    expect(peers).toEqual(['rabbitmq']);
  });

  it('choose how long, how often and by which Node', () => {
    expect(parse('--seconds', '1', '--warm-up', '0', '--rounds', '2', '--node', '/opt/node24')).toMatchObject(
      {
        seconds: 1,
        warmUpSeconds: 0,
        rounds: 2,
        node: '/opt/node24',
      },
    );
  });

  it('have paths relative to where the user is', () => {
    expect(parse('--out', 'figures', '--node', './node24')).toMatchObject({
      out: '/home/figures',
      node: '/home/node24',
    });
  });

  it('that are wrong are all named', () => {
    expect(() => parse('--only', 'speed', '--peers', 'kafka', '--rounds', '0', '--seconds', 'x')).toThrow(
      /--only: "speed" is none of end-to-end, memory.*--peers: "kafka".*--seconds is "x".*--rounds is "0"/s,
    );
  });

  it('that are not known are refused', () => expect(() => parse('--fast')).toThrow(/--fast/));
});
