/** Checks of the settings of `http`, where any is set: whether it would start, who may call, and the issuer's keys. */
import { type Config, type Environment, variablesSet } from '../config.ts';
import { ConfigError } from '../errors.ts';
import { openTokens } from '../http-server/authorization.ts';
import { HTTP_SETTINGS, type HttpSettings, isSafe, parseHttpSettings } from '../http-server/settings.ts';
import { type Check, failed, notTried, ok, warning } from './check.ts';

const SETTINGS = 'http settings';
const CALLERS = 'http callers';
const ISSUER = 'http issuer';

/** Gives no check where nothing of `http` is set. Only the last one sends anything, and only with an issuer. */
export async function checkHttp(env: Environment, config: Config): Promise<readonly Check[]> {
  const set = variablesSet(env, HTTP_SETTINGS);
  if (set.length === 0) return [];
  let settings: HttpSettings;
  try {
    settings = parseHttpSettings(env);
  } catch (error) {
    const fix = 'correct or unset what is named';
    return [failed(SETTINGS, wordsOf(error), fix), ...notTried([CALLERS], 'the settings cannot be used')];
  }
  const { url, oauth } = settings;
  return [
    isSafe(url)
      ? ok(SETTINGS, `set: ${set.join(', ')}`)
      : warning(
          SETTINGS,
          'TCSS_HTTP_URL is http, so tokens travel in clear text',
          'let TLS end in front of it',
        ),
    checkCallers(settings),
    ...(oauth === undefined ? [] : [await checkIssuer(oauth.issuer, config)]),
  ];
}

function checkCallers(settings: HttpSettings): Check {
  try {
    const tokens = openTokens(settings, () => undefined)?.count();
    if (tokens !== undefined) return ok(CALLERS, `${tokens} ${tokens === 1 ? 'token' : 'tokens'}`);
  } catch (error) {
    return failed(CALLERS, wordsOf(error), 'correct the tokens');
  }
  if (settings.oauth !== undefined) return ok(CALLERS, 'those whom the issuer vouches for');
  return warning(
    CALLERS,
    'anybody who can reach it may call',
    'set TCSS_HTTP_TOKENS_FILE or TCSS_HTTP_ISSUER',
  );
}

async function checkIssuer(issuer: string, config: Config): Promise<Check> {
  const { countKeys } = await import('../http-server/jwt.ts');
  const keys = await countKeys(issuer, config);
  if (typeof keys === 'number') return ok(ISSUER, `its metadata and ${keys} keys can be read`);
  return failed(
    ISSUER,
    `its keys cannot be read: ${keys}`,
    'check TCSS_HTTP_ISSUER, the network and the proxy',
  );
}

/** @throws any error other than a ConfigError. */
function wordsOf(error: unknown): string {
  if (!(error instanceof ConfigError)) throw error;
  return error.message;
}
