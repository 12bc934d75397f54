/** How many calls are served at the same time, so that those which are admitted end before their deadline. */

/** The most requests that one call of a thousand rows takes. */
const REQUESTS_A_CALL = 14;

/** However slow the service, a few people can ask at the same time. */
const FEWEST_CALLS = 4;

/** Calls of one caller at the same time. */
export const CALLS_A_CALLER = 4;

/** How many calls can be served within `timeoutMs` at `perSecond` requests to the service. */
export function mostCalls(perSecond: number, timeoutMs: number): number {
  return Math.max(FEWEST_CALLS, Math.floor((perSecond * timeoutMs) / 1000 / REQUESTS_A_CALL));
}

/** Why a call is not admitted: this replica has as many as it can serve, or this caller as many as one may have. */
export type NotAdmitted = 'busy' | 'caller_busy';

/** Counts calls under way. */
export interface Admission {
  /** Counts a call until the function that it gives is called. `caller` is undefined where callers are not told apart. */
  admit(caller: string | undefined): (() => void) | NotAdmitted;
  underWay(): number;
}

/** Admits at most `most` calls, and of each caller `CALLS_A_CALLER`. */
export function createAdmission(most: number): Admission {
  const ofCaller = new Map<string, number>();
  let all = 0;
  const count = (caller: string, change: number) => {
    const calls = (ofCaller.get(caller) ?? 0) + change;
    if (calls === 0) ofCaller.delete(caller);
    else ofCaller.set(caller, calls);
  };
  return {
    admit(caller) {
      if (all >= most) return 'busy';
      if (caller !== undefined && (ofCaller.get(caller) ?? 0) >= CALLS_A_CALLER) return 'caller_busy';
      all += 1;
      if (caller !== undefined) count(caller, 1);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        all -= 1;
        if (caller !== undefined) count(caller, -1);
      };
    },
    underWay: () => all,
  };
}
