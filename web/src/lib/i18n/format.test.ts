import { describe, expect, it } from 'vitest';
import { nearestLanguage } from './catalogue';
import { format } from './format';
import { pseudo } from './pseudo';

describe('a message', () => {
  it('takes its variables and writes numbers as its language does', () => {
    expect(format('{n} von {all}', 'de', { n: 1234567, all: 'vielen' })).toBe(
      '1.234.567 von vielen',
    );
  });
  it('chooses the plural form of its language', () => {
    const message = { one: '{n} comment', other: '{n} comments' };
    expect(format(message, 'en', { n: 1 })).toBe('1 comment');
    expect(format(message, 'en', { n: 0 })).toBe('0 comments');
    expect(format({ other: '{n} 条' }, 'zh-Hans', { n: 1 })).toBe('1 条');
  });
  it('keeps a variable it was not given, so that the mistake shows', () => {
    expect(format('hello {name}', 'en')).toBe('hello {name}');
  });
});

describe('the language', () => {
  it('is the nearest one to what is wanted', () => {
    expect(nearestLanguage(['zh-TW', 'en'])).toBe('zh-Hans');
    expect(nearestLanguage(['de-AT'])).toBe('de');
    expect(nearestLanguage(['pt-BR', 'id'])).toBe('id');
    expect(nearestLanguage(['pt-BR'])).toBe('en');
  });
});

describe('the pseudo language', () => {
  it('turns words around and leaves variables alone', () => {
    expect(pseudo('Hi {name}')).toBe('\u202eHî\u202c {name}');
  });
});
