import { expect, test } from 'vitest';
import { createMetrics } from '../../src/http-server/metrics.ts';

test('what was counted, in the text format of Prometheus', () => {
  const metrics = createMetrics();
  metrics.operation({ method: 'tools/call', tool: 'find_images', error: '', caller: 'alice', seconds: 0.04 });
  metrics.operation({ method: 'tools/call', tool: 'find_images', error: '', caller: 'jwt', seconds: 100 });
  metrics.refusal('token');
  metrics.refusal('token');
  metrics.upstream('DescribeAssetImageRegistryList', 'rate-limit');
  const text = metrics.write(3);
  const labels = 'mcp_method_name="tools/call",gen_ai_tool_name="find_images",error_type=""';

  expect(text.split('\n').filter((line) => line.includes('le="0.0') || line.includes('+Inf'))).toEqual([
    `mcp_server_operation_duration_seconds_bucket{${labels},le="0.01"} 0`,
    `mcp_server_operation_duration_seconds_bucket{${labels},le="0.02"} 0`,
    `mcp_server_operation_duration_seconds_bucket{${labels},le="0.05"} 1`,
    `mcp_server_operation_duration_seconds_bucket{${labels},le="+Inf"} 2`,
  ]);
  expect(text).toContain(`_sum{${labels}} 100.04\n`);
  expect(text).toContain(`_count{${labels}} 2\n`);
  expect(text).toContain('tcss_mcp_requests_total{caller="alice"} 1\n');
  expect(text).toContain('tcss_mcp_calls_under_way 3\n');
  expect(text).toContain('tcss_mcp_refusals_total{reason="token"} 2\n');
  expect(text).toContain(
    'tcss_mcp_upstream_requests_total{action="DescribeAssetImageRegistryList",outcome="rate-limit"} 1\n',
  );
});

test('every line is one of the format, every family has its type first, and the last line ends', () => {
  const metrics = createMetrics();
  metrics.operation({ method: 'ping', tool: undefined, error: '-32601', caller: 'anonymous', seconds: 1 });
  const lines = metrics.write(0).split('\n');
  const sample =
    /^([a-z_]+?)(?:_bucket|_sum|_count)?(?:\{[a-z_]+="[^"\\\n]*"(?:,[a-z_]+="[^"\\\n]*")*\})? [0-9.e+-]+$/;
  const typed = new Set<string>();

  expect(lines.pop()).toBe('');
  for (const line of lines) {
    const [, name] = /^# TYPE (\S+) (?:counter|gauge|histogram)$/.exec(line) ?? [];
    if (name !== undefined) typed.add(name);
    else if (!line.startsWith('# HELP ')) expect(typed).toContain(sample.exec(line)?.[1]);
  }
});
