import { beforeEach, describe, expect, it } from '@jest/globals';
import { Rooms } from './rooms.js';

let said: string[];
let socket: { disconnected: boolean; join: (room: string | string[]) => void; leave: (room: string) => void };
let rooms: Rooms;

beforeEach(() => {
  said = [];
  socket = {
    disconnected: false,
    join: (room) => void said.push(`join ${String(room)}`),
    leave: (room) => void said.push(`leave ${room}`),
  };
  rooms = new Rooms(socket);
});

describe('the rooms of a connection', () => {
  it('are left when every subscription that entered has left', () => {
    rooms.enter('files');
    rooms.enter('files');
    rooms.enter('database');
    rooms.leave('files');
    expect(said).toEqual(['join files', 'join database']);
    rooms.leave('files');
    rooms.leave('files');
    rooms.enter('files');
    expect(said.slice(2)).toEqual(['leave files', 'join files']);
  });

  it('are left while it is suspended, and joined again when it resumes', () => {
    rooms.enter('files');
    rooms.suspend();
    rooms.enter('database');
    rooms.enter('files/g');
    rooms.leave('files/g');
    expect(said.splice(0)).toEqual(['join files', 'leave files', 'leave files/g']);
    rooms.resume();
    expect(said).toEqual(['join files', 'join database']);
  });

  it('are not joined by a closed connection', () => {
    socket.disconnected = true;
    rooms.enter('files');
    expect(said).toEqual([]);
  });
});
