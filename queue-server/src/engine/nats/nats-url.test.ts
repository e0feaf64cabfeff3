import { describe, expect, it } from '@jest/globals';
import { isNatsUrl, placesOf, shownNatsUrl } from './nats-url.js';

describe('a URL of a NATS', () => {
  it.each([
    'nats://127.0.0.1',
    'nats://127.0.0.1:4222',
    'tls://nats.example:4222/',
    'nats://a:4222,b:4222,c',
    'nats://a:4222,nats://b:4222',
    'nats://user:word@a,user:word@b',
    'nats://[::1]:4222',
  ])('is %s', (url) => {
    expect(isNatsUrl(url)).toBe(true);
  });

  it.each([
    'nats',
    'nats://',
    'redis://a',
    'nats://a,tls://b',
    'nats://a/queue',
    'nats://a?x=1',
    'nats://user:5%off@a',
    'nats://one:x@a,two:y@b',
    'a:4222',
  ])('is not %s', (url) => {
    expect(isNatsUrl(url)).toBe(false);
  });

  it('names the servers of a cluster', () => {
    expect(placesOf('tls://a:4222,b:4333')).toEqual({
      servers: ['a:4222', 'b:4333'],
      byTls: true,
      credentials: {},
    });
  });

  it('has a user and a password, or a token', () => {
    expect(placesOf('nats://me:a%40b@a,b').credentials).toEqual({ user: 'me', pass: 'a@b' });
    expect(placesOf('nats://s3cret@a').credentials).toEqual({ token: 's3cret' });
  });

  it('is shown without its secrets', () => {
    expect(shownNatsUrl('nats://me:secret@a:4222,b')).toBe('nats://a:4222,b');
    expect(shownNatsUrl('tls://secret@a')).toBe('tls://a');
  });
});
