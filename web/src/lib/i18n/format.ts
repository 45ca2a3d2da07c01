// Fills a message with its variables; chooses the plural form by `n`. Pure.

export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Messages = Record<string, string | Plural>;
export type Variables = Record<string, string | number>;

/** The finished words. Numbers are written as the language writes them; unknown variables stay visible. */
export function format(
  message: string | Plural,
  language: string,
  variables: Variables = {},
): string {
  const text =
    typeof message === 'string'
      ? message
      : (message[pluralRules(language).select(Number(variables.n))] ?? message.other);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = variables[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(language).format(value) : value;
  });
}

const rules = new Map<string, Intl.PluralRules>();
const numbers = new Map<string, Intl.NumberFormat>();

function pluralRules(language: string): Intl.PluralRules {
  const found = rules.get(language) ?? new Intl.PluralRules(plain(language));
  rules.set(language, found);
  return found;
}

function number(language: string): Intl.NumberFormat {
  const found = numbers.get(language) ?? new Intl.NumberFormat(plain(language));
  numbers.set(language, found);
  return found;
}

/** The language whose number, date and plural rules are used: the pseudo one borrows English. */
export function plain(language: string): string {
  return language === 'ar-XB' ? 'en' : language;
}
