import { expect, it } from 'vitest';
import { piecesOf } from './mail-text';

const HOME = 'http://localhost:8000';

it('makes a link of what leads into this market, and keeps every letter', () => {
  const text = `Hello,\n\n${HOME}/reset?token=a-b\n\nBye`;
  const pieces = piecesOf(text, HOME);
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  expect(pieces.map((piece) => piece.href)).toEqual([null, '/reset?token=a-b', null]);
});

it.each([
  'https://evil.example/reset?token=x',
  'http://localhost:8001/reset',
  'http://localhost:8000@evil.example/',
  'http://mia:secret@localhost:8000/',
  'http://localhost:8000//evil.example/',
  'http://localhost:8000.evil.example/',
  'javascript:alert(1)',
  'http://[broken',
  '<a href="/x">x</a><script>alert(1)</script>',
])('leaves %s as words', (text) => {
  expect(piecesOf(text, HOME)).toEqual([{ text, href: null }]);
});

it('has nothing to say of nothing', () => {
  expect(piecesOf('', HOME)).toEqual([]);
});
