// Resumable uploads (tus 1.0): what is sent survives a lost network and a reload.
import { Upload } from 'tus-js-client';

const ENDPOINT = '/api/v1/uploads';
const CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_DELAYS_MS = [0, 500, 1500, 4000, 10_000, 20_000];

export interface Sending {
  /** Stop for now; what arrived stays. */
  pause: () => void;
  resume: () => void;
}

export interface SendingNews {
  onprogress: (sent_bytes: number, total_bytes: number) => void;
  onknown: (upload_id: string) => void;
  ondone: (upload_id: string) => void;
  onfail: (words: string) => void;
}

const idOf = (url: string | null) => url?.replace(/\/$/, '').split('/').pop() ?? '';

/** Send a file, going on where an earlier try of the same file stopped. */
export async function send(file: File, news: SendingNews): Promise<Sending> {
  const upload: Upload = new Upload(file, {
    endpoint: ENDPOINT,
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    removeFingerprintOnSuccess: true,
    metadata: { filename: file.name, filetype: file.type },
    onUploadUrlAvailable: () => news.onknown(idOf(upload.url)),
    onProgress: news.onprogress,
    onSuccess: () => news.ondone(idOf(upload.url)),
    onError: (failure) => {
      const response = 'originalResponse' in failure ? failure.originalResponse : null;
      news.onfail(detailOf(response?.getBody()) ?? failure.message);
    },
  });
  const [earlier] = await upload.findPreviousUploads();
  if (earlier) upload.resumeFromPreviousUpload(earlier);
  upload.start();
  return { pause: () => void upload.abort(), resume: () => upload.start() };
}

function detailOf(body: string | undefined): string | undefined {
  try {
    return (JSON.parse(body ?? '') as { detail?: string }).detail;
  } catch {
    return undefined;
  }
}
