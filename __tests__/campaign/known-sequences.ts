/** Sequences that have broken a promise once, plainest form, each with what went wrong. */

import type { Sequence } from './sequences'

export const KNOWN_SEQUENCES: readonly (readonly [what: string, sequence: Sequence])[] = [
  [
    'a job that finds a function configured writes it again after another job, and needs the right that was withdrawn',
    {
      start: { rights: ['shared-policy', 'inline'], aliased: [] },
      happenings: [
        {
          kind: 'run',
          run: {
            kind: 'apply',
            functions: ['d'],
            logs: 'keep',
            key: 'secret-2',
            onFailure: 'rollback',
          },
          trouble: { kind: 'none' },
        },
        {
          kind: 'two-runs',
          runs: [
            {
              kind: 'apply',
              functions: ['a', 'b', 'c', 'd'],
              logs: 'keep',
              key: 'secret-1',
              onFailure: 'rollback',
            },
            {
              kind: 'apply',
              functions: ['b', 'd'],
              logs: 'deny',
              key: 'secret-2',
              onFailure: 'keep',
            },
          ],
        },
      ],
    },
  ],
]
