/** The figures of docs/trust.md: sums of what campaigns added line by line. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { summed, trustPage } from '../../scripts/trust-page'

describe('the figures of campaigns', () => {
  test('are summed over the files of a campaign, and kept apart from those of another', () => {
    const sums = summed([
      '{"campaign":"Kills","figures":{"kills tried":56,"states lost":0}}',
      '{"campaign":"Faults","figures":{"faults tried":12}}',
      '{"campaign":"Kills","figures":{"kills tried":44,"states lost":1}}',
    ])
    expect(Object.fromEntries(sums)).toEqual({
      Kills: { 'kills tried': 100, 'states lost': 1 },
      Faults: { 'faults tried': 12 },
    })
  })

  test.each([
    '{"figures":{"kills tried":1}}',
    '{"campaign":"Kills"}',
    '{"campaign":"Kills","figures":{"kills tried":"many"}}',
    'not JSON',
  ])('a line that is none is refused: %s', (line) => {
    expect(() => summed([line])).toThrow()
  })

  test('stand on the page with the command that gives them again', async () => {
    const page = await trustPage([
      {
        campaign: 'kills',
        command: 'KILLS=7/20 npm run campaign:kills',
        measured: '2026-01-31',
        minutes: 4,
        figures: { 'kills tried': 1234, 'states lost': 0 },
      },
    ])
    expect(page).toMatch(
      /\| kills +\| A step is ended at each[^|]+\| kills tried: 1,234<br>states lost: 0 \| `KILLS=7\/20 npm run campaign:kills` \(4 min\) \| 2026-01-31/,
    )
  })

  test('are told with the folders that are mutated', async () => {
    const config = readFileSync('stryker.config.js', 'utf8')
    const [, core = ''] = /^const CORE = \[([^\]]*)\]/m.exec(config) ?? []
    const folders = [...core.matchAll(/'(src[^'*]*[^'*/])/g)].map(([, folder = '']) => folder)
    expect(folders.length).toBeGreaterThan(5)
    const page = await trustPage([])
    expect(folders.filter((folder) => !page.includes(`\`${folder}\``))).toEqual([])
  })

  test('have the score of the mutants', async () => {
    const [command, measured] = ['npm run campaign:mutation', '2026-01-31']
    const figures = { mutants: 1000, killed: 915 }
    const page = await trustPage([{ campaign: 'mutation', command, measured, minutes: 9, figures }])
    expect(page).toContain('mutants: 1,000<br>killed: 915<br>mutation score: 91.5 %')
  })
})
