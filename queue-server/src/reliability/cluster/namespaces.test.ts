import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const NETWORK = join(import.meta.dirname, '../../../dist/reliability/cluster/namespaces.js');
const { REQUIRE_NAMESPACES } = process.env;
const isMissing =
  REQUIRE_NAMESPACES !== '1' &&
  spawnSync('unshare', ['--map-root-user', '--net', '--mount', 'true']).status !== 0;

/** Listens on a host, and says after each change whether this process gets an answer from there. */
const PLAY = `
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { namespaceNetwork } from ${JSON.stringify(NETWORK)};
const network = await namespaceNetwork();
const host = await network.addHost();
const server = 'require("node:net").createServer((s) => s.end("x")).listen(5000, () => console.log("listens"))';
const [command, ...args] = [...host.prefix, process.execPath, '-e', server];
const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
await once(child.stdout, 'data');
const answers = () => new Promise((resolve) => {
  const socket = connect(5000, host.address).setTimeout(500);
  socket.once('data', () => resolve(true)).once('timeout', () => resolve(false)).once('error', () => resolve(false));
  setTimeout(() => socket.destroy(), 600);
});
const seen = [await answers()];
for (const [from, to] of [[host, network.own], [network.own, host]]) {
  await network.lose(from, to);
  seen.push(await answers());
  await network.mend();
  seen.push(await answers());
}
child.kill();
console.log(JSON.stringify(seen));
`;

(isMissing ? describe.skip : describe)('a network of namespaces', () => {
  it('loses packets of either direction until it is mended', () => {
    const program = [process.execPath, '--input-type=module', '-e', PLAY];
    const { stdout } = spawnSync('unshare', ['--map-root-user', '--net', '--mount', ...program]);
    expect(stdout.toString().trim()).toBe('[true,false,true,false,true]');
  });
});
