import { describe, expect, test } from '@jest/globals'
import { configuration, problems, wanted } from './given'

const arn = 'arn:aws:lambda:{region}:123456789012:layer:rotel-extension-{arch}:3'

test('the layer is the bundled one, the latest one, a number or an own copy', () => {
  expect(wanted().layer).toEqual({ kind: 'bundled' })
  expect(wanted({ 'layer-version': 'latest' }).layer).toEqual({ kind: 'latest' })
  expect(wanted({ 'layer-version': '7' }).layer).toEqual({ kind: 'number', version: 7 })
  expect(wanted({ 'layer-arn': arn }).layer).toEqual({ kind: 'own-copy', arnTemplate: arn })
})

test.each(['0', '-1', '7.0', '07', '$LATEST', 'newest'])(
  'layer-version %s is refused',
  (version) => {
    expect(problems({ 'layer-version': version })).toEqual([
      expect.stringContaining(`"${version}". Allowed: \`bundled\`, \`latest\`, or the number`),
    ])
  },
)

test('a release of the extension is no layer version', () => {
  expect(problems({ 'layer-version': 'v0.1.6' })[0]).toContain('release of the extension')
})

test.each([
  ['arn:aws:lambda:eu-west-1:123456789012:layer:rotel:12', undefined],
  ['arn:aws-cn:lambda:{region}:123456789012:layer:rotel-{arch}:1', undefined],
  ['arn:aws:lambda:{region}:123456789012:layer:rotel-{arch}', 'does not end in a version number'],
  ['arn:aws:lambda:{region}:123456789012:layer:rotel:0', 'not a layer version ARN'],
  ['arn:aws:lambda:{region}:123456789012:layer:rotel-{architecture}:1', '"{architecture}"'],
  ['arn:aws:lambda:eu-west-1:123456789012:function:rotel:1', 'not a layer version ARN'],
  ['rotel-extension-arm64:7', 'not a layer version ARN'],
])('layer-arn %s', (layerArn, why) => {
  const found = problems({ 'layer-arn': layerArn })
  if (why === undefined) expect(found).toEqual([])
  else expect(found).toEqual([expect.stringContaining(why)])
})

test('layer-arn and layer-version contradict each other', () => {
  expect(problems({ 'layer-arn': arn, 'layer-version': 'latest' })).toEqual([
    expect.stringMatching(/^layer-arn: .*contradict/),
  ])
  expect(problems({ 'layer-arn': arn, 'layer-version': 'bundled' })).toEqual([])
})

describe('layer-sha256', () => {
  const ONE = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
  const OTHER = 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg='

  test('is a list of hashes as AWS prints them', () => {
    expect(configuration().layerHashes).toEqual([])
    expect(configuration({ 'layer-sha256': `# amd64\n${ONE}\n\n${OTHER}` }).layerHashes).toEqual([
      ONE,
      OTHER,
    ])
  })

  test.each([
    [
      'hexadecimal',
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'hexadecimal',
    ],
    ['without its padding', ONE.slice(0, -1), '44 characters'],
    ['of another length', 'aGVsbG8=', '44 characters'],
    ['with bits that 32 bytes do not have', ONE.replace('U=', 'V='), '44 characters'],
  ])('%s is refused', (_, hash, why) => {
    const found = problems({ 'layer-sha256': hash })
    expect(found).toEqual([expect.stringMatching(/^layer-sha256: /)])
    expect(found[0]).toContain(why)
  })
})
