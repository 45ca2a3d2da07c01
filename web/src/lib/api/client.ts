// The only place that calls fetch: addresses, cookies, idempotency keys, problems, offline.
import type { paths } from './schema';
import { words } from '$lib/i18n/index.svelte';
import { ApiProblem, type ProblemBody } from './problem';
import { uuid7 } from './uuid7';

type Value = string | number | boolean;
type Values = Record<string, Value | string[] | null | undefined>;

export interface CallOptions {
  values?: Values;
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

/** A route with its values: what its braces name goes into the path, the rest is the query, lists once for each. */
export function address(route: string, values: Values = {}): string {
  const search = new URLSearchParams();
  let place = BASE + route;
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    if (Array.isArray(value)) for (const one of value) search.append(name, one);
    else if (route.includes(`{${name}}`))
      place = place.replace(`{${name}}`, encodeURIComponent(value));
    else search.set(name, String(value));
  }
  return place + (search.size ? `?${search}` : '');
}

function written(method: string, options: CallOptions): RequestInit {
  // What the server words itself (a market's rules) comes in the language of the page.
  const spoken = [words.spoken, ...navigator.languages].join(', ');
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': spoken,
    ...options.headers,
  };
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

const NOBODY = 'identity.sign_in_needed';
let stranger = (): void => undefined;

/** Run this whenever a call is refused because the server does not know who is here. */
export const onStranger = (run: () => void) => void (stranger = run);

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
    const url = address(route, options.values);
    response = await (begun(method, url) ?? fetch(url, written(method, options)));
  } catch (failure) {
    if (options.signal?.aborted) throw failure;
    throw new ApiProblem(0, { code: 'client.offline' });
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.code === NOBODY) stranger();
    throw problem;
  }
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

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** The routes of /api/v1 that know a method, as the server describes itself. */
type Route<M extends Method> = {
  [P in keyof paths]: P extends `/api/v1${infer R}`
    ? paths[P] extends Record<M, object>
      ? R
      : never
    : never;
}[keyof paths];
type Operation<R extends string, M extends Method> = `/api/v1${R}` extends keyof paths
  ? paths[`/api/v1${R}`][M]
  : never;
type PathOf<O> = O extends { parameters: { path: infer P } } ? P : unknown;
type QueryOf<O> = O extends { parameters: { query?: infer Q } }
  ? { [Name in keyof NonNullable<Q>]: NonNullable<Q>[Name] | null }
  : unknown;
type BodyOf<O> = O extends { requestBody?: infer Body }
  ? NonNullable<Body> extends { content: infer Content }
    ? Content[keyof Content]
    : undefined
  : undefined;
type Json<A> = A extends { content: { 'application/json': infer B } } ? B : undefined;
/** What a call answers when it goes well; undefined when it says nothing. */
export type Answer<R extends string, M extends Method = 'get'> =
  Operation<R, M> extends { responses: infer A }
    ? { [S in keyof A]: S extends 200 | 201 | 202 | 204 ? Json<A[S]> : never }[keyof A]
    : never;
type Rest<O> = [values?: PathOf<O> & QueryOf<O>, options?: CallOptions];
type Change<O> = [values?: PathOf<O> & QueryOf<O>, body?: BodyOf<O> | Blob, options?: CallOptions];

const changing =
  <M extends Method>(method: M) =>
  <R extends Route<M>>(route: R, ...[values, body, options]: Change<Operation<R, M>>) =>
    call<Answer<R, M>>(method.toUpperCase(), route, { ...options, values: values as Values, body });

export const api = {
  get: <R extends Route<'get'>>(route: R, ...[values, options]: Rest<Operation<R, 'get'>>) =>
    call<Answer<R>>('GET', route, { ...options, values: values as Values }),
  post: changing('post'),
  put: changing('put'),
  patch: changing('patch'),
  delete: changing('delete'),
};
