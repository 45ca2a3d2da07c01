// The only place that calls fetch: addresses, cookies, idempotency keys, problems, offline.
import { ApiProblem, type ProblemBody } from './problem';
import { uuid7 } from './uuid7';

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface CallOptions {
  query?: Query;
  /** Sent as JSON, unless it is a Blob or a string with `content_type`. */
  body?: unknown;
  content_type?: string;
  signal?: AbortSignal;
  /** The call outlives the page: for the last watch samples. The body must stay under 64 KiB. */
  keepalive?: boolean;
  /** The key that makes a repeat harmless; made here when absent. Pass your own to retry by hand. */
  idempotency_key?: string;
  headers?: Record<string, string>;
}

const BASE = '/api/v1';
const READ_TRIES_MAX = 3;

/** `/a/{id}` with the values written in, safely. */
export function path(strings: TemplateStringsArray, ...values: (string | number)[]): string {
  return strings.reduce(
    (whole, part, index) => whole + encodeURIComponent(values[index - 1] ?? '') + part,
  );
}

function address(route: string, query?: Query): string {
  const pairs = Object.entries(query ?? {}).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  const search = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]));
  return BASE + route + (pairs.length ? `?${search}` : '');
}

function written(method: string, options: CallOptions): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
  let body: BodyInit | undefined;
  if (options.body instanceof Blob || (typeof options.body === 'string' && options.content_type)) {
    body = options.body;
    headers['content-type'] = options.content_type ?? (options.body as Blob).type;
  } else if (options.body !== undefined) {
    body = JSON.stringify(options.body);
    headers['content-type'] = 'application/json';
  }
  if (method !== 'GET') headers['idempotency-key'] = options.idempotency_key ?? uuid7();
  return { method, headers, body, signal: options.signal, keepalive: options.keepalive };
}

declare global {
  interface Window {
    /** The page's first question, asked by app.html while the scripts are still on their way. */
    nmFirst?: { url: string; answer: Promise<Response> };
  }
}

/** The answer to a question that the page has already asked; once. */
function begun(method: string, url: string): Promise<Response> | null {
  const first = window.nmFirst;
  if (method !== 'GET' || first?.url !== url) return null;
  delete window.nmFirst;
  return first.answer;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  let body: ProblemBody = {};
  try {
    body = (await response.json()) as ProblemBody;
  } catch {
    // A proxy answered in HTML: the status is all there is.
  }
  return new ApiProblem(response.status, body);
}

async function attempt(method: string, route: string, options: CallOptions): Promise<Response> {
  let response: Response;
  try {
    const url = address(route, options.query);
    response = await (begun(method, url) ?? fetch(url, written(method, options)));
  } catch (failure) {
    if (options.signal?.aborted) throw failure;
    throw new ApiProblem(0, { code: 'client.offline' });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function read<T>(response: Response): Promise<T> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return (text && isJson ? JSON.parse(text) : text || undefined) as T;
}

const pause = (wait_ms: number) => new Promise((resolve) => setTimeout(resolve, wait_ms));

/** One call. Reads are tried three times when the server is out of breath; a change is sent once per key. */
export async function call<T>(
  method: string,
  route: string,
  options: CallOptions = {},
): Promise<T> {
  const keyed = { ...options, idempotency_key: options.idempotency_key ?? uuid7() };
  for (let tried = 1; ; tried += 1) {
    try {
      return await read<T>(await attempt(method, route, keyed));
    } catch (failure) {
      const mayRepeat = failure instanceof ApiProblem && failure.status >= 502 && method === 'GET';
      if (!mayRepeat || tried >= READ_TRIES_MAX) throw failure;
      await pause(200 * 2 ** tried);
    }
  }
}

export const api = {
  get: <T>(route: string, query?: Query, options?: CallOptions) =>
    call<T>('GET', route, { ...options, query }),
  post: <T>(route: string, body?: unknown, options?: CallOptions) =>
    call<T>('POST', route, { ...options, body }),
  put: <T>(route: string, body?: unknown, options?: CallOptions) =>
    call<T>('PUT', route, { ...options, body }),
  patch: <T>(route: string, body?: unknown, options?: CallOptions) =>
    call<T>('PATCH', route, { ...options, body }),
  delete: <T>(route: string, body?: unknown, options?: CallOptions) =>
    call<T>('DELETE', route, { ...options, body }),
};
