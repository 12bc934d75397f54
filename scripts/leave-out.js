/** What the bundle does without, of the packages that it is made of. */

/** The SDK's server imports ajv for elicitation, which this server never does. */
const AJV_PROVIDER = 'export class AjvJsonSchemaValidator {}';

/** JSON Schemas are published from zod 3, and never by the SDK or by the zod 4 beneath it. */
const JSON_SCHEMA = 'module.exports = { createStandardJSONSchemaMethod: () => undefined };';

/** Who only hands them on to callers that are not in the bundle. */
const PUBLISHES_NOTHING = /[\\/]zod[\\/]v4[\\/]classic[\\/]schemas\.js$|[\\/]zod-json-schema-compat\.js$/;

/**
 * Of undici what src/http uses, under the names and signatures of undici's index, which loads caches, mocks, fetch
 * and WebSockets besides. With it the first answer after a spawn comes 14 to 19 % earlier (313 kB in place of 537).
 * The index gives `request` and `connect` to every dispatcher; here a function and a Pool have them.
 */
const UNDICI = `
import callRequest from 'undici/lib/api/api-request.js';
import callConnect from 'undici/lib/api/api-connect.js';
import BarePool from 'undici/lib/dispatcher/pool.js';
export { default as buildConnector } from 'undici/lib/core/connect.js';
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
export class Pool extends BarePool {
  connect(...args) {
    return callConnect.apply(this, args);
  }
}
export function request({ origin, pathname, search }, { dispatcher, ...options }) {
  return callRequest.call(dispatcher, { origin, path: pathname + search, ...options });
}
`;

/** @type {import('esbuild').Plugin} */
export const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    /**
     * @param {string} path
     * @param {string} contents
     */
    const stub = (path, contents) => ({ path, namespace: 'stub', pluginData: contents });
    onResolve({ filter: /validation\/ajv-provider\.js$/ }, () => stub('ajv-provider', AJV_PROVIDER));
    onResolve({ filter: /^zod-to-json-schema$|[-/]json-schema(?:-processors)?\.js$/ }, ({ importer }) =>
      PUBLISHES_NOTHING.test(importer) ? stub('json-schema', JSON_SCHEMA) : undefined,
    );
    onResolve({ filter: /^undici$/ }, () => stub('undici', UNDICI));
    onLoad({ filter: /.*/, namespace: 'stub' }, ({ pluginData }) => ({
      contents: pluginData,
      resolveDir: process.cwd(),
    }));
  },
};
