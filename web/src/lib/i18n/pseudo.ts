// A right-to-left language made from English: accents, a third longer, every word turned around.
import type { Messages, Plural } from './format';

const ACCENTS: Record<string, string> = {
  a: 'á',
  c: 'ç',
  e: 'é',
  g: 'ĝ',
  i: 'î',
  n: 'ñ',
  o: 'ö',
  s: 'š',
  u: 'û',
  y: 'ý',
  A: 'Å',
  E: 'Ë',
  I: 'Ï',
  O: 'Ø',
  S: 'Š',
  U: 'Ü',
};
const TURN = '\u202e';
const TURN_END = '\u202c';

/** One message: variables stay as they are, everything between them is accented and shown right to left. */
export function pseudo(message: string): string {
  return message
    .split(/(\{\w+\})/)
    .map((part) => {
      if (!part || part.startsWith('{')) return part;
      return part.replace(/[\p{L}\p{N}']+/gu, (word) => {
        const accented = [...word].map((letter) => ACCENTS[letter] ?? letter).join('');
        return TURN + accented + (word.length > 3 ? '~' : '') + TURN_END;
      });
    })
    .join('');
}

/** A whole message file in the pseudo language. */
export function pseudoMessages(messages: Messages): Messages {
  return Object.fromEntries(
    Object.entries(messages).map(([key, message]) => [
      key,
      typeof message === 'string'
        ? pseudo(message)
        : (Object.fromEntries(
            Object.entries(message).map(([form, text]) => [form, pseudo(text)]),
          ) as Plural),
    ]),
  );
}
