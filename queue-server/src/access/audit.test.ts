import { beforeEach, describe, expect, it } from '@jest/globals';
import { Audit, type AuditEntry } from './audit.js';

const purge: AuditEntry = {
  client: 'operator',
  address: '10.0.0.1',
  verb: 'queue:purge',
  object: 'files',
  outcome: 'ok',
};
const refusal: AuditEntry = { address: '10.0.0.1', verb: 'connect', outcome: 'unauthorized' };

let lines: [level: string, fields: Readonly<Record<string, unknown>>, text: string][];
let audit: Audit;

beforeEach(() => {
  lines = [];
  audit = new Audit({
    log: (...line) => lines.push(line),
    after: () => () => undefined,
  });
});

describe('the audit', () => {
  it('has a line at info for each action: who, what, of what, how it ended', () => {
    audit.action(purge);
    audit.action({ ...purge, verb: 'group:delete', object: 'files/logger', outcome: 'group_in_use' });
    expect(lines).toEqual([
      ['info', purge, 'audit: queue:purge files: ok'],
      ['info', expect.anything(), 'audit: group:delete files/logger: group_in_use'],
    ]);
  });

  it('has a line at warn for a refusal, and a count for those like it', () => {
    for (let n = 0; n < 50; n++) audit.refusal(refusal);
    audit.close();
    expect(lines).toEqual([
      ['warn', refusal, 'audit: connect: unauthorized'],
      ['warn', { ...refusal, more: 49 }, 'audit: connect: unauthorized, 49 more'],
    ]);
  });

  it('has ten lines for the same action, then a count', () => {
    for (let n = 0; n < 50; n++) audit.action(purge);
    audit.close();
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toEqual(['info', { ...purge, more: 40 }, 'audit: queue:purge files: ok, 40 more']);
  });

  it('logs actions while it is flooded with refusals', () => {
    for (let n = 0; n < 1_000; n++) audit.refusal({ ...refusal, object: `http://${n}.example` });
    audit.action(purge);
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)?.[2]).toBe('audit: queue:purge files: ok');
    audit.close();
    expect(lines.at(-1)).toEqual([
      'warn',
      { more: 900, owner: '10.0.0.1' },
      'audit: 900 others of 10.0.0.1, of too many kinds to list',
    ]);
  });

  const texts = (): string[] => lines.map(([, , text]) => text);

  it.each(['key:tailer', 'key:operator'])(
    'logs what an operator did while %s was refused 1,000 actions',
    (principal) => {
      for (let n = 0; n < 1_000; n++) {
        const object = `files/${n}`;
        audit.action({ ...purge, principal, verb: 'group:delete', object, outcome: 'forbidden' });
      }
      audit.action({ ...purge, principal: 'key:operator' });
      expect(texts().at(-1)).toBe('audit: queue:purge files: ok');
    },
  );

  it('logs what a key was refused while strangers are refused', () => {
    for (let n = 0; n < 1_000; n++) audit.refusal({ ...refusal, client: `name ${n}` });
    audit.refusal({ ...refusal, principal: 'key:evil', verb: 'tail', object: 'files', outcome: 'forbidden' });
    expect(texts().at(-1)).toBe('audit: tail files: forbidden');
  });

  it('logs what one key or address was refused while another is refused', () => {
    for (const address of ['10.0.0.1', '10.0.0.2']) {
      for (let n = 0; n < 200; n++) audit.refusal({ ...refusal, address, client: `name ${n}` });
      expect(lines.at(-1)?.[1].address).toBe(address);
    }
    for (const principal of ['key:a', 'key:b']) {
      for (let n = 0; n < 200; n++) audit.refusal({ ...refusal, principal, verb: 'tail', object: `q${n}` });
      expect(lines.at(-1)?.[1].principal).toBe(principal);
    }
  });

  it('has a bounded number of lines for strangers of many addresses', () => {
    for (let n = 0; n < 5_000; n++) audit.refusal({ ...refusal, address: `10.0.${n >> 8}.${n & 255}` });
    expect(lines).toHaveLength(1_100);
  });

  it('shows what came from outside cut, and without characters that act on a terminal', () => {
    audit.refusal({ ...refusal, object: `\u001b[2J\u202e${'x'.repeat(10_000)}` });
    const [[, fields, text] = []] = lines;
    expect(fields?.object).toMatch(/^\\u001b\[2J\\u202ex+$/);
    expect(text?.length).toBeLessThan(300);
  });
});
