/**
 * The API's error codes as data: what each is about, whether the same read can help later, and the
 * one thing to do. Codes are `Family` or `Family.Detail`; exact match first, then the family.
 * @see https://www.tencentcloud.com/document/product/1163/53161 (codes of the action) and the common codes
 */
import type { Credentials } from '../credentials/credentials.ts';
import { ApiError, type ErrorCategory, MAX_ATTEMPTS } from '../errors.ts';

interface CodeFacts {
  readonly category: ErrorCategory;
  /** How often the same read may be made in all: 1 is no repetition. Advice of the error list (inferred). */
  readonly attempts: number;
  /** `{action}` stands for the name of the Action. */
  readonly advice: string;
}

const NO = 1;
const ONCE = 2;
const YES = MAX_ATTEMPTS;

const facts = (category: ErrorCategory, attempts: number, advice: string): CodeFacts => ({
  category,
  attempts,
  advice,
});

const GRANT = 'ask an administrator to grant this key the CAM permission tcss:{action}';
const WAIT = 'wait a moment and ask again; report the RequestId to Tencent Cloud if it persists';
const STILL_WORKING =
  'wait a moment and ask again with the same arguments: the service is still working on this query';
const SLOW_DOWN = 'wait a few seconds and ask again with fewer calls at once';
const OPERATOR = 'check TCSS_ENDPOINT; if it is right, report this as a fault of tcss-mcp-server';
const ARGUMENT = 'correct the argument that the message names';
const NETWORK_POLICY = 'call from an allowed address, or change the IP policy of the account or key';

/** Every documented code this server words; anything else is `unknown` and quoted as it is. */
export const ERROR_CODES: Readonly<Record<string, CodeFacts>> = {
  AuthFailure: facts('auth', NO, 'check the key pair and its CAM permissions'),
  'AuthFailure.SecretIdNotFound': facts(
    'auth',
    NO,
    'check the SecretId for typing errors, that the key is enabled, and that TCSS_ENDPOINT is the site (international or mainland) of the account',
  ),
  'AuthFailure.InvalidSecretId': facts('auth', NO, 'create an API key in CAM; this one is of another kind'),
  'AuthFailure.SignatureFailure': facts(
    'auth',
    NO,
    'check the SecretKey; temporary keys need their token (TENCENTCLOUD_TOKEN) too',
  ),
  'AuthFailure.SignatureExpire': facts(
    'auth',
    NO,
    'correct the clock of this machine (NTP): it may differ by at most 5 minutes',
  ),
  'AuthFailure.TokenFailure': facts(
    'auth',
    NO,
    'get new temporary keys and set the token together with its own id and key',
  ),
  'AuthFailure.InvalidAuthorization': facts('auth', NO, OPERATOR),
  'AuthFailure.MFAFailure': facts('auth', NO, 'use a key that may be used without MFA'),
  'AuthFailure.UnauthorizedOperation': facts('permission', NO, GRANT),
  UnauthorizedOperation: facts('permission', NO, GRANT),
  'InternalError.ErrRoleNotExist': facts(
    'permission',
    NO,
    'open the TCSS console once as the main account and grant the service role (inferred)',
  ),
  InternalError: facts('service', YES, WAIT),
  'InternalError.MainDBFail': facts('service', YES, WAIT),
  FailedOperation: facts('service', ONCE, 'the message decides; try once more, then report the RequestId'),
  'FailedOperation.AuthorizedNotEnough': facts(
    'service',
    NO,
    'buy or assign scan licences in the TCSS console',
  ),
  'FailedOperation.ErrAlreadyScanning': facts(
    'service',
    NO,
    'wait for the running scan, or assign a licence to the image',
  ),
  InvalidParameter: facts('invalid-parameter', NO, ARGUMENT),
  'InvalidParameter.InvalidFormat': facts('invalid-parameter', NO, ARGUMENT),
  'InvalidParameter.ParsingError': facts('invalid-parameter', NO, ARGUMENT),
  'InvalidParameter.MissingParameter': facts('invalid-parameter', NO, 'give the image by image_id or image'),
  // Of the registry list, through which names are looked up: its family is misleading.
  'InvalidParameter.RequestTimeout': facts('service', YES, STILL_WORKING),
  InvalidParameterValue: facts('invalid-parameter', NO, ARGUMENT),
  MissingParameter: facts('invalid-parameter', NO, ARGUMENT),
  UnknownParameter: facts('invalid-parameter', NO, OPERATOR),
  ResourceNotFound: facts(
    'not-found',
    NO,
    'look the image up again by name with the argument image: ids can vanish when a registry is synced again (inferred)',
  ),
  ResourceUnavailable: facts('service', YES, WAIT),
  ServiceUnavailable: facts('service', YES, WAIT),
  ResourceInUse: facts('service', ONCE, WAIT),
  ResourceInsufficient: facts('service', ONCE, WAIT),
  RequestLimitExceeded: facts('rate-limit', YES, SLOW_DOWN),
  'RequestLimitExceeded.UinLimitExceeded': facts('rate-limit', YES, SLOW_DOWN),
  'RequestLimitExceeded.IPLimitExceeded': facts('rate-limit', YES, SLOW_DOWN),
  'RequestLimitExceeded.GlobalRegionUinLimitExceeded': facts('rate-limit', YES, SLOW_DOWN),
  LimitExceeded: facts('service', NO, 'raise the quota of the account'),
  RequestSizeLimitExceeded: facts('invalid-parameter', NO, OPERATOR),
  ResponseSizeLimitExceeded: facts('invalid-parameter', NO, OPERATOR),
  UnsupportedRegion: facts(
    'invalid-parameter',
    NO,
    'unset or correct TENCENTCLOUD_REGION: this action needs none',
  ),
  UnsupportedOperation: facts('service', NO, OPERATOR),
  OperationDenied: facts('service', NO, 'the account may not do this; ask its administrator'),
  UnsupportedProtocol: facts('service', NO, OPERATOR),
  InvalidAction: facts('service', NO, OPERATOR),
  NoSuchVersion: facts('service', NO, OPERATOR),
  NoSuchProduct: facts('service', NO, OPERATOR),
  ActionOffline: facts('service', NO, OPERATOR),
  IpInBlacklist: facts('permission', NO, NETWORK_POLICY),
  IpNotInWhitelist: facts('permission', NO, NETWORK_POLICY),
};

const UNKNOWN = facts(
  'unknown',
  NO,
  'read the message, if there is one: this code is not documented for TCSS',
);

/** What is known of a code: its own entry, else that of the longest family it belongs to. */
export function lookUpCode(code: string): CodeFacts {
  for (let name = code; ; name = name.slice(0, name.lastIndexOf('.'))) {
    if (Object.hasOwn(ERROR_CODES, name)) return ERROR_CODES[name] as CodeFacts;
    if (!name.includes('.')) return UNKNOWN;
  }
}

/** The typed failure for a `Response.Error`. */
export function apiError(
  action: string,
  code: string,
  message: string,
  requestId: string | undefined,
): ApiError {
  const known = lookUpCode(code);
  const advice = known.advice.replace('{action}', action);
  return new ApiError({ ...known, advice, code, action, requestId, upstreamMessage: message });
}

/** The same failure; one about who may ask also says where the credentials came from, and how to renew a login. */
export function withCredentialSource(error: ApiError, { source, renewal }: Credentials): ApiError {
  if (error.category !== 'auth' && error.category !== 'permission') return error;
  const advice = error.code === 'AuthFailure.TokenFailure' ? (renewal ?? error.advice) : error.advice;
  return new ApiError({ ...error, advice, credentialSource: source });
}
