import { expect, test } from 'vitest';
import { nextOf } from './enter';

const SIGN_IN = 'http://localhost:8000/signin?next=';

test('goes on to a path of this site', () => {
  expect(nextOf(new URL(SIGN_IN + encodeURIComponent('/@mia/video/1?t=2#c')))).toBe(
    '/@mia/video/1?t=2#c',
  );
  expect(nextOf(new URL('http://localhost:8000/signin'))).toBe('/');
});

test.each([
  '//evil.example',
  '/\\\\evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '\n//evil.example',
  '',
])('never to another site: %j', (next) => {
  expect(nextOf(new URL(SIGN_IN + encodeURIComponent(next)))).toMatch(/^\/(?!\/)/);
  expect(nextOf(new URL(SIGN_IN + encodeURIComponent(next)))).not.toContain('evil');
});
