import { describe, expect, test } from 'vitest';
import type { ErrorCategory } from '../../src/errors.ts';
import { apiError, ERROR_CODES, lookUpCode } from '../../src/tcss/api-error.ts';

/** Every documented code of the action and the common ones: what it is about, and whether asking again can help. */
const DOCUMENTED: [category: ErrorCategory, retryable: boolean, codes: string[]][] = [
  [
    'auth',
    false,
    [
      ...['AuthFailure', 'AuthFailure.SecretIdNotFound', 'AuthFailure.InvalidSecretId'],
      ...['AuthFailure.SignatureFailure', 'AuthFailure.SignatureExpire', 'AuthFailure.TokenFailure'],
      ...['AuthFailure.InvalidAuthorization', 'AuthFailure.MFAFailure'],
    ],
  ],
  [
    'permission',
    false,
    [
      ...['UnauthorizedOperation', 'UnauthorizedOperation.CamNoAuth', 'AuthFailure.UnauthorizedOperation'],
      ...['InternalError.ErrRoleNotExist', 'IpInBlacklist', 'IpNotInWhitelist'],
    ],
  ],
  [
    'rate-limit',
    true,
    [
      ...['RequestLimitExceeded', 'RequestLimitExceeded.UinLimitExceeded'],
      ...['RequestLimitExceeded.IPLimitExceeded', 'RequestLimitExceeded.GlobalRegionUinLimitExceeded'],
    ],
  ],
  [
    'service',
    true,
    [
      ...['InternalError', 'InternalError.MainDBFail', 'FailedOperation'],
      ...['ResourceUnavailable', 'ServiceUnavailable', 'ResourceInUse', 'ResourceInsufficient'],
      'InvalidParameter.RequestTimeout',
    ],
  ],
  [
    'service',
    false,
    [
      ...['FailedOperation.AuthorizedNotEnough', 'FailedOperation.ErrAlreadyScanning', 'LimitExceeded'],
      ...['UnsupportedOperation', 'OperationDenied', 'UnsupportedProtocol'],
      ...['InvalidAction', 'NoSuchVersion', 'NoSuchProduct', 'ActionOffline'],
    ],
  ],
  [
    'invalid-parameter',
    false,
    [
      ...['InvalidParameter', 'InvalidParameter.InvalidFormat', 'InvalidParameter.ParsingError'],
      ...['InvalidParameter.MissingParameter', 'InvalidParameterValue', 'InvalidParameterValue.DataNotFound'],
      ...['InvalidParameterValue.DataRange', 'InvalidParameterValue.LengthLimit', 'MissingParameter'],
      ...['UnknownParameter', 'RequestSizeLimitExceeded', 'ResponseSizeLimitExceeded', 'UnsupportedRegion'],
    ],
  ],
  ['not-found', false, ['ResourceNotFound']],
];

describe.each(DOCUMENTED)('a code about %s, retryable %s', (category, retryable, codes) => {
  test.each(codes)('%s', (code) => {
    expect(apiError('Describe', code, '', undefined)).toMatchObject({
      category,
      retryable,
      advice: expect.stringMatching(/^\S.+[\w)}]$/),
    });
  });
});

test('every code in the table is a documented one or its family', () => {
  const documented = DOCUMENTED.flatMap(([, , codes]) => codes);

  expect(Object.keys(ERROR_CODES).filter((code) => !documented.includes(code))).toEqual([]);
});

describe('lookUpCode', () => {
  test.each([
    ['InternalError.SomethingNew', 'InternalError'],
    ['UnauthorizedOperation.A.B.C', 'UnauthorizedOperation'],
    ['AuthFailure.UnauthorizedOperation.CamNoAuth', 'AuthFailure.UnauthorizedOperation'],
    ['InternalError.ErrRoleNotExist.Detail', 'InternalError.ErrRoleNotExist'],
    ['RequestLimitExceeded.Whatever', 'RequestLimitExceeded'],
  ])('reads %s as its longest family %s', (code, family) => {
    expect(lookUpCode(code)).toBe(ERROR_CODES[family]);
  });

  test.each([
    ...['', '.', '..', '.InternalError', 'SomethingNew', 'SomethingNew.InternalError', 'internalerror'],
    ...['InternalErrorX', 'InternalError ', 'constructor', '__proto__', 'toString', 'hasOwnProperty'],
    ...['__proto__.InternalError', 'constructor.prototype'],
  ])('knows nothing of %j', (code) => {
    expect(lookUpCode(code)).toMatchObject({ category: 'unknown', attempts: 1 });
  });
});

test('apiError keeps what the service said and adds what is known of the code', () => {
  expect(apiError('DescribeX', 'ResourceNotFound', 'No such image.', 'r-1')).toMatchObject({
    name: 'ApiError',
    kind: 'api',
    message: 'DescribeX failed with ResourceNotFound',
    code: 'ResourceNotFound',
    category: 'not-found',
    action: 'DescribeX',
    requestId: 'r-1',
    upstreamMessage: 'No such image.',
  });
});
