import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { isSupportedNode, startOnSupportedNode, type RunningNode } from './node-version.js';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a version of Node', () => {
  it.each(['20.19.0', '20.20.1', '22.12.0', '22.22.3', '24.0.0', '25.1.0'])('%s is supported', (version) => {
    expect(isSupportedNode(version)).toBe(true);
  });

  it.each(['12.22.12', '18.20.8', '20.18.3', '21.7.3', '22.1.0', '22.11.0', '23.11.1'])(
    '%s is not supported',
    (version) => {
      expect(isSupportedNode(version)).toBe(false);
    },
  );
});

class FakeNode extends EventEmitter implements RunningNode {
  readonly versions: { readonly node: string };
  exitCode?: number;

  constructor(node: string) {
    super();
    this.versions = { node };
  }
}

describe('a program', () => {
  const start = (version: string) => {
    const node = new FakeNode(version);
    const load = jest.fn(async () => undefined);
    const said = jest.spyOn(console, 'error').mockReturnValue(undefined);
    startOnSupportedNode(node, 'logger', load);
    return { exitCode: node.exitCode, loads: load.mock.calls.length, said: said.mock.calls };
  };

  it('is loaded where Node can run it', () => {
    expect(start('20.19.0')).toEqual({ exitCode: undefined, loads: 1, said: [] });
  });

  it('is not loaded elsewhere, and says which versions it needs', () => {
    expect(start('21.7.3')).toEqual({
      exitCode: 1,
      loads: 0,
      said: [['logger needs Node ^20.19.0 || ^22.12.0 || >=24.0.0; this is 21.7.3.']],
    });
  });

  const ended = async (loading: Promise<unknown>, exitCode: number, set?: number) => {
    const node = new FakeNode('20.19.0');
    if (set !== undefined) node.exitCode = set;
    const said = jest.spyOn(console, 'error').mockReturnValue(undefined);
    startOnSupportedNode(node, 'logger', () => loading);
    await Promise.resolve();
    node.emit('exit', exitCode);
    return { exitCode: node.exitCode, said: said.mock.calls };
  };
  const never = new Promise<never>(() => undefined);

  it('that ends while it is loading exits with 1, and says so', async () => {
    expect(await ended(never, 0)).toEqual({
      exitCode: 1,
      said: [[expect.stringMatching(/^logger ended before it was finished: it waits for something/)]],
    });
  });

  it('that ends while it is loading keeps an exit code that was set for that', async () => {
    expect(await ended(never, 0, 78)).toEqual({ exitCode: 78, said: [] });
  });

  it.each([
    ['has loaded', Promise.resolve(), 0],
    ['failed while it was loading', never, 130],
  ])('that %s keeps its exit code', async (_, loading, exitCode) => {
    expect(await ended(loading, exitCode)).toEqual({ exitCode: undefined, said: [] });
  });
});
