import { request } from 'undici';
import { DEMO_CREDENTIALS, type DemoCredentials } from '../../src/demo/data-set.ts';
import type { Simulator } from '../../src/demo/simulator.ts';
import { sign } from '../../src/tc3/sign.ts';

export const RISKS = 'DescribeAssetImageRegistryRiskInfoList';
export const VULS = 'DescribeAssetImageRegistryVulList';
export const VIRUSES = 'DescribeAssetImageRegistryVirusList';
export const IMAGES = 'DescribeAssetImageRegistryList';
export const DETAIL = 'DescribeAssetImageRegistryDetail';

export interface PostOptions {
  credentials?: DemoCredentials;
  timestampSeconds?: number;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Answer {
  RequestId: string;
  Error?: { Code: string; Message: string };
  TotalCount?: number;
  List?: Record<string, unknown>[];
  [field: string]: unknown;
}

/** The headers of one signed request; `body` is what is sent. */
export function signedHeaders(url: string, action: string, body: string, options: PostOptions = {}) {
  const { credentials = DEMO_CREDENTIALS, timestampSeconds = Math.floor(Date.now() / 1000) } = options;
  const headers = { 'content-type': 'application/json', host: new URL(url).host, 'x-tc-action': action };
  const authorization = sign({ method: 'POST', headers, body }, credentials, {
    service: 'tcss',
    timestampSeconds,
    signedHeaders: ['content-type', 'host', 'x-tc-action'],
  });
  return {
    ...headers,
    authorization,
    'x-tc-version': '2020-11-01',
    'x-tc-timestamp': String(timestampSeconds),
    ...(credentials.token === undefined ? {} : { 'x-tc-token': credentials.token }),
    ...options.headers,
  };
}

/** Sends one signed request over real HTTP and gives status, headers and text. */
export async function post(
  simulator: Simulator,
  action: string,
  body: object | string,
  options: PostOptions = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await request(simulator.url, {
    method: 'POST',
    headers: signedHeaders(simulator.url, action, text, options),
    body: text,
    signal: options.signal ?? null,
  });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

/** The `Response` object of one signed request. */
export async function ask(
  simulator: Simulator,
  action: string,
  body: object | string,
  options: PostOptions = {},
): Promise<Answer> {
  const { text } = await post(simulator, action, body, options);
  return (JSON.parse(text) as { Response: Answer }).Response;
}
