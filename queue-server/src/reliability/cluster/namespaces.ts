import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { Host } from '../host.js';
import type { Network } from './network.js';

/** A user who is root in it, and a network and mounts of its own. */
const UNSHARE = ['--map-root-user', '--net', '--mount'] as const;
const NETWORK = '10.77.0';
const BRIDGE = 'bridge';
const DEVICE = 'eth0';
/** A hardware address that no device has: what is sent there is lost. */
const NOWHERE = '02:00:00:00:00:01';

const run = promisify(execFile);
const ip = async (command: string): Promise<void> => void (await run('ip', command.split(' ')));

/** Whether this user may make network namespaces, with the programs of iproute2 and util-linux. Linux only. */
export const mayMakeNamespaces = async (): Promise<boolean> => {
  const trial = 'mount -t tmpfs tmpfs /run && ip netns add trial && nsenter --net=/run/netns/trial true';
  return run('unshare', [...UNSHARE, 'sh', '-c', trial]).then(
    () => true,
    () => false,
  );
};

/** Runs a program in a network of its own, where `namespaceNetwork` works. Resolves to its exit code. */
export const runInNamespaces = async (program: string, args: readonly string[]): Promise<number> => {
  const child = spawn('unshare', [...UNSHARE, program, ...args], { stdio: 'inherit' });
  await once(child, 'exit');
  // A child that got a signal has no code.
  return child.exitCode ?? 1;
};

/** Each host is a namespace, all of them at one bridge, which is in the namespace of this process. */
export const namespaceNetwork = async (): Promise<Network> => {
  await run('mount', ['-t', 'tmpfs', 'tmpfs', '/run']);
  await ip('link set lo up');
  await ip(`link add ${BRIDGE} type bridge`);
  await ip(`addr add ${NETWORK}.1/24 dev ${BRIDGE}`);
  await ip(`link set ${BRIDGE} up`);
  return new NamespaceNetwork();
};

/** How a host's own packets are lost: the address that it sends them to. */
interface Loss {
  readonly from: Host;
  readonly to: Host;
}

class NamespaceNetwork implements Network {
  readonly canCut = true;
  readonly own: Host = { address: `${NETWORK}.1`, prefix: [] };
  readonly #names = new Map<Host, string>();
  readonly #losses: Loss[] = [];

  async addHost(): Promise<Host> {
    const number = this.#names.size + 2;
    const name = `host${number}`;
    await ip(`netns add ${name}`);
    await ip(`link add ${name} type veth peer name ${DEVICE} netns ${name}`);
    await ip(`link set ${name} master ${BRIDGE} up`);
    await ip(`-n ${name} link set lo up`);
    await ip(`-n ${name} addr add ${NETWORK}.${number}/24 dev ${DEVICE}`);
    await ip(`-n ${name} link set ${DEVICE} up`);
    const host: Host = {
      address: `${NETWORK}.${number}`,
      prefix: ['nsenter', `--net=/run/netns/${name}`],
    };
    this.#names.set(host, name);
    return host;
  }

  async lose(from: Host, to: Host): Promise<void> {
    if (this.#losses.some((loss) => loss.from === from && loss.to === to)) return;
    this.#losses.push({ from, to });
    await this.#neighbour(from, `replace ${to.address} lladdr ${NOWHERE} nud permanent`);
  }

  async mend(): Promise<void> {
    await Promise.all(
      this.#losses.splice(0).map(({ from, to }) => this.#neighbour(from, `del ${to.address}`)),
    );
  }

  /** Changes which hardware address a host knows another one by. */
  #neighbour(host: Host, change: string): Promise<void> {
    const name = this.#names.get(host);
    return name === undefined
      ? ip(`neigh ${change} dev ${BRIDGE}`)
      : ip(`-n ${name} neigh ${change} dev ${DEVICE}`);
  }
}
