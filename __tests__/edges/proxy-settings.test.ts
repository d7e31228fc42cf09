/** Which proxy the environment of the runner names for an address. */

import { describe, expect, test } from '@jest/globals'
import { readProxySettings } from '../../src/edges/proxy-settings'

const SECURE = 'http://secure.example:3128'
const PLAIN = 'http://plain.example:3129'

function chosen(env: Record<string, string>, url: string): string | undefined {
  return readProxySettings(env).proxyFor(new URL(url))?.url.origin
}

describe('the variables', () => {
  test.each([
    ['HTTPS_PROXY serves https alone', { HTTPS_PROXY: SECURE }, [SECURE, undefined]],
    ['HTTP_PROXY serves http alone', { HTTP_PROXY: PLAIN }, [undefined, PLAIN]],
    [
      'lower case comes first',
      { https_proxy: SECURE, HTTPS_PROXY: PLAIN, http_proxy: PLAIN, HTTP_PROXY: SECURE },
      [SECURE, PLAIN],
    ],
    [
      'an empty one does not hide the other',
      { https_proxy: '', HTTPS_PROXY: SECURE },
      [SECURE, undefined],
    ],
    [
      'a proxy without a scheme is one of plain HTTP',
      { HTTPS_PROXY: 'secure.example:3128' },
      [SECURE, undefined],
    ],
    ['none is none', { NO_PROXY: 'example.com' }, [undefined, undefined]],
  ])('%s', (_, env, expected) => {
    expect([chosen(env, 'https://a.example.com'), chosen(env, 'http://a.example.com')]).toEqual(
      expected,
    )
  })

  test.each(['socks5://secure.example:1080', 'http://:0', 'ftp://secure.example', 'http://a b'])(
    'a value that is not an HTTP proxy is a problem that does not quote it: %s',
    (value) => {
      const { problems, isSet } = readProxySettings({ HTTPS_PROXY: value })
      expect(isSet).toBe(false)
      expect(problems.map(({ input }) => input)).toEqual(['HTTPS_PROXY'])
      expect(problems[0]?.message).not.toContain(value)
    },
  )
})

describe('NO_PROXY', () => {
  test.each([
    ['example.com', 'https://example.com', true],
    ['example.com', 'https://a.example.com', true],
    ['example.com', 'https://notexample.com', false],
    ['.example.com', 'https://a.example.com', true],
    ['*.example.com', 'https://a.b.example.com', true],
    ['EXAMPLE.com', 'https://a.Example.COM', true],
    ['other, example.com', 'https://example.com', true],
    ['other example.com', 'https://example.com', true],
    ['*', 'https://anything.example', true],
    ['', 'https://example.com', false],
    [' , ', 'https://example.com', false],
    ['example.com:8443', 'https://example.com:8443', true],
    ['example.com:8443', 'https://example.com', false],
    ['example.com:443', 'https://example.com', true],
    ['http://example.com/', 'https://example.com', true],
    ['10.0.0.5', 'https://10.0.0.5:9000', true],
    ['10.0.0.0/8', 'https://10.20.30.40', true],
    ['10.0.0.0/8', 'https://11.0.0.1', false],
    ['10.0.0.0/99', 'https://10.0.0.1', false],
    ['0.0.1', 'https://127.0.0.1', false],
    ['::1', 'https://[::1]:8443', true],
    ['[::1]:8443', 'https://[::1]:8443', true],
    ['fd00::/8', 'https://[fd12::1]', true],
    ['localhost,127.0.0.1', 'https://localhost:8123', true],
  ])('%j bypasses the proxy for %s: %s', (list, url, isDirect) => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      expect(chosen({ HTTPS_PROXY: SECURE, [name]: list }, url)).toBe(isDirect ? undefined : SECURE)
    }
  })

  test('addresses of the own machine go through the proxy unless they are named, as with curl', () => {
    expect(chosen({ HTTPS_PROXY: SECURE }, 'https://127.0.0.1')).toBe(SECURE)
    expect(chosen({ HTTPS_PROXY: SECURE }, 'https://localhost')).toBe(SECURE)
  })
})

describe('credentials of the proxy', () => {
  const env = { HTTPS_PROXY: 'http://robot:p%40ss%20word@secure.example:3128' }

  test('are sent decoded, and stand neither in its address nor in its name', () => {
    const proxy = readProxySettings(env).proxyFor(new URL('https://example.com'))
    expect(proxy?.authorization).toBe(`Basic ${Buffer.from('robot:p@ss word').toString('base64')}`)
    expect(proxy?.url.href).toBe('http://secure.example:3128/')
    expect(proxy?.name).toBe('the proxy secure.example:3128 (HTTPS_PROXY)')
  })

  test('are secret in every form in which a text might quote them', () => {
    const { secrets } = readProxySettings(env)
    expect(secrets).toEqual(
      expect.arrayContaining([
        'robot:p%40ss%20word',
        'p%40ss%20word',
        'p@ss word',
        'robot:p@ss word',
        Buffer.from('robot:p@ss word').toString('base64'),
      ]),
    )
    expect(readProxySettings({ HTTP_PROXY: 'socks5://u:hunter22@x' }).secrets).toContain('hunter22')
  })
})
