// A stand-in for the server while it is being built: a few films of a folder, told as the contract says.
import { createReadStream, readdirSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import type { Plugin } from 'vite';

const LINES = [
  'The bees are back on the lavender #garden #slow',
  'First coffee of the day, made the long way round. What do you drink before seven? #coffee #morning @mira',
  'Dog discovers the sea #dogs',
  'Donaudampfschifffahrtsgesellschaftskapitänsmützenständer, handgemacht aus Eichenholz #handwerk',
  '夜市の屋台で一番おいしいたこ焼きを見つけた #大阪 #夜市',
  '凌晨两点的夜市,人还是很多 #夜市 #美食',
  'Sambal matah dalam lima belas menit, tanpa blender. Simpan dulu, masak nanti! #resep #sambal',
];
const NAMES = [
  'Mira Okafor',
  'Jun Takeda',
  'Lotte Brandt',
  'Putri Ayu',
  '陈小雨',
  'A very long display name that goes on',
];
const PLACEHOLDERS = ['3a2418', '18302c', '241a3c', '3c1a24', '1c2a44'];

const profile = (index: number) => ({
  account_id: `a${index % NAMES.length}`,
  handle: ['mira', 'jun', 'lotte', 'putri', 'xiaoyu', 'longest_handle_there_may_be_24'][
    index % NAMES.length
  ],
  name: NAMES[index % NAMES.length],
  avatar_url: null,
  is_private: false,
  is_verified: index % 3 === 0,
  you_follow: 'no',
  follows_you: index % 4 === 0,
});

function video(films: string[], index: number) {
  const film = films[index % films.length]!;
  const caption = LINES[index % LINES.length]!;
  const bytes = statSync(film).size;
  const tone = PLACEHOLDERS[index % PLACEHOLDERS.length];
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 16'><rect width='9' height='16' fill='#${tone}'/></svg>`;
  return {
    video_id: `v${index}`,
    state: 'live',
    creator: profile(index),
    caption,
    hashtags: [...caption.matchAll(/#([\p{L}\p{N}_]+)/gu)].map((match) => match[1]),
    mentions: caption.includes('@mira') ? [{ handle: 'mira', account_id: 'a0' }] : [],
    language: 'en',
    duration_ms: 10_000,
    width: 720,
    height: 1280,
    rotation: 0,
    poster_url: null,
    placeholder: `data:image/svg+xml,${encodeURIComponent(svg)}`,
    storyboard: null,
    renditions: [
      {
        name: '720',
        url: `/media/v${index}/${basename(film)}`,
        width: 720,
        height: 1280,
        bitrate_bps: (bytes * 8) / 10,
        bytes,
        codecs: 'avc1',
      },
    ],
    hls_url: null,
    captions: [],
    sound: {
      sound_id: `s${index % 3}`,
      title: 'Original sound',
      by: profile(index),
      duration_ms: 10_000,
      audio_url: '',
      uses_count: 12 + index,
      cover_url: null,
      original_video_id: `v${index}`,
    },
    audience: 'everyone',
    allow_comments: 'everyone',
    ai_label: index % 5 === 4 ? 'creator' : 'none',
    ad_label: index % 7 === 3,
    alt_text: 'A short film',
    content_level: index % 9 === 8 ? 'mature' : 'general',
    can_download: index % 2 === 0,
    is_pinned: index === 0,
    published_at: '2026-11-20T10:00:00Z',
    scheduled_at: null,
    counts: {
      views: 12_345 * (index + 1),
      likes: 1_234 + index * 777,
      comments: index * 3,
      shares: 55,
      saves: 321,
    },
    you: { liked: false, saved: false, reposted: false, following: false, is_owner: false },
    deep_link: `/@${profile(index).handle}/video/v${index}`,
  };
}

function comment(index: number, parent: string | null) {
  return {
    comment_id: `c${parent ?? ''}${index}`,
    parent_id: parent,
    author: profile(index),
    text: LINES[index % LINES.length],
    mentions: [],
    created_at: '2026-11-21T10:00:00Z',
    edited_at: null,
    likes_count: index * 3,
    replies_count: parent ? 0 : index % 3,
    is_pinned: !parent && index === 0,
    liked_by_creator: index === 1,
    you: { liked: false, is_owner: index === 2, may_delete: index === 2, may_pin: false },
  };
}

type Answer = (films: string[], match: RegExpMatchArray, url: URL) => unknown;
const range = <T>(start: number, count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, step) => make(start + step));
const grid: Answer = (films, _match, url) => {
  const start = Number(url.searchParams.get('cursor') ?? 0);
  return {
    items: range(start, 24, (index) => video(films, index)),
    next_cursor: start < 72 ? String(start + 24) : null,
  };
};
const person: Answer = (_films, match) => {
  const index = range(0, NAMES.length, profile).findIndex(({ handle }) => handle === match[1]);
  return {
    ...profile(Math.max(0, index)),
    bio: 'Makes small films about big markets.',
    links: ['https://example.org'],
    counts: { followers: 15_300, following: 88, likes: 1_200_300, videos: 42 },
    you_block: false,
    you_mute: false,
  };
};

const ROUTES: [RegExp, Answer][] = [
  [
    /^\/session$/,
    () => ({
      account: null,
      guest: { guest_id: 'g' },
      market: 'de',
      language: 'en',
      is_personalised: true,
    }),
  ],
  [
    /^\/meta$/,
    () => ({
      name: 'Nightmarket',
      version: '0',
      markets: [],
      policies: [
        { code: 'spam', title: 'Spam', illegal_route: false },
        { code: 'illegal', title: 'Illegal content', illegal_route: true },
      ],
      upload: { max_bytes: 2e9, max_duration_ms: 6e5, chunk_bytes: 8e6 },
      mail_folder_shown: true,
    }),
  ],
  [
    /^\/feed$/,
    (films, _match, url) => {
      const start = Number(url.searchParams.get('cursor') ?? 0);
      const items =
        url.searchParams.get('tab') === 'friends'
          ? []
          : range(start, Number(url.searchParams.get('limit') ?? 8), (index) => ({
              impression_id: `i${index}`,
              position: index,
              video: video(films, index),
              reason: { code: 'popular', words: 'Popular near you' },
              is_exploration: index % 6 === 5,
            }));
      return {
        items,
        next_cursor: items.length ? String(start + items.length) : null,
        is_personalised: true,
        why_not_personalised: null,
        request_id: 'r',
      };
    },
  ],
  [
    /^\/feed\/why\//,
    () => ({
      reasons: [
        { code: 'a', words: 'You watched videos about coffee to the end', weight: 0.6 },
        { code: 'b', words: 'Popular in your market', weight: 0.4 },
      ],
      source: 'popular',
      stage_report: [{ component: 'Seen', count_in: 400, count_out: 322, ms: 2 }],
      held_back: [],
      is_exploration: false,
      scorer_version: 'starter-1',
    }),
  ],
  [/^\/explore$/, grid],
  [/^\/me\/(likes|saves)$/, grid],
  [/^\/profiles\/([^/]+)\/videos$/, grid],
  [/^\/profiles\/([^/]+)\/playlists$/, () => ({ items: [], next_cursor: null })],
  [/^\/profiles\/([^/]+)$/, person],
  [/^\/videos\/v(\d+)$/, (films, match) => video(films, Number(match[1]))],
  [
    /^\/videos\/\w+\/comments$/,
    () => ({ items: range(0, 12, (index) => comment(index, null)), next_cursor: null }),
  ],
  [
    /^\/comments\/(\w+)\/replies$/,
    (_films, match) => ({
      items: range(0, 2, (index) => comment(index, match[1]!)),
      next_cursor: null,
    }),
  ],
  [/^\/sounds\/([^/]+)\/videos$/, grid],
  [/^\/sounds\/(\w+)$/, (films) => video(films, 0).sound],
  [/^\/hashtags\/([^/]+)\/videos$/, grid],
  [
    /^\/hashtags\/([^/]+)$/,
    (_films, match) => ({
      tag: decodeURIComponent(match[1]!),
      videos_count: 1_234,
      views: 5_600_000,
    }),
  ],
  [/^\/collections$/, () => ({ items: [], next_cursor: null })],
  [/^\/search\/suggestions$/, () => ({ items: [{ text: 'mira', kind: 'person' }] })],
];

function sendFilm(request: IncomingMessage, response: ServerResponse, film: string) {
  const size = statSync(film).size;
  const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
  const end = to ? Number(to) : size - 1;
  response.writeHead(request.headers.range ? 206 : 200, {
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    'content-length': end - Number(from) + 1,
    'content-range': `bytes ${from}-${end}/${size}`,
    'cache-control': 'public, max-age=31536000, immutable',
    etag: '"mock"',
  });
  createReadStream(film, { start: Number(from), end }).pipe(response);
}

function handle(films: string[]) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const film =
      url.pathname.startsWith('/media/') &&
      films.find((path) => basename(path) === basename(url.pathname));
    if (film) return sendFilm(request, response, film);
    if (!url.pathname.startsWith('/api/v1')) return next();
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.method !== 'GET') return json(200, {});
    for (const [pattern, answer] of ROUTES) {
      const match = url.pathname.slice('/api/v1'.length).match(pattern);
      if (match) return json(200, answer(films, match, url));
    }
    json(404, { code: 'http.404', status: 404 });
  };
}

/** Vite plugin: answers /api/v1 and /media from the films in a folder. */
export function mockServer(folder: string): Plugin {
  const films = readdirSync(folder)
    .filter((name) => name.endsWith('.mp4'))
    .map((name) => join(folder, name));
  return {
    name: 'nightmarket-mock',
    configureServer: (server) => void server.middlewares.use(handle(films)),
    configurePreviewServer: (server) => void server.middlewares.use(handle(films)),
  };
}
