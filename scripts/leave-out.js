/** What the bundle does without, of the packages that it is made of. */

/** The SDK's server imports ajv for elicitation, which this server never does. */
const AJV_PROVIDER = 'export class AjvJsonSchemaValidator {}';

/** JSON Schemas are published from zod 3, and never by the SDK or by the zod 4 beneath it. */
const JSON_SCHEMA = 'module.exports = { createStandardJSONSchemaMethod: () => undefined };';

/** Who only hands them on to callers that are not in the bundle. */
const PUBLISHES_NOTHING = /[\\/]zod[\\/]v4[\\/]classic[\\/]schemas\.js$|[\\/]zod-json-schema-compat\.js$/;

/**
 * Half of undici are caches, mocks, WebSockets, and proxies, which src/http does by itself. `request` is given
 * to every dispatcher as undici's own index does it.
 */
const UNDICI = `
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import buildConnector from 'undici/lib/core/connect.js';
import request from 'undici/lib/api/api-request.js';
Dispatcher.prototype.request = request;
export { Agent, buildConnector };
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
