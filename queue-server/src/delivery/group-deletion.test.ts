import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupDeletion } from './group-deletion.js';

let events: string[];
let members: string[];
/** Ends the deletion in the engine. */
let endDeletion: (error?: Error) => void;
let deletion: GroupDeletion;

beforeEach(() => {
  events = [];
  members = [];
  deletion = new GroupDeletion({
    engine: {
      group: () => ({
        delete: () =>
          new Promise((resolve, reject) => {
            endDeletion = (error) => {
              events.push('deleted');
              if (error === undefined) resolve();
              else reject(error);
            };
          }),
      }),
    },
    members: () => members,
  });
});

const join = (name: string): Promise<void> =>
  deletion.duringJoin('files', 'g', async () => void events.push(`${name} joined`));

describe('the deletion of a group', () => {
  it('is refused while it has members, naming them', async () => {
    members = ['digest/printer/s'];
    await expect(deletion.delete('files', 'g')).rejects.toMatchObject({
      code: 'group_in_use',
      details: { members: ['printer/s'] },
    });
  });

  it('is refused for the group of a durable call, whose only member is the server', async () => {
    members = ['server'];
    await expect(deletion.delete('stock.calls', 'ship')).rejects.toThrow(
      'hands out the durable calls "ship". Take them out of the contract, then delete it.',
    );
  });

  it('is refused during a join', async () => {
    let end: () => void = () => undefined;
    const joining = deletion.duringJoin('files', 'g', () => new Promise<void>((resolve) => (end = resolve)));
    await expect(deletion.delete('files', 'g')).rejects.toMatchObject({ code: 'group_in_use' });
    end();
    await joining;
    const done = deletion.delete('files', 'g');
    endDeletion();
    await done;
  });

  it('delays joins of the group until its end, and none of other groups', async () => {
    const done = deletion.delete('files', 'g');
    const joined = join('a');
    await deletion.duringJoin('files', 'other', async () => void events.push('other joined'));
    endDeletion();
    await Promise.all([done, joined]);
    expect(events).toEqual(['other joined', 'deleted', 'a joined']);
  });

  it('that fails does not block joins, and may be repeated', async () => {
    const done = deletion.delete('files', 'g');
    const joined = join('a');
    endDeletion(new Error('the disk'));
    await expect(done).rejects.toThrow('the disk');
    await joined;
    const again = deletion.delete('files', 'g');
    endDeletion();
    await again;
    expect(events).toEqual(['deleted', 'a joined', 'deleted']);
  });
});
