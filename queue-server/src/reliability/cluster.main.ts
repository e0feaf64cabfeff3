import { randomInt } from 'node:crypto';
// It starts itself again, in another network.
// eslint-disable-next-line no-restricted-imports
import { argv, execPath } from 'node:process';
import { parseArgs } from 'node:util';
import { playNemesis } from './cluster/cluster-nemesis.js';
import { combinationsOf } from './cluster/combinations.js';
import { mayMakeNamespaces, namespaceNetwork, runInNamespaces } from './cluster/namespaces.js';
import { loopbackNetwork } from './cluster/network.js';

/**
 * `npm run nemesis:cluster -w queue-server -- [seconds] [messages a second] [seed] [combination…]`: see the README. Needs
 * nats-server, and for cuts Linux where network namespaces may be made.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { 'in-namespaces': { type: 'boolean', default: false } },
});
const [seconds = '120', perSecond = '500', seed = String(randomInt(2 ** 31)), ...names] = positionals;
const mayCut = values['in-namespaces'];

const play = async (): Promise<void> => {
  const network = mayCut ? await namespaceNetwork() : loopbackNetwork;
  const options = { seconds: Number(seconds), perSecond: Number(perSecond), seed: Number(seed) };
  const problems: string[] = [];
  for (const combination of combinationsOf(names, network)) {
    console.log(`${combination.name}: ${seconds} s, ${perSecond} messages/s, seed ${seed}`);
    const report = await playNemesis(combination, options, { network, onProgress: console.log });
    console.log(JSON.stringify(report));
    problems.push(...report.problems.map((problem) => `${combination.name}: ${problem}`));
  }
  if (problems.length > 0)
    throw new Error(`Something was lost or mixed up (seed ${seed}):\n${problems.join('\n')}`);
};

if (mayCut || !(await mayMakeNamespaces())) await play();
else {
  const [, program = ''] = argv;
  const args = [program, seconds, perSecond, seed, ...names, '--in-namespaces'];
  const code = await runInNamespaces(execPath, args);
  if (code !== 0) throw new Error(`It ended with ${code}.`);
}
