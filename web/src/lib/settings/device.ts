// What a device calls itself, as people call it.

/** Which program and system, by the first word of its name for itself that fits: some carry the names of others. */
const PROGRAMS = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|Chromium|HeadlessChrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
] as const;
const SYSTEMS = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
] as const;

/** A short name for a `User-Agent`: "Firefox · Windows"; what no browser sends stays as it is. */
export function deviceName(user_agent: string): string {
  const named = [PROGRAMS, SYSTEMS].flatMap((known) => {
    const found = known.find(([sign]) => sign.test(user_agent));
    return found ? [found[1]] : [];
  });
  return named.join(' · ') || user_agent;
}
