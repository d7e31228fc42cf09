/** Secrets in other people’s words: what AWS may echo is cut, values of variables are hidden. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formsOf, withoutEchoes, withoutValues } from '../../src/model/redaction'
import { secretParts } from '../../src/systems/rotel/settings'

const SECRET = 'hunter2-canary'

describe('AWS’s text', () => {
  test.each([
    [
      'the 4 KB error',
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"A":"${SECRET}"}`,
    ],
    ['the same in other case and over lines', `STRING MEASURED: {"A":\n"${SECRET}"\n`],
    ['the same without braces', `exceeded. String measured: ${SECRET}`],
    ['an object', `Waiter failed: {"Environment":{"Variables":{"A":"${SECRET}"}}} at last`],
    ['an object that was cut off', `Value {"Variables":{"A":"${SECRET}`],
    ['braces that close too early', `{a} then {"A":"${SECRET}"`],
    ['Java’s form', `Value '{A=${SECRET}, B=c}' at 'environment' failed`],
    ['a presigned URL', `see https://s3.amazonaws.com/x/y?X-Amz-Signature=${SECRET} for it`],
    ['a presigned URL in quotes', `"https://s3.amazonaws.com/x?a=b&X-Amz-Signature=${SECRET}"`],
    ['a quote inside it', `https://s3.amazonaws.com/x?a='b'&X-Amz-Signature=${SECRET}`],
    ['a double quote inside it', `https://s3.amazonaws.com/x?a="b"&X-Amz-Signature=${SECRET}`],
    ['upper case', `HTTPS://S3.AMAZONAWS.COM/X?SIG=${SECRET}`],
    ['two of them', `https://a/x?b https://c/d?X-Amz-Security-Token=${SECRET}`],
  ])('loses %s', (_, text) => {
    expect(withoutEchoes(text)).not.toContain(SECRET)
  })

  test('keeps what explains the fault, on one line', () => {
    expect(
      withoutEchoes(
        'The Revision Id provided does not match\n  the latest Revision Id.\tCall GetFunction',
      ),
    ).toBe('The Revision Id provided does not match the latest Revision Id. Call GetFunction')
    expect(withoutEchoes("Value '{A=b, C=d}' at 'environment' failed to satisfy it")).toBe(
      "Value '{…}' at 'environment' failed to satisfy it",
    )
    const address = 'see https://docs.aws.amazon.com/lambda for it'
    expect(withoutEchoes(address)).toBe(address)
    expect(withoutEchoes('not authorized: https://docs.aws.amazon.com/lambda?page=1')).toContain(
      'https://docs.aws.amazon.com/lambda?…',
    )
  })

  test('whatever stands after "String measured:" or in braces is gone', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{12}$/)
    const noise = fc.string({ unit: 'binary', maxLength: 20 })
    fc.assert(
      fc.property(secret, noise, noise, noise, (value, before, inside, behind) => {
        const texts = [
          `${before}String measured: ${inside}${value}${behind}`,
          `${before}{${inside}${value}`,
          `${before}{${inside}${value}}${behind}`,
          `${before}https://host/path?${value}${behind}`,
        ]
        for (const text of texts) expect(withoutEchoes(text)).not.toContain(value)
      }),
    )
  })
})

describe('values of variables', () => {
  test('of four characters and more do not survive, wherever they stand', () => {
    const value = fc.string({ unit: 'binary', minLength: 4, maxLength: 30 })
    // A value with the mark of what was hidden could be made by hiding others; it says nothing then.
    const values = fc.array(
      value.filter((one) => one.trim().length >= 4 && !one.includes('*')),
      { minLength: 1, maxLength: 5 },
    )
    fc.assert(
      fc.property(values, fc.string({ maxLength: 10 }), (secrets, noise) => {
        const text = secrets.map((secret) => `${noise}${secret}${noise}`).join('')
        const hidden = withoutValues(text, secrets)
        for (const secret of secrets) expect(hidden).not.toContain(secret)
      }),
    )
  })

  test.each([
    ['blanks were merged', 'pass  phrase\tof mine', 'Value pass phrase of mine is wrong'],
    ['line breaks became blanks', 'first line\nsecond line', 'got first line second line here'],
    ['blanks at the edge were cut', '  padded-secret ', 'it was padded-secret.'],
  ])('are found again after %s', (_, value, text) => {
    expect(withoutValues(text, [value])).not.toContain(value.trim().split(/\s+/).join(' '))
  })

  test('the longer one goes first, so that no rest of it is left', () => {
    expect(withoutValues('prefix-and-secret', ['prefix', 'prefix-and-secret'])).toBe('***')
  })

  test.each([
    ['eight characters, in whatever case', 'X-Secret', 'x-secret X-SECRET X-Secret', '*** *** ***'],
    [
      'seven, in their own case',
      'XSecret',
      'xsecret XSecret XSECRET XSecret',
      'xsecret *** XSECRET ***',
    ],
    ['four, in their own case', 'Abcd', 'abcdAbcd Abcd', 'abcd*** ***'],
  ])('of %s, are hidden each time that they stand there', (_, value, text, hidden) => {
    expect(withoutValues(text, [value])).toBe(hidden)
  })

  test('a short one that begins where an address ends is hidden', () => {
    expect(withoutValues('at https://db.example.com/"q"', ['"q"'])).toBe(
      'at https://db.example.com/***',
    )
  })

  test('short ones are hidden only where they stand alone', () => {
    expect(withoutValues('on: 1 of 12, on-call', ['1', 'on'])).toBe('***: *** of 12, on-call')
  })

  test.each([
    'arn:aws:lambda:eu-west-1:123456789012:layer:shared:1 cannot be read',
    'arn:aws:iam::123456789012:role/on/1 is denied',
    'the endpoint http://127.0.0.1:4317 refused the connection',
    'connect ECONNREFUSED 10.0.1.1:4318',
    'https://clickstack.example.com:1/v/1 answered 404',
    'no route to on.example.com:1',
    'listening on [::1]:4317',
    'Extension.Crash in localhost:1',
  ])('short ones leave ARNs and addresses as they are: %s', (text) => {
    const sentence = text.replace(' on [', ' to [')
    expect(withoutValues(sentence, ['1', 'on', 'v', '17'])).toBe(sentence)
  })

  test.each([
    ['DB_PASSWORD=q7z', 'DB_PASSWORD=***'],
    ['password:q7z is wrong', 'password:*** is wrong'],
    ['{"MODE":"q7z"}', '{"MODE":"***"}'],
    ['https://me:q7z@db.example.com/x', 'https://me:***@db.example.com/x'],
    ["https://q7z:it's@db.example.com/x", "https://***:it's@db.example.com/x"],
    ['at arn:aws:s3:::bucket: q7z', 'at arn:aws:s3:::bucket: ***'],
    ['http://host.example.com/x q7z', 'http://host.example.com/x ***'],
    ['10.0.0.1 q7z, q7z', '10.0.0.1 ***, ***'],
  ])('short secrets are still hidden beside them: %s', (text, expected) => {
    expect(withoutValues(text, ['q7z'])).toBe(expected)
  })

  test('empty values and blanks hide nothing', () => {
    expect(withoutValues('a b  c', ['', ' ', '\n'])).toBe('a b  c')
  })

  test('signs of regular expressions are taken as they are', () => {
    expect(withoutValues('cost (a+b)*[c]$ is', ['(a+b)*[c]$'])).toBe('cost *** is')
    expect(withoutValues('xayyb', ['a.*b'])).toBe('xayyb')
  })
})

test('the forms of a value are those of what can be sent of it', () => {
  expect(formsOf('\ud800-key')).toEqual(expect.arrayContaining(['%EF%BF%BD-key', '77+9LWtleQ']))
})

describe('what must not be shown of a function’s variables', () => {
  const parts = (variables: Readonly<Record<string, string>>) =>
    secretParts(new Map(Object.entries(variables)))

  test('each value, but for the endpoint, the attributes and the marker', () => {
    expect(
      parts({
        TABLE: 'orders',
        ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://x',
        ROTEL_OTEL_RESOURCE_ATTRIBUTES: 'a=b',
        CLICKSTACK_LAMBDA: 'v1;k=;l=',
      }),
    ).toEqual(['orders'])
  })

  test('user and password in an address', () => {
    const hidden = parts({
      ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://collector:p%40ss/w@clickstack.example.com:4318',
      ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT: 'https://token-of-a-user@ch.example.com:8443',
      ROTEL_OTEL_RESOURCE_ATTRIBUTES: 'owner=team@example.com',
    })
    expect(new Set(hidden)).toEqual(
      new Set(['collector:p%40ss/w', 'collector:p@ss/w', 'p%40ss/w', 'p@ss/w', 'token-of-a-user']),
    )
  })

  test('the single items of Rotel’s lists, and their values, for Rotel quotes them one by one', () => {
    const hidden = parts({ ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: 'Authorization=key=1,x-team=shop' })
    expect(hidden).toEqual(expect.arrayContaining(['Authorization=key=1', 'key=1', 'shop']))
  })

  test('of a reference to a secret, only what stands beside it', () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:clickstack-AbCdEf'
    const hidden = parts({
      ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: `Authorization=Bearer \${${arn}},x-team=shop`,
      ROTEL_CLICKHOUSE_EXPORTER_PASSWORD: `secret://${arn}`,
    })
    expect(hidden).toEqual(['shop'])
  })

  test('the lines of a value of several lines, for a log is printed line by line', () => {
    const pem = '-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----'
    expect(parts({ PRIVATE_KEY: pem })).toContain('MIIEvQIBADANBg')
    expect(parts({ ROTEL_TLS_KEY_PEM: pem })).toContain('MIIEvQIBADANBg')
  })
})
