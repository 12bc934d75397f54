/** When a scripted fault strikes. */
export interface FaultOptions {
  /** How many requests get it; default 1. */
  readonly times?: number;
  /** Only requests of this Action; default any. */
  readonly action?: string;
  /** How many matching requests pass untouched first; default 0. */
  readonly after?: number;
}

/**
 * A queue of scripted faults. Each request meets the first script that its Action matches and no other:
 * a later script begins, and counts its `after`, when the earlier one is used up.
 */
export function faultScripts<Fault>() {
  const scripts: { fault: Fault; action: string | undefined; times: number; after: number }[] = [];
  return {
    add(fault: Fault, { times = 1, action, after = 0 }: FaultOptions = {}): void {
      if (times > 0) scripts.push({ fault, action, times, after });
    },

    /** The fault for the next request of this Action, if it is to have one. */
    take(action: string): Fault | undefined {
      const script = scripts.find((one) => one.action === undefined || one.action === action);
      if (!script) return undefined;
      if (script.after > 0) {
        script.after--;
        return undefined;
      }
      if (--script.times <= 0) scripts.splice(scripts.indexOf(script), 1);
      return script.fault;
    },
  };
}
