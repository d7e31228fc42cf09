import type { CallEvent, Fault, FaultRule, Faults } from './local-aws'

export interface FaultInjector {
  readonly faults: Faults
  /** The fault that strikes this call, if any. Counts the call. */
  strike(call: CallEvent): Fault | undefined
}

export function createFaultInjector(): FaultInjector {
  interface Armed {
    readonly rule: FaultRule
    passed: number
    hits: number
  }
  let armed: Armed[] = []

  return {
    faults: {
      add: (rule) => {
        const entry: Armed = { rule, passed: 0, hits: 0 }
        armed.push(entry)
        return {
          get hits() {
            return entry.hits
          },
          remove: () => {
            armed = armed.filter((other) => other !== entry)
          },
        }
      },
      clear: () => {
        armed = []
      },
    },
    strike: (call) => {
      for (const entry of armed) {
        if (!applies(entry.rule, call) || entry.hits >= (entry.rule.count ?? 1)) continue
        if (entry.passed < (entry.rule.skip ?? 0)) {
          entry.passed += 1
          continue
        }
        entry.hits += 1
        return entry.rule.fault
      }
      return undefined
    },
  }
}

function applies(rule: FaultRule, call: CallEvent): boolean {
  return (
    (rule.service ?? call.service) === call.service &&
    (rule.operation ?? call.operation) === call.operation &&
    (rule.region ?? call.region) === call.region &&
    (rule.functionName === undefined || rule.functionName === call.functionName) &&
    (rule.matches === undefined || rule.matches(call))
  )
}
