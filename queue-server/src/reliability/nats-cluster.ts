import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { LOOPBACK, type Host } from './host.js';
import { NatsProcess } from './nats-process.js';

const POLL_MS = 50;

interface Node {
  readonly process: NatsProcess;
  readonly monitor: number;
}

/** Several nats-servers that are one cluster. */
export class NatsCluster {
  readonly #nodes: readonly Node[];

  private constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
  }

  /** Resolves when they have elected a leader, and JetStream works. */
  static async start(hosts: readonly Host[] = [LOOPBACK, LOOPBACK, LOOPBACK]): Promise<NatsCluster> {
    const routes = await Promise.all(
      hosts.map(async ({ address }) => `nats://${address}:${await freePort()}`),
    );
    const nodes = await Promise.all(
      hosts.map(async (host, number) => {
        const [port, monitor] = [await freePort(), await freePort()];
        const dir = await mkdtemp(join(tmpdir(), 'store-'));
        const args = ['--server_name', `n${number}`, '--http_port', `${monitor}`];
        const cluster = [
          '--cluster_name',
          'c',
          '--cluster',
          routes[number] ?? '',
          '--routes',
          routes.join(','),
        ];
        return { process: new NatsProcess({ host, port, dir, args: [...args, ...cluster] }), monitor };
      }),
    );
    const cluster = new NatsCluster(nodes);
    await Promise.all(nodes.map(({ process }) => process.restart()));
    await cluster.healthy();
    return cluster;
  }

  get size(): number {
    return this.#nodes.length;
  }

  get url(): string {
    return this.#nodes.map(({ process }) => process.url).join(',');
  }

  node(number: number): NatsProcess {
    return this.#at(number).process;
  }

  async restart(number: number): Promise<void> {
    await this.#at(number).process.restart();
  }

  /** Resolves when a node, or each of them, says that JetStream works, and that what it has is current. */
  async healthy(number?: number): Promise<void> {
    for (const node of number === undefined ? this.#nodes : [this.#at(number)]) {
      while (!(await isHealthy(node))) await setTimeout(POLL_MS);
    }
  }

  /** Kills all, and removes their data. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map(({ process }) => process.stop()));
  }

  #at(number: number): Node {
    const node = this.#nodes[number];
    if (node === undefined) throw new Error(`there is no node ${number}`);
    return node;
  }
}

const isHealthy = ({ process, monitor }: Node): Promise<boolean> =>
  fetch(`http://${process.host.address}:${monitor}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
