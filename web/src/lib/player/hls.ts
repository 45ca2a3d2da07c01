// Whether this browser plays a playlist by itself: Safari, and Chromium since 142. No library is fetched for it.

const PLAYLIST = 'application/vnd.apple.mpegurl';
let plays: boolean | null = null;

/** Asked once. */
export function playsHls(): boolean {
  plays ??= document.createElement('video').canPlayType(PLAYLIST) !== '';
  return plays;
}
