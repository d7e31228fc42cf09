/** How far the run may go, and what it does when something goes wrong. */

import { boolean, choice, integer } from './choices'
import type { InputReader } from './input-reader'
import type { RunLimits } from '../run'
import { readItems } from './list-forms'

/** @param isPlanning nothing is carried out */
export function parseRunLimits(inputs: InputReader, isPlanning: boolean): RunLimits {
  const failOn = choice(inputs, 'fail-on', { allowed: ['any', 'all', 'never'] })
  const failOnChange = ofPlans(inputs, 'fail-on-change', isPlanning)
  if (failOnChange && failOn === 'never') {
    inputs.problem(
      'fail-on-change',
      '`fail-on-change: true` contradicts `fail-on: never`. Leave one of them out.',
    )
  }
  return {
    onFailure: choice(inputs, 'on-failure', { allowed: ['rollback', 'keep'] }),
    failOn,
    failOnChange,
    comment: ofPlans(inputs, 'comment', isPlanning),
    maxUnproven: integer(inputs, 'max-unproven', { least: 1, most: 10_000 }),
    stopAfter: integer(inputs, 'stop-after', { least: 1, most: 10_000 }),
    timeoutMinutes: integer(inputs, 'timeout-minutes', { least: 1, most: 350 }),
    apiShare: integer(inputs, 'api-share', { least: 1, most: 100, suffix: '%' }) / 100,
    allowedAccountIds: parseAccountIds(inputs),
    githubToken: inputs.read('github-token').trim(),
  }
}

function ofPlans(
  inputs: InputReader,
  name: 'comment' | 'fail-on-change',
  isPlanning: boolean,
): boolean {
  const isOn = boolean(inputs, name)
  if (isOn && !isPlanning) {
    inputs.problem(
      name,
      `\`${name}: true\` works only with \`mode: plan\`, or with \`mode: remove\` and \`dry-run: true\`.`,
    )
  }
  return isOn
}

function parseAccountIds(inputs: InputReader): readonly string[] {
  const texts = readItems(inputs, 'allowed-account-ids').map(({ text }) => text)
  const ids = texts.filter((text) => /^[0-9]{12}$/.test(text))
  for (const id of texts.filter((text) => !ids.includes(text))) {
    // YAML reads 012345678901 as a number and drops its zero.
    const hint = /^[0-9]{1,11}$/.test(id)
      ? ' Put quotes around it in the workflow if it begins with 0.'
      : ''
    inputs.problem(
      'allowed-account-ids',
      `\`allowed-account-ids\`: ${inputs.show(id)} is not an account ID. An account ID has 12 digits.${hint}`,
    )
  }
  return ids
}
