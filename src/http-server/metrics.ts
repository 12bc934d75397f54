/**
 * What is counted, in the text format of Prometheus. Labels come from lists of our own, never from a request. Names of
 * operations follow OpenTelemetry's conventions for MCP.
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */

/** Bounds in seconds, by the conventions, up to the longest deadline that makes sense. */
const BUCKETS_S = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60] as const;

/** A request that reached the protocol. */
export interface Operation {
  /** One of ours, or `other`. */
  readonly method: string;
  /** One of ours, or `other`; undefined where no tool is called. */
  readonly tool: string | undefined;
  /** Empty when it succeeded. */
  readonly error: '' | 'tool_error' | 'cancelled' | `${number}`;
  readonly caller: string;
  readonly seconds: number;
}

/** Counts, and writes what it has counted. */
export interface Metrics {
  operation(operation: Operation): void;
  refusal(reason: string): void;
  upstream(action: string, outcome: string): void;
  /** `underWay`: calls at this moment. */
  write(underWay: number): string;
}

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
}

const OPERATIONS: Family = {
  name: 'mcp_server_operation_duration_seconds',
  type: 'histogram',
  help: 'MCP requests by method, tool and outcome.',
};
const CALLERS: Family = {
  name: 'tcss_mcp_requests_total',
  type: 'counter',
  help: 'MCP requests by the name of the token; all JWTs are one.',
};
const UNDER_WAY: Family = {
  name: 'tcss_mcp_calls_under_way',
  type: 'gauge',
  help: 'Tool calls that are being answered.',
};
const REFUSALS: Family = {
  name: 'tcss_mcp_refusals_total',
  type: 'counter',
  help: 'HTTP requests that did not reach the protocol, by reason.',
};
const UPSTREAM: Family = {
  name: 'tcss_mcp_upstream_requests_total',
  type: 'counter',
  help: 'Requests to TCSS by action and outcome, each attempt counted.',
};

type Labels = Readonly<Record<string, string>>;

interface Histogram {
  readonly buckets: number[];
  sum: number;
  count: number;
}

/** Nothing was counted yet. */
export function createMetrics(): Metrics {
  const operations = new Map<string, Histogram>();
  const callers = new Map<string, number>();
  const refusals = new Map<string, number>();
  const upstream = new Map<string, number>();
  const count = (counts: Map<string, number>, labels: Labels) => {
    const series = seriesOf(labels);
    counts.set(series, (counts.get(series) ?? 0) + 1);
  };
  return {
    operation({ method, tool = '', error, caller, seconds }) {
      count(callers, { caller });
      const series = seriesOf({ mcp_method_name: method, gen_ai_tool_name: tool, error_type: error });
      const histogram = operations.get(series) ?? { buckets: BUCKETS_S.map(() => 0), sum: 0, count: 0 };
      operations.set(series, histogram);
      histogram.sum += seconds;
      histogram.count += 1;
      for (const [index, bound] of BUCKETS_S.entries()) {
        if (seconds <= bound) histogram.buckets[index] = (histogram.buckets[index] ?? 0) + 1;
      }
    },
    refusal: (reason) => count(refusals, { reason }),
    upstream: (action, outcome) => count(upstream, { action, outcome }),
    write(underWay) {
      const { name } = OPERATIONS;
      return [
        ...headerOf(OPERATIONS),
        ...[...operations].flatMap(([series, { buckets, sum, count }]) => [
          ...BUCKETS_S.map((bound, index) => `${name}_bucket{${series},le="${bound}"} ${buckets[index]}`),
          `${name}_bucket{${series},le="+Inf"} ${count}`,
          `${name}_sum{${series}} ${sum}`,
          `${name}_count{${series}} ${count}`,
        ]),
        ...counterLines(CALLERS, callers),
        ...headerOf(UNDER_WAY),
        `${UNDER_WAY.name} ${underWay}`,
        ...counterLines(REFUSALS, refusals),
        ...counterLines(UPSTREAM, upstream),
        '',
      ].join('\n');
    },
  };
}

function counterLines(family: Family, counts: ReadonlyMap<string, number>): string[] {
  return [...headerOf(family), ...[...counts].map(([series, value]) => `${family.name}{${series}} ${value}`)];
}

function headerOf({ name, type, help }: Family): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

/** Labels as they are written. No value needs escaping: they are names of ours, and of tokens. */
function seriesOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
}
